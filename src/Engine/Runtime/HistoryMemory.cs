using Ciclo.Core.Events;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Events that are in no segment yet: packed bytes in chunks, and entries chained by identifier, without an object for either. One thread
/// adds while nobody reads; frozen, any number read. Late events are chained as they come; a reader orders its own copy of the chain.
/// Its chunks are used again once nobody holds it: whoever reads it does so through a view, and views hold it.
/// </summary>
internal sealed class HistoryMemory
{
    internal const int ChunkBytes = 1 << 18;
    private const int BlockBits = 12;
    internal const int BlockSize = 1 << BlockBits;
    private const int BlockMask = BlockSize - 1;

    internal struct Entry
    {
        public long At;
        public int Chunk;
        public int Offset;
        public int Length;
        /// <summary>The entry of the same node that came next; -1 for none.</summary>
        public int Next;
    }

    private struct Chain
    {
        public int First;
        public int Last;
        public int Count;
        public bool IsSorted;
    }

    private readonly Dictionary<int, int> chainOfNode = [];
    private readonly List<byte[]> chunks = [];
    private readonly List<Entry[]> blocks = [];
    private Chain[] chains = new Chain[16];
    private int usedOfChunk;
    private int holders;

    public int Count { get; private set; }

    /// <summary>Bytes held in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>The earliest timestamp; the greatest instant where there is no event.</summary>
    public long FirstAt { get; private set; } = long.MaxValue;

    /// <summary>The latest timestamp.</summary>
    public long LastAt { get; private set; } = long.MinValue;

    /// <summary>To be undone by <see cref="Release"/>.</summary>
    public void Hold() => Interlocked.Increment(ref holders);

    /// <summary>The last holder's gives the chunks back: nobody reads them any more.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            HistoryChunks.Give(chunks, blocks);
        }
    }

    /// <summary>Answers the number of the entry.</summary>
    public int Add(int node, long at, ReadOnlySpan<byte> packed)
    {
        var index = NewEntry(at, packed);
        (FirstAt, LastAt) = (Math.Min(FirstAt, at), Math.Max(LastAt, at));
        ref var known = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(chainOfNode, node, out var isKnown);
        if (!isKnown)
        {
            known = chainOfNode.Count - 1;
            Reserve(known);
            chains[known] = new Chain { First = index, Last = index, Count = 1, IsSorted = true };
            return index;
        }
        ref var chain = ref chains[known];
        chain.IsSorted = chain.IsSorted && Compare(chain.Last, index) < 0;
        At(chain.Last).Next = index;
        chain.Last = index;
        chain.Count++;
        return index;
    }

    public int CountOf(int node) => chainOfNode.TryGetValue(node, out var known) ? chains[known].Count : 0;

    /// <summary>Appends the numbers of a node's entries, in order; answers how many.</summary>
    public int Collect(int node, ref int[] into, int from)
    {
        if (!chainOfNode.TryGetValue(node, out var known))
        {
            return 0;
        }
        ref var chain = ref chains[known];
        if (into.Length < from + chain.Count)
        {
            Array.Resize(ref into, Math.Max(into.Length * 2, from + chain.Count));
        }
        var next = from;
        for (var entry = chain.First; entry >= 0; entry = At(entry).Next)
        {
            into[next++] = entry;
        }
        if (!chain.IsSorted)
        {
            into.AsSpan(from, chain.Count).Sort(Compare);
        }
        return chain.Count;
    }

    public long Instant(int entry) => At(entry).At;

    public PackedEvent Read(int entry) => new(At(entry).At, Packed(entry).Span);

    public ReadOnlyMemory<byte> Packed(int entry)
    {
        ref var known = ref At(entry);
        return chunks[known.Chunk].AsMemory(known.Offset, known.Length);
    }

    /// <summary>Feeds the events of frozen parts to a segment, in its order.</summary>
    public static void CopyTo(IReadOnlyList<HistoryMemory> parts, SegmentBuilder builder, CancellationToken cancellation)
    {
        var entries = new int[16];
        var origin = new List<(int Part, int Entry)>();
        var done = 0;
        foreach (var node in parts.SelectMany(part => part.chainOfNode.Keys).Distinct().Order())
        {
            if ((++done & 0xfff) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
            origin.Clear();
            for (var part = 0; part < parts.Count; part++)
            {
                var count = parts[part].Collect(node, ref entries, 0);
                foreach (var entry in entries.AsSpan(0, count))
                {
                    origin.Add((part, entry));
                }
            }
            if (parts.Count > 1)
            {
                origin.Sort((a, b) => Compare(parts[a.Part], a.Entry, parts[b.Part], b.Entry));
            }
            foreach (var (part, entry) in origin)
            {
                builder.Add(node, parts[part].Read(entry));
            }
        }
    }

    internal static int Compare(HistoryMemory a, int entryOfA, HistoryMemory b, int entryOfB)
    {
        var order = a.Instant(entryOfA).CompareTo(b.Instant(entryOfB));
        if (order != 0)
        {
            return order;
        }
        var first = a.Read(entryOfA);
        var second = b.Read(entryOfB);
        return RowOrder.Compare(first.MessageId, first.Address, second.MessageId, second.Address);
    }

    private int Compare(int a, int b) => Compare(this, a, this, b);

    private ref Entry At(int entry) => ref blocks[entry >> BlockBits][entry & BlockMask];

    private int NewEntry(long at, ReadOnlySpan<byte> packed)
    {
        if (chunks.Count == 0 || usedOfChunk + packed.Length > chunks[^1].Length)
        {
            chunks.Add(packed.Length > ChunkBytes ? new byte[packed.Length] : HistoryChunks.TakeBytes());
            Bytes += chunks[^1].Length;
            usedOfChunk = 0;
        }
        packed.CopyTo(chunks[^1].AsSpan(usedOfChunk));
        var index = Count++;
        if (index >> BlockBits == blocks.Count)
        {
            blocks.Add(HistoryChunks.TakeEntries());
            Bytes += BlockSize * 24L;
        }
        At(index) = new Entry { At = at, Chunk = chunks.Count - 1, Offset = usedOfChunk, Length = packed.Length, Next = -1 };
        usedOfChunk += packed.Length;
        return index;
    }

    private void Reserve(int chain)
    {
        if (chain == chains.Length)
        {
            Array.Resize(ref chains, chain * 2);
        }
    }
}
