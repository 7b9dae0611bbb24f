using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Everything that is derived from the journal in its order, before any fold: who is one person, every event under its identifier,
/// what has been seen. One writer, the stage; a checkpoint holds it whole.
/// </summary>
public sealed class Staged
{
    private const int Version = 9;

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

    public Erasures Erasures { get; private init; } = new();

    /// <summary>The next frame to stage.</summary>
    public long Position { get; set; }

    public long Duplicates { get; set; }

    public Staged() => Groups = new Groups(Paths);

    /// <summary>Nothing staged yet, with its larger parts on disk.</summary>
    public static Staged In(StagedHome home)
    {
        var paths = new Names();
        var history = home.FreshHistory(paths);
        return new Staged { Paths = paths, Groups = new Groups(paths), History = history, Messages = home.FreshMessages(history.Slot) };
    }

    /// <summary>
    /// What was read of mapped files counts as the process's memory until it says that it is done with it. On any thread, as long as it is not closed.
    /// </summary>
    public void ForgetPages()
    {
        History.ForgetPages();
        Messages.ForgetPages();
    }

    /// <summary>Writes what is small. Identity, history and message ids have files, or a form, of their own.</summary>
    public void WriteHead(BinaryWriter writer)
    {
        writer.Write(Version);
        writer.Write(Position);
        writer.Write(Duplicates);
        NameLists.Write(writer, EventNames.All());
        NameLists.Write(writer, Paths.All());
        Groups.Write(writer);
        Schema.Write(writer);
        writer.Write(Rejected.Count);
        Rejected.ForEach(writer.Write);
        writer.Write(Imports.Count);
        foreach (var import in Imports.Values)
        {
            import.Write(writer);
        }
        Erasures.Write(writer);
    }

    /// <summary>Reads what <see cref="WriteHead"/> wrote; null where it is of another version of the program: the journal is staged anew.</summary>
    public static StagedHead? ReadHead(BinaryReader reader)
    {
        if (reader.ReadInt32() != Version)
        {
            return null;
        }
        var (position, duplicates) = (reader.ReadInt64(), reader.ReadInt64());
        var (eventNames, paths) = (NameLists.Read(reader), NameLists.Read(reader));
        var head = new StagedHead(position, duplicates, eventNames, paths, Groups.Restore(reader, paths), Schema.Restore(reader), [], []);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            head.Rejected.Add(reader.ReadInt64());
        }
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            head.Imports.Add(ImportSummary.Restore(reader));
        }
        return head with { Erasures = Erasures.Restore(reader) };
    }

    /// <summary>Takes back what events of removed identifiers left behind, the history excepted. Answers who is in a group with them.</summary>
    internal IReadOnlySet<int> Remove(IReadOnlySet<int> nodes, OwnTraces traces, IEnumerable<int> eventNames)
    {
        foreach (var key in traces.Keys)
        {
            Messages.Forget(key);
        }
        Duplicates -= traces.Duplicates;
        Rejected.RemoveAll(traces.Rejected.Contains);
        foreach (var (id, count) in traces.Imported)
        {
            Imports[id].Events -= count;
            Imports[id].Nodes.ExceptWith(nodes);
        }
        Schema.Remove(eventNames);
        Identity.Remove(nodes);
        return Groups.Remove(nodes, traces.Kept);
    }

    /// <summary>Puts the parts of a checkpoint together.</summary>
    public static Staged Of(StagedHead head, IdentityGraph identity, History history, MessageLog messages)
    {
        var staged = new Staged
        {
            EventNames = head.EventNames, Paths = head.Paths, Identity = identity, History = history, Messages = messages, Groups = head.Groups,
            Schema = head.Schema, Erasures = head.Erasures, Position = head.Position, Duplicates = head.Duplicates,
        };
        staged.Rejected.AddRange(head.Rejected);
        head.Imports.ForEach(import => staged.Imports.Add(import.Id, import));
        return staged;
    }
}

/// <summary>The small parts of a checkpoint.</summary>
public sealed record StagedHead(
    long Position, long Duplicates, Names EventNames, Names Paths, Groups Groups, Schema Schema, List<long> Rejected, List<ImportSummary> Imports)
{
    public Erasures Erasures { get; init; } = new();
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

    /// <summary>Takes back events, by the numbers of their names. Properties stay known.</summary>
    public void Remove(IEnumerable<int> eventNames)
    {
        foreach (var name in eventNames.Where(events.ContainsKey))
        {
            if (--events[name] == 0)
            {
                events.Remove(name);
            }
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
