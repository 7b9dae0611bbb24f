using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Files;
using Ciclo.Data.Keys;

namespace Ciclo.Engine.Runtime;

public enum Sighting
{
    New = 0,
    Duplicate = 1,
    /// <summary>An import key with other content than before.</summary>
    Changed = 2,
}

/// <summary>
/// What has been admitted before. Events of the API: a messageId is a duplicate for 30 days of receipt after the copy that was admitted; one that was
/// received more than 31 days before the latest receipt so far is forgotten, whether or not it is still stored, so that the answers depend on the
/// journal alone. Imports: a key never expires, unless its import is undone.
/// <para>One writer; <see cref="Look"/> from other threads must not overlap it. In files it is kept as <see cref="KeyStore"/> says: cut, write, make the
/// manifest durable, committed.</para>
/// </summary>
public sealed class MessageLog : IDisposable
{
    public const long RememberMs = 30 * Durations.Day;
    private const long KeepMs = RememberMs + Durations.Day;
    private const byte ApiKind = 1;
    private const byte ImportKind = 2;
    private const int MessageWords = 1;
    private const int ImportWords = 3;
    private const int Folders = 4;

    private readonly KeyStore messages;
    private readonly KeyStore imports;
    private long latest = long.MinValue;

    /// <summary>Keys in the stores that count as never seen: those of erased events. Files are not written anew for them.</summary>
    private readonly HashSet<UInt128> forgotten = [];

    /// <summary>One in memory alone.</summary>
    public MessageLog()
        : this(KeyStore.InMemory(MessageWords), KeyStore.InMemory(ImportWords), 0)
    {
    }

    private MessageLog(KeyStore messages, KeyStore imports, int generation)
    {
        this.messages = messages;
        this.imports = imports;
        Generation = generation;
    }

    /// <summary>What a cut of the log needs to become a manifest.</summary>
    public sealed record Cutting(KeyCut Messages, KeyCut Imports, long Latest, IReadOnlyList<UInt128> Forgotten);

    public int Generation { get; }

    public long Count => messages.Count + imports.Count;

    public int FileCount => messages.FileCount + imports.FileCount;

    public long MemoryBytes => messages.MemoryBytes + imports.MemoryBytes;

    /// <summary>A new and empty log in files; what lies in its generation's folder is deleted.</summary>
    public static MessageLog Create(IStorage storage, int generation, Func<KeyStoreOptions, KeyStoreOptions>? adjust = null) =>
        OpenFolder(storage, new MessageManifest(generation, long.MinValue, [], [], []), adjust);

    /// <summary>
    /// The log as the durable manifest lists it. Files of its folder that are not in the list are deleted, and the folders of other generations emptied.
    /// Throws <see cref="KeysDamagedException"/> if a file is missing or damaged: everything is then to be staged anew.
    /// </summary>
    public static MessageLog Open(IStorage storage, MessageManifest manifest, Func<KeyStoreOptions, KeyStoreOptions>? adjust = null)
    {
        var log = OpenFolder(storage, manifest, adjust);
        ClearOthers(storage, manifest.Generation);
        return log;
    }

    /// <summary>The folder of a generation: a rebuild stages into a fresh one while the old is in use. There are four, taken in turn.</summary>
    public static string FolderOf(int generation) => $"keys/{generation % Folders}";

    /// <summary>Deletes the files of all generations but one, whose manifest is durable; a log that has them open must be disposed.</summary>
    public static void ClearOthers(IStorage storage, int generation)
    {
        for (var other = generation + 1; other < generation + Folders; other++)
        {
            var folder = FolderOf(other);
            foreach (var name in storage.List(folder))
            {
                storage.Delete($"{folder}/{name}");
            }
        }
    }

    public static UInt128 KeyOf(ReadOnlySpan<byte> messageId, bool imported) => Hash.Of(imported ? ImportKind : ApiKind, messageId);

    public static ulong ContentOf(in EventRecord record) => (ulong)Hash.Of(record.Json);

