using Ciclo.Core.Events;
using Ciclo.Core.Folds;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The events of one identifier, packed, in order (timestamp, messageId by ordinal). Late events are appended and the order is
/// restored once, before the next reading: an import in reverse order costs one sort, not one insertion each.
/// </summary>
public sealed class NodeHistory
{
    public readonly record struct Entry(long At, int Offset, int Length);

    private byte[] bytes = new byte[256];
    private int used;
    private Entry[] entries = new Entry[4];
    private bool isSorted = true;

    public int Count { get; private set; }

    /// <summary>Bytes held in memory.</summary>
    public long Size => bytes.Length + (entries.Length * 16L);

    public Entry Add(long at, ReadOnlySpan<byte> packed)
    {
        if (used + packed.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length + (bytes.Length / 2), used + packed.Length));
        }
        packed.CopyTo(bytes.AsSpan(used));
        if (Count == entries.Length)
        {
            Array.Resize(ref entries, Count + Math.Max(4, Count / 2));
        }
        var entry = new Entry(at, used, packed.Length);
        isSorted = isSorted && (Count == 0 || Compare(entries[Count - 1], entry) < 0);
        entries[Count++] = entry;
        used += packed.Length;
        return entry;
    }

    /// <summary>Restores the order; call it before reading, from one thread at a time.</summary>
    public void Sort()
    {
        if (!isSorted)
        {
            Array.Sort(entries, 0, Count, Comparer<Entry>.Create(Compare));
            isSorted = true;
        }
    }

    /// <summary>In order, if <see cref="Sort"/> was called after the last addition.</summary>
    public ReadOnlySpan<Entry> Entries => entries.AsSpan(0, Count);

    public PackedEvent Read(Entry entry) => new(entry.At, Packed(entry).Span);

    public ReadOnlyMemory<byte> Packed(in Entry entry) => bytes.AsMemory(entry.Offset, entry.Length);

    public void Write(BinaryWriter writer)
    {
        Sort();
        writer.Write(Count);
        writer.Write(used);
        writer.Write(bytes.AsSpan(0, used));
        foreach (var entry in Entries)
        {
            writer.Write(entry.At);
            writer.Write(entry.Offset);
            writer.Write(entry.Length);
        }
    }

    public static NodeHistory Restore(BinaryReader reader)
    {
        var history = new NodeHistory { Count = reader.ReadInt32(), used = reader.ReadInt32() };
        history.bytes = new byte[history.used];
        reader.BaseStream.ReadExactly(history.bytes);
        history.entries = new Entry[history.Count];
        for (var i = 0; i < history.Count; i++)
        {
            history.entries[i] = new Entry(reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32());
        }
        return history;
    }

    internal static int Order(in PackedEvent a, in PackedEvent b) =>
        a.At != b.At ? a.At.CompareTo(b.At) : a.MessageId.SequenceCompareTo(b.MessageId);

    private int Compare(Entry a, Entry b) => a.At != b.At ? a.At.CompareTo(b.At) : Read(a).MessageId.SequenceCompareTo(Read(b).MessageId);
}

/// <summary>
/// All events by identifier. A profile's history is the merge of its identifiers' histories, so a merge or its undo moves nothing:
/// the profile is only read anew.
/// </summary>
public sealed class History
{
    private NodeHistory?[] nodes = new NodeHistory?[1_024];

    /// <summary>Events held.</summary>
    public long Count { get; private set; }

    public NodeHistory.Entry Add(int node, long at, ReadOnlySpan<byte> packed)
    {
        if (node >= nodes.Length)
        {
            Array.Resize(ref nodes, Math.Max(nodes.Length * 2, node + 1));
        }
        Count++;
        return (nodes[node] ??= new NodeHistory()).Add(at, packed);
    }

    /// <summary>The order of two events of one profile.</summary>
    public int Order(in Arrival a, in Arrival b) => NodeHistory.Order(View(a), View(b));

    public PackedEvent View(Arrival arrival) => Of(arrival.Node)!.Read(arrival.Entry);

    public NodeHistory? Of(int node) => node < nodes.Length ? nodes[node] : null;

    public int CountOf(ReadOnlySpan<int> members)
    {
        var count = 0;
        foreach (var member in members)
        {
            count += Of(member)?.Count ?? 0;
        }
        return count;
    }

    /// <summary>Feeds the merged events of these identifiers, those with a timestamp up to <paramref name="until"/>, to a fold.</summary>
    public void Fold(ReadOnlySpan<int> members, ProfileFold fold, long until)
    {
        var merge = new HistoryMerge(this, members);
        while (merge.Next(out var history, out var entry))
        {
            if (entry.At > until)
            {
                return;
            }
            fold.Add(history.Read(entry));
        }
    }

    /// <summary>The merged events of these identifiers in order.</summary>
    public List<(NodeHistory Node, NodeHistory.Entry Entry)> Read(ReadOnlySpan<int> members)
    {
        var events = new List<(NodeHistory, NodeHistory.Entry)>(CountOf(members));
        var merge = new HistoryMerge(this, members);
        while (merge.Next(out var history, out var entry))
        {
            events.Add((history, entry));
        }
        return events;
    }

    public void Write(BinaryWriter writer)
    {
        for (var node = 0; node < nodes.Length; node++)
        {
            if (nodes[node] is { } history)
            {
                writer.Write(node);
                history.Write(writer);
            }
        }
        writer.Write(-1);
    }

    public static History Restore(BinaryReader reader)
    {
        var history = new History();
        for (var node = reader.ReadInt32(); node >= 0; node = reader.ReadInt32())
        {
            if (node >= history.nodes.Length)
            {
                Array.Resize(ref history.nodes, Math.Max(history.nodes.Length * 2, node + 1));
            }
            history.nodes[node] = NodeHistory.Restore(reader);
            history.Count += history.nodes[node]!.Count;
        }
        return history;
    }
}

/// <summary>Merges sorted histories. A profile has a handful of identifiers: the least head is found by looking at each.</summary>
internal ref struct HistoryMerge
{
    private readonly NodeHistory[] histories;
    private readonly int[] heads;
    private readonly int count;

    /// <param name="history">All events.</param>
    /// <param name="members">The identifiers to merge.</param>
    public HistoryMerge(History history, ReadOnlySpan<int> members)
    {
        histories = new NodeHistory[members.Length];
        heads = new int[members.Length];
        for (var i = 0; i < members.Length; i++)
        {
            if (history.Of(members[i]) is { } node)
            {
                node.Sort();
                histories[count++] = node;
            }
        }
    }

    public readonly bool Next(out NodeHistory history, out NodeHistory.Entry entry)
    {
        var best = -1;
        for (var i = 0; i < count; i++)
        {
            if (heads[i] < histories[i].Count && (best < 0 || IsBefore(i, best)))
            {
                best = i;
            }
        }
        if (best < 0)
        {
            history = null!;
            entry = default;
            return false;
        }
        history = histories[best];
        entry = history.Entries[heads[best]++];
        return true;
    }

    private readonly bool IsBefore(int a, int b)
    {
        var (first, second) = (histories[a].Entries[heads[a]], histories[b].Entries[heads[b]]);
        return first.At != second.At
            ? first.At < second.At
            : histories[a].Read(first).MessageId.SequenceCompareTo(histories[b].Read(second).MessageId) < 0;
    }
}
