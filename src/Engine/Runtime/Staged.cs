using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Everything that is derived from the journal in its order, before any fold: who is one person, every event under its identifier,
/// what has been seen. One writer, the stage; a checkpoint holds it whole.
/// </summary>
public sealed class Staged
{
    private const int Version = 3;

    public Names EventNames { get; private init; } = new();

    public Names Paths { get; private init; } = new();

    public IdentityGraph Identity { get; private init; } = new(new IdentityLimits());

    public History History { get; init; } = new();

    public MessageLog Messages { get; private init; } = new();

    public Groups Groups { get; private set; }

    public Schema Schema { get; private init; } = new();

    /// <summary>Journal addresses of what was refused: rejected items, and import rows with other content under a known key.</summary>
    public List<long> Rejected { get; } = [];

    /// <summary>Imports by number.</summary>
    public SortedDictionary<uint, ImportSummary> Imports { get; } = [];

    /// <summary>The next frame to stage.</summary>
    public long Position { get; set; }

    public long Duplicates { get; set; }

    public Staged() => Groups = new Groups(Paths);

    /// <summary>Nothing staged yet, with a history on disk.</summary>
    public static Staged In(HistoryHome home)
    {
        var paths = new Names();
        return new Staged { Paths = paths, Groups = new Groups(paths), History = home.Fresh(paths) };
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write(Position);
        writer.Write(Duplicates);
        WriteNames(writer, EventNames);
        WriteNames(writer, Paths);
        Identity.Write(writer);
        History.Flush();
        History.Manifest().Write(writer);
        Messages.Write(writer);
        Groups.Write(writer);
        Schema.Write(writer);
        writer.Write(Rejected.Count);
        Rejected.ForEach(writer.Write);
        writer.Write(Imports.Count);
        foreach (var import in Imports.Values)
        {
            import.Write(writer);
        }
    }

    /// <summary>Null where the bytes are of another version of the program: the journal is staged anew.</summary>
    public static Staged? Restore(BinaryReader reader, HistoryHome home)
    {
        if (reader.ReadInt32() != Version)
        {
            return null;
        }
        var (position, duplicates) = (reader.ReadInt64(), reader.ReadInt64());
        var (eventNames, paths) = (ReadNames(reader), ReadNames(reader));
        var staged = new Staged
        {
            EventNames = eventNames,
            Paths = paths,
            Identity = IdentityGraph.Read(reader, new IdentityLimits()),
            History = home.Open(HistoryManifest.Read(reader), paths),
            Messages = MessageLog.Restore(reader),
            Groups = Groups.Restore(reader, paths),
            Schema = Schema.Restore(reader),
            Position = position,
            Duplicates = duplicates,
        };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            staged.Rejected.Add(reader.ReadInt64());
        }
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var import = ImportSummary.Restore(reader);
            staged.Imports.Add(import.Id, import);
        }
        return staged;
    }

    private static void WriteNames(BinaryWriter writer, Names names)
    {
        var all = names.All();
        writer.Write(all.Count);
        foreach (var name in all)
        {
            writer.Write(name);
        }
    }

    private static Names ReadNames(BinaryReader reader)
    {
        var names = new Names();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            names.Add(reader.ReadString());
        }
        return names;
    }
}

/// <summary>What the data holds: how often each event name came, which properties and traits, which currencies.</summary>
public sealed class Schema
{
    private readonly Dictionary<int, long> events = [];
    private readonly HashSet<int> properties = [];
    private readonly HashSet<int> traits = [];
    private readonly HashSet<int> groupTraits = [];

    /// <summary>Events by the number of their name.</summary>
    public IReadOnlyDictionary<int, long> Events => events;

    public IReadOnlySet<int> Properties => properties;

    public IReadOnlySet<int> Traits => traits;

    public IReadOnlySet<int> GroupTraits => groupTraits;

    public SortedSet<string> Currencies { get; } = new(StringComparer.Ordinal);

    public void Note(in PackedEvent e, int currencyPath)
    {
        if (e.Name >= 0)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(events, e.Name, out _)++;
        }
        var seen = e.Type switch
        {
            CallType.Identify => traits,
            CallType.Group => groupTraits,
            _ => properties,
        };
        e.NotePaths(seen);
        var currency = e.GetText(currencyPath);
        if (currency.Length is 3 && Currencies.Count < 1_000)
        {
            NoteCurrency(currency);
        }
    }

    private void NoteCurrency(ReadOnlySpan<byte> code)
    {
        Span<char> text = stackalloc char[3];
        for (var i = 0; i < 3; i++)
        {
            text[i] = char.ToUpperInvariant((char)code[i]);
        }
        if (lastCurrency.AsSpan().SequenceEqual(text))
        {
            return;
        }
        lastCurrency = new string(text);
        Currencies.Add(lastCurrency);
    }

    private string lastCurrency = "";

    public void Write(BinaryWriter writer)
    {
        writer.Write(events.Count);
        foreach (var (name, count) in events)
        {
            writer.Write(name);
            writer.Write(count);
        }
        foreach (var set in new[] { properties, traits, groupTraits })
        {
            writer.Write(set.Count);
            foreach (var path in set)
            {
                writer.Write(path);
            }
        }
        writer.Write(Currencies.Count);
        foreach (var currency in Currencies)
        {
            writer.Write(currency);
        }
    }

    public static Schema Restore(BinaryReader reader)
    {
        var schema = new Schema();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            schema.events.Add(reader.ReadInt32(), reader.ReadInt64());
        }
        foreach (var set in new[] { schema.properties, schema.traits, schema.groupTraits })
        {
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                set.Add(reader.ReadInt32());
            }
        }
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            schema.Currencies.Add(reader.ReadString());
        }
        return schema;
    }
}
