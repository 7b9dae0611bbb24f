using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

public enum Sighting
{
    New = 0,
    Duplicate = 1,
    /// <summary>An import key with other content than before.</summary>
    Changed = 2,
}

/// <summary>
/// What has been admitted before. Events of the API: a messageId is a duplicate for 30 days of receipt after the copy that was admitted.
/// Imports: a key never expires, unless its import is undone.
/// </summary>
public sealed class MessageLog
{
    public const long RememberMs = 30 * Durations.Day;
    private const byte ApiKind = 1;
    private const byte ImportKind = 2;

    public readonly record struct ImportKey(ulong Content, uint ImportId, long Address);

    private readonly Dictionary<UInt128, long> messages = [];
    private readonly Dictionary<long, List<UInt128>> messagesByDay = [];
    private readonly Dictionary<UInt128, ImportKey> imports = [];
    private long purgedBefore = long.MinValue;

    public int Count => messages.Count + imports.Count;

    public static UInt128 KeyOf(ReadOnlySpan<byte> messageId, bool imported) => Hash.Of(imported ? ImportKind : ApiKind, messageId);

    public static ulong ContentOf(in EventRecord record) => (ulong)Hash.Of(record.Json);

    /// <summary>Notes an event of the API; answers whether a copy was admitted in the 30 days before.</summary>
    public Sighting Note(ReadOnlySpan<byte> messageId, long receivedAt)
    {
        var key = KeyOf(messageId, false);
        if (messages.TryGetValue(key, out var before) && receivedAt - before < RememberMs)
        {
            return Sighting.Duplicate;
        }
        messages[key] = receivedAt;
        var day = receivedAt / Durations.Day;
        if (!messagesByDay.TryGetValue(day, out var list))
        {
            messagesByDay.Add(day, list = []);
            Purge(day - (RememberMs / Durations.Day) - 1);
        }
        list.Add(key);
        return Sighting.New;
    }

    /// <summary>Notes an imported event. <paramref name="replaced"/>: the address of the event whose place it takes, or -1.</summary>
    public Sighting NoteImport(in EventRecord record, long address, out long replaced)
    {
        replaced = -1;
        var key = KeyOf(record.MessageId, true);
        var content = ContentOf(record);
        if (imports.TryGetValue(key, out var known))
        {
            if (known.Content == content)
            {
                return Sighting.Duplicate;
            }
            if ((record.Flags & EventFlags.Replace) == 0)
            {
                return Sighting.Changed;
            }
            replaced = known.Address;
        }
        imports[key] = new ImportKey(content, record.ImportId, address);
        return replaced < 0 ? Sighting.New : Sighting.Changed;
    }

    public Sighting Look(ReadOnlySpan<byte> messageId, ulong content) => imports.TryGetValue(KeyOf(messageId, true), out var known)
        ? known.Content == content ? Sighting.Duplicate : Sighting.Changed
        : Sighting.New;

    private void Purge(long beforeDay)
    {
        if (beforeDay <= purgedBefore)
        {
            return;
        }
        purgedBefore = beforeDay;
        foreach (var day in messagesByDay.Keys.Where(day => day < beforeDay).ToList())
        {
            foreach (var key in messagesByDay[day])
            {
                if (messages.TryGetValue(key, out var at) && at / Durations.Day == day)
                {
                    messages.Remove(key);
                }
            }
            messagesByDay.Remove(day);
        }
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(messages.Count);
        foreach (var (key, at) in messages)
        {
            WriteKey(writer, key);
            writer.Write(at);
        }
        writer.Write(imports.Count);
        foreach (var (key, known) in imports)
        {
            WriteKey(writer, key);
            writer.Write(known.Content);
            writer.Write(known.ImportId);
            writer.Write(known.Address);
        }
    }

    public static MessageLog Restore(BinaryReader reader)
    {
        var log = new MessageLog();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var key = ReadKey(reader);
            var at = reader.ReadInt64();
            log.messages.Add(key, at);
            if (!log.messagesByDay.TryGetValue(at / Durations.Day, out var list))
            {
                log.messagesByDay.Add(at / Durations.Day, list = []);
            }
            list.Add(key);
        }
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            log.imports.Add(ReadKey(reader), new ImportKey(reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadInt64()));
        }
        return log;
    }

    private static void WriteKey(BinaryWriter writer, UInt128 key)
    {
        writer.Write((ulong)(key >> 64));
        writer.Write((ulong)key);
    }

    private static UInt128 ReadKey(BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());
}