    /// <summary>Notes an event of the API; answers whether a copy was admitted in the 30 days before.</summary>
    public Sighting Note(ReadOnlySpan<byte> messageId, long receivedAt)
    {
        Reach(receivedAt);
        var key = KeyOf(messageId, false);
        Span<ulong> known = stackalloc ulong[MessageWords];
        if (messages.TryGet(key, known) && !forgotten.Contains(key) && !IsForgotten((long)known[0]) && receivedAt - (long)known[0] < RememberMs)
        {
            return Sighting.Duplicate;
        }
        known[0] = (ulong)receivedAt;
        messages.Set(key, known);
        forgotten.Remove(key);
        return Sighting.New;
    }

    /// <summary>Notes an imported event. <paramref name="replaced"/>: the address of the event whose place it takes, or -1.</summary>
    public Sighting NoteImport(in EventRecord record, long address, out long replaced)
    {
        replaced = -1;
        var key = KeyOf(record.MessageId, true);
        var content = ContentOf(record);
        Span<ulong> known = stackalloc ulong[ImportWords];
        if (imports.TryGet(key, known) && !forgotten.Remove(key))
        {
            if (known[0] == content)
            {
                return Sighting.Duplicate;
            }
            if ((record.Flags & EventFlags.Replace) == 0)
            {
                return Sighting.Changed;
            }
            replaced = (long)known[2];
        }
        (known[0], known[1], known[2]) = (content, record.ImportId, (ulong)address);
        imports.Set(key, known);
        return replaced < 0 ? Sighting.New : Sighting.Changed;
    }

    public Sighting Look(ReadOnlySpan<byte> messageId, ulong content)
    {
        Span<ulong> known = stackalloc ulong[ImportWords];
        var key = KeyOf(messageId, true);
        return !imports.TryGet(key, known) || forgotten.Contains(key) ? Sighting.New
            : known[0] == content ? Sighting.Duplicate : Sighting.Changed;
    }

    /// <summary>The writer takes over what was written and merged beside it. Not beside a reader.</summary>
    public bool Adopt() => messages.Adopt() | imports.Adopt();

    /// <summary>One piece of the work beside the writer, on any thread; false if there is none. See <see cref="KeyStore.Step"/>.</summary>
    public bool Step() => messages.Step() || imports.Step();

    /// <summary>Gives up the pages of files that were read. On any thread; readers read on.</summary>
    public void ForgetPages()
    {
        messages.ForgetPages();
        imports.ForgetPages();
    }

    /// <summary>Does that work until cancelled. See <see cref="KeyStore.RunAsync"/>.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        Task.Run(() => messages.RunAsync(cancellation), CancellationToken.None), Task.Run(() => imports.RunAsync(cancellation), CancellationToken.None));

    /// <summary>Fixes what is noted so far, at once; on the writer's thread.</summary>
    public Cutting Cut() => new(messages.Cut(), imports.Cut(), latest, [.. forgotten]);

    /// <summary>Counts a key (<see cref="KeyOf"/>) as never seen, until it is seen again.</summary>
    public void Forget(UInt128 key) => forgotten.Add(key);

    /// <summary>Puts a cut into files, durable, on any thread. Throws <see cref="IOException"/>.</summary>
    public MessageManifest Write(Cutting cut) => new(Generation, cut.Latest, messages.Write(cut.Messages), imports.Write(cut.Imports), cut.Forgotten);

    /// <summary>The manifest of the last cut is durable; on the writer's thread.</summary>
    public void Committed(Cutting cut)
    {
        messages.Committed(cut.Messages);
        imports.Committed(cut.Imports);
    }

    public void Dispose()
    {
        messages.Dispose();
        imports.Dispose();
    }

