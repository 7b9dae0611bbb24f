namespace Ciclo.Core.Identity;

/// <summary>32 bytes a pair of nodes; A is the lower number. Both ends thread their links into a list.</summary>
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
    private Link[] links = new Link[16];
    private int[] heads = new int[16];

    public int Count { get; private set; }

    public ref readonly Link this[int link] => ref links[link];

    public ReadOnlySpan<byte> MessageOf(int link) => arena.Get(links[link].MessageAt, links[link].MessageLength);

    /// <summary>Makes room in an empty table.</summary>
    public void Reserve(int count, int nodes)
    {
        Rows.Ensure(ref links, count);
        Rows.Ensure(ref heads, count > 0 ? nodes : 0);
        slots.Reserve(count);
    }

    /// <summary>The first link of a node, or -1.</summary>
    public int First(int node) => node < heads.Length ? heads[node] - 1 : -1;

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
        ref var known = ref links[link];
        if (at > known.At || (at == known.At && !ComesFirst(message, source, link)))
        {
            return Evidence.Known;
        }
        known.At = at;
        known.Source = source;
        Replace(ref known, message);
        return Evidence.Earlier;
    }

    private bool ComesFirst(ReadOnlySpan<byte> message, LinkSource source, int link)
    {
        var order = message.SequenceCompareTo(MessageOf(link));
        return order < 0 || (order == 0 && source < links[link].Source);
    }

    private void Replace(ref Link link, ReadOnlySpan<byte> message)
    {
        // Ids of one client are mostly of one length: evidence that comes in reverse order rewrites its place and the arena does not grow.
        if (message.Length <= link.MessageLength)
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
        Rows.Ensure(ref heads, link.B + 1);
        Rows.Ensure(ref links, Count + 1);
        link.NextA = heads[link.A];
        link.NextB = heads[link.B];
        links[Count] = link;
        heads[link.A] = heads[link.B] = Count + 1;
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
