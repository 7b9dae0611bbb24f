using System.Runtime.InteropServices;

namespace Ciclo.Core.Identity;

/// <summary>32 bytes a pair of nodes; A is the lower number. Both ends thread their links into a list. Persisted as it lies in memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Link
{
    public int A;
    public int B;
    public long At;
    public uint MessageAt;
    public int NextA;
    public int NextB;
    public ushort MessageLength;
    public LinkSource Source;
    /// <summary>That of the weaker end.</summary>
    public byte Rank;
}

internal enum Evidence
{
    /// <summary>The pair is known by evidence that comes first.</summary>
    Known,
    /// <summary>The pair is known, and this evidence now decides its place in the order.</summary>
    Earlier,
    New,
}

/// <summary>
/// Links, one per pair of nodes: only the evidence that comes first by (timestamp, message id) matters. A link refused at its place
/// would be refused at any later one too, as sets only grow. Links of calls and exempt links stand in two such tables.
/// </summary>
internal sealed class LinkTable(ByteArena arena)
{
    private readonly Slots slots = new();
    private PagedRows<Link> links = new();
    private PagedRows<int> heads = new();

    public int Count { get; private set; }

    public ref readonly Link this[int link] => ref links[link];

    public ReadOnlySpan<byte> MessageOf(int link) => arena.Get(links[link].MessageAt, links[link].MessageLength);

    /// <summary>The first link of a node, or -1.</summary>
    public int First(int node) => node < heads.Count ? heads[node] - 1 : -1;

    public int Next(int link, int node) => (links[link].A == node ? links[link].NextA : links[link].NextB) - 1;

    public int Other(int link, int node) => links[link].A == node ? links[link].B : links[link].A;

    public Evidence Offer(int a, int b, byte rank, long at, ReadOnlySpan<byte> message, LinkSource source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, ushort.MaxValue);
        (a, b) = a < b ? (a, b) : (b, a);
        var link = Find(a, b);
        if (link < 0)
        {
            Add(new Link { A = a, B = b, Rank = rank, At = at, MessageAt = arena.Add(message), MessageLength = (ushort)message.Length, Source = source });
            return Evidence.New;
        }
        if (at > links[link].At || (at == links[link].At && !ComesFirst(message, source, link)))
        {
            return Evidence.Known;
        }
        ref var known = ref links.Own(link);
        known.At = at;
        known.Source = source;
        Replace(ref known, message);
        return Evidence.Earlier;
    }

    /// <summary>Overwrites the links of a node; both ends must be cleared.</summary>
    public void Clear(int node)
    {
        for (var link = First(node); link >= 0; link = Next(link, node))
        {
            ref var row = ref links.Own(link);
            arena.Get(row.MessageAt, row.MessageLength).Clear();
            (row.At, row.MessageAt, row.MessageLength) = (0, 0, 0);
        }
        if (node < heads.Count)
        {
            heads.Own(node) = 0;
        }
    }

    public void Capture(SnapshotBlocks blocks)
    {
        blocks.Add(Count);
        blocks.Share(links);
        blocks.Add(heads.Count);
        blocks.Share(heads);
        slots.Capture(blocks);
    }

    public void Restore(SnapshotReader reader, int nodes)
    {
        Count = reader.Count();
        links = reader.Paged<Link>(Count);
        var ends = reader.Count();
        IdentityCheckpoint.Require(ends <= nodes);
        heads = reader.Paged<int>(ends);
        for (var node = 0; node < ends; node++)
        {
            IdentityCheckpoint.Require((uint)heads[node] <= (uint)Count);
        }
        slots.Restore(reader, Count);
    }

    /// <summary>Holds what was restored against the number of nodes and the texts, which come last.</summary>
    public void Check(int nodes)
    {
        for (var number = 0; number < Count; number++)
        {
            ref readonly var link = ref links[number];
            // A link threads to those before it: no list runs in a circle.
            IdentityCheckpoint.Require(
                link.A >= 0 && link.A < link.B && link.B < nodes && link.Source <= LinkSource.Person && link.Rank <= 2
                && (uint)link.NextA <= (uint)number && (uint)link.NextB <= (uint)number && arena.Holds(link.MessageAt, link.MessageLength));
        }
    }

    private bool ComesFirst(ReadOnlySpan<byte> message, LinkSource source, int link)
    {
        var order = message.SequenceCompareTo(MessageOf(link));
        return order < 0 || (order == 0 && source < links[link].Source);
    }

    private void Replace(ref Link link, ReadOnlySpan<byte> message)
    {
        // Ids of one client are mostly of one length: evidence that comes in reverse order rewrites its place and the arena does not grow.
        if (message.Length <= link.MessageLength && arena.IsFree)
        {
            message.CopyTo(arena.Get(link.MessageAt, message.Length));
        }
        else
        {
            link.MessageAt = arena.Add(message);
        }
        link.MessageLength = (ushort)message.Length;
    }

    private int Find(int a, int b)
    {
        for (var slot = slots.Start(Pair(a, b)); slots.At(slot) is >= 0 and var link; slot = slots.Next(slot))
        {
            if (links[link].A == a && links[link].B == b)
            {
                return link;
            }
        }
        return -1;
    }

    private void Add(Link link)
    {
        heads.Ensure(link.B + 1);
        links.Ensure(Count + 1);
        link.NextA = heads[link.A];
        link.NextB = heads[link.B];
        links.Own(Count) = link;
        heads.Own(link.A) = heads.Own(link.B) = Count + 1;
        if (slots.Grow(Count))
        {
            for (var row = 0; row < Count; row++)
            {
                slots.Place(Pair(links[row].A, links[row].B), row);
            }
        }
        slots.Place(Pair(link.A, link.B), Count);
        Count++;
    }

    private static ulong Pair(int a, int b) => (ulong)(uint)a << 32 | (uint)b;
}