    /// <summary>Writes a log that is in memory alone, without what is forgotten.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(latest);
        WriteRows(writer, messages, row => !IsForgotten((long)row[2]));
        WriteRows(writer, imports, _ => true);
    }

    /// <summary>Reads what <see cref="Write(BinaryWriter)"/> wrote, into memory alone.</summary>
    public static MessageLog Restore(BinaryReader reader)
    {
        var log = new MessageLog { latest = reader.ReadInt64() };
        ReadRows(reader, log.messages, MessageWords);
        ReadRows(reader, log.imports, ImportWords);
        return log;
    }

    private static MessageLog OpenFolder(IStorage storage, MessageManifest manifest, Func<KeyStoreOptions, KeyStoreOptions>? adjust)
    {
        var folder = FolderOf(manifest.Generation);
        adjust ??= options => options;
        var api = KeyStore.Open(storage, adjust(new KeyStoreOptions(folder, "messages", MessageWords) { Expires = true }), manifest.Messages);
        try
        {
            var imported = KeyStore.Open(storage, adjust(new KeyStoreOptions(folder, "imports", ImportWords)), manifest.Imports);
            var log = new MessageLog(api, imported, manifest.Generation);
            log.Reach(manifest.Latest);
            log.forgotten.UnionWith(manifest.Forgotten);
            return log;
        }
        catch
        {
            api.Dispose();
            throw;
        }
    }

    private void Reach(long receivedAt)
    {
        if (receivedAt > latest)
        {
            latest = receivedAt;
            messages.ExpireBefore = latest - KeepMs;
        }
    }

    private bool IsForgotten(long receivedAt) => receivedAt < latest - KeepMs;

    private static void WriteRows(BinaryWriter writer, KeyStore store, Func<ReadOnlySpan<ulong>, bool> counts)
    {
        var rows = 0L;
        store.Visit(row => rows += counts(row) ? 1 : 0);
        writer.Write(rows);
        store.Visit(row =>
        {
            for (var i = 0; i < row.Length && counts(row); i++)
            {
                writer.Write(row[i]);
            }
        });
    }

    private static void ReadRows(BinaryReader reader, KeyStore store, int words)
    {
        Span<ulong> value = stackalloc ulong[words];
        for (var left = reader.ReadInt64(); left > 0; left--)
        {
            var key = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            for (var i = 0; i < words; i++)
            {
                value[i] = reader.ReadUInt64();
            }
            store.Set(key, value);
        }
    }
}

/// <summary>
/// The files of a log as of one moment. <paramref name="Latest"/>: the latest receipt noted until then. <paramref name="Forgotten"/>: keys in the
/// files that count as never seen.
/// </summary>
public sealed record MessageManifest(
    int Generation, long Latest, IReadOnlyList<KeyFileMeta> Messages, IReadOnlyList<KeyFileMeta> Imports, IReadOnlyList<UInt128> Forgotten)
{
    private const int MostFiles = 10_000;

    public void Write(BinaryWriter writer)
    {
        writer.Write(Generation);
        writer.Write(Latest);
        foreach (var files in new[] { Messages, Imports })
        {
            writer.Write(files.Count);
            foreach (var file in files)
            {
                file.Write(writer);
            }
        }
        writer.Write(Forgotten.Count);
        foreach (var key in Forgotten)
        {
            writer.Write((ulong)(key >> 64));
            writer.Write((ulong)key);
        }
    }

    public static MessageManifest Read(BinaryReader reader) =>
        new(reader.ReadInt32(), reader.ReadInt64(), ReadFiles(reader), ReadFiles(reader), ReadKeys(reader));

    private static List<UInt128> ReadKeys(BinaryReader reader)
    {
        var keys = new List<UInt128>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            keys.Add(new UInt128(reader.ReadUInt64(), reader.ReadUInt64()));
        }
        return keys;
    }

    private static KeyFileMeta[] ReadFiles(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > MostFiles)
        {
            throw new InvalidDataException("The list of the files of known message ids is damaged.");
        }
        var files = new KeyFileMeta[count];
        for (var i = 0; i < count; i++)
        {
            files[i] = KeyFileMeta.Read(reader);
        }
        return files;
    }
}
