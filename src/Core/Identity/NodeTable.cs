using System.Runtime.InteropServices;
using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Core.Identity;

/// <summary>What is known of a node. The lower three are kept in checkpoints, and the last.</summary>
[Flags]
internal enum NodeFlags : byte
{
    None = 0,
    /// <summary>An event carries it.</summary>
    Held = 1,
    /// <summary>Held, and in no report of changes yet.</summary>
    Fresh = 2,
    /// <summary>Stands in the queue of nodes whose component must be computed again.</summary>
    Dirty = 4,
    Kept = Held | Fresh | Dirty,
    /// <summary>Has at least one standing separation.</summary>
    Separated = 8,
    Visited = 16,
    /// <summary>Removed for good; kept in checkpoints.</summary>
    Removed = 32,
}

/// <summary>36 bytes a node; its value lies in the arena. Persisted as it lies in memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Node
{
    public ulong KeyHigh;
    public ulong KeyLow;
    public long FirstSeen;
    public uint ValueAt;
    /// <summary>User id, e-mail and anonymous id by their kind; from <see cref="NodeTable.FirstExternalType"/> on, the external types by first appearance.</summary>
    public int Type;
    public ushort ValueLength;
    public NodeFlags Flags;

    public readonly UInt128 Key => new(KeyHigh, KeyLow);
}

/// <summary>The identifiers, numbered by first appearance, and found by key, public id or value.</summary>
internal sealed class NodeTable(ByteArena arena)
{
    public const int FirstExternalType = (int)IdentifierKind.External;

    private readonly Slots slots = new();
    private readonly Dictionary<UInt128, int> externalTypes = [];
    private PagedRows<Node> nodes = new();

    public int Count { get; private set; }

    /// <summary>How many of them were removed.</summary>
    public int Removed { get; private set; }

    public ref readonly Node this[int node] => ref nodes[node];

    /// <summary>A node to be written.</summary>
    public ref Node Own(int node) => ref nodes.Own(node);

    public IdentifierKind KindOf(int node) => (IdentifierKind)Math.Min(nodes[node].Type, FirstExternalType);

    /// <summary>0 user id, 1 e-mail, 2 the rest.</summary>
    public int RankOf(int node) => Math.Min(nodes[node].Type, 2);

    public bool IsHeld(int node) => (nodes[node].Flags & NodeFlags.Held) != 0;

    /// <summary>The value's bytes (external: type, NUL, value).</summary>
    public ReadOnlySpan<byte> BytesOf(int node) => arena.Get(nodes[node].ValueAt, nodes[node].ValueLength);

    public Identifier IdentifierOf(int node)
    {
        var bytes = BytesOf(node);
        var kind = KindOf(node);
        if (kind != IdentifierKind.External)
        {
            return new Identifier(kind, "", Encoding.UTF8.GetString(bytes));
        }
        var end = bytes.IndexOf((byte)0);
        return Identifier.External(Encoding.UTF8.GetString(bytes[..end]), Encoding.UTF8.GetString(bytes[(end + 1)..]));
    }

    public int Find(UInt128 key)
    {
        var high = (ulong)(key >> 64);
        for (var slot = slots.Start(high); slots.At(slot) is >= 0 and var node; slot = slots.Next(slot))
        {
            if (nodes[node].KeyHigh == high && nodes[node].KeyLow == (ulong)key)
            {
                return node;
            }
        }
        return -1;
    }

    /// <summary>The node whose key begins with the bits of a public id. They include the half of the key that nodes are placed by.</summary>
    public int FindPublic(UInt128 top)
    {
        for (var slot = slots.Start((ulong)(top >> (64 - PublicIds.HiddenBits))); slots.At(slot) is >= 0 and var node; slot = slots.Next(slot))
        {
            if (nodes[node].Key >> PublicIds.HiddenBits == top)
            {
                return node;
            }
        }
        return -1;
    }

    public int Add(UInt128 key, IdentifierKind kind, ReadOnlySpan<byte> bytes)
    {
        nodes.Ensure(Count + 1);
        nodes.Own(Count) = new Node
        {
            KeyHigh = (ulong)(key >> 64),
            KeyLow = (ulong)key,
            FirstSeen = long.MaxValue,
            ValueAt = arena.Add(bytes),
            ValueLength = checked((ushort)bytes.Length),
            Type = kind == IdentifierKind.External ? ExternalType(bytes[..bytes.IndexOf((byte)0)]) : (int)kind,
        };
        if (slots.Grow(Count))
        {
            for (var node = 0; node < Count; node++)
            {
                slots.Place(nodes[node].KeyHigh, node);
            }
        }
        slots.Place(nodes[Count].KeyHigh, Count);
        return Count++;
    }

    /// <summary>Empties a node: its text is overwritten, and neither its key nor its public id leads to it.</summary>
    public void Clear(int node)
    {
        ref var row = ref nodes.Own(node);
        arena.Get(row.ValueAt, row.ValueLength).Clear();
        Removed++;
        // Its slot stays taken, so that those behind it are still found.
        row = new Node { KeyHigh = ulong.MaxValue, KeyLow = (ulong)node, FirstSeen = long.MaxValue, Flags = NodeFlags.Removed };
    }

    /// <summary>The order in which a profile's identifiers were seen: earliest timestamp, then user id, e-mail, anonymous id, external, then value.</summary>
    public bool IsSeenBefore(int node, int other)
    {
        ref readonly var a = ref nodes[node];
        ref readonly var b = ref nodes[other];
        if (a.FirstSeen != b.FirstSeen)
        {
            return a.FirstSeen < b.FirstSeen;
        }
        var (kind, otherKind) = (KindOf(node), KindOf(other));
        return kind != otherKind ? kind < otherKind : BytesOf(node).SequenceCompareTo(BytesOf(other)) < 0;
    }

    public void Capture(SnapshotBlocks blocks)
    {
        blocks.Add(externalTypes.Count);
        foreach (var (key, number) in externalTypes)
        {
            blocks.Add((long)(ulong)(key >> 64));
            blocks.Add((long)(ulong)key);
            blocks.Add(number);
        }
        blocks.Add(Count);
        blocks.Share(nodes);
        slots.Capture(blocks);
    }

    public void Restore(SnapshotReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var key = new UInt128((ulong)reader.Long(), (ulong)reader.Long());
            var number = reader.Int();
            IdentityCheckpoint.Require(number == FirstExternalType + externalTypes.Count && externalTypes.TryAdd(key, number));
        }
        Count = reader.Count();
        nodes = reader.Paged<Node>(Count);
        slots.Restore(reader, Count);
    }

    /// <summary>Holds what was restored against the texts, which come last.</summary>
    public void Check()
    {
        var types = FirstExternalType + externalTypes.Count;
        for (var number = 0; number < Count; number++)
        {
            ref readonly var node = ref nodes[number];
            Removed += (node.Flags & NodeFlags.Removed) != 0 ? 1 : 0;
            IdentityCheckpoint.Require(
                (uint)node.Type < (uint)types && (node.Flags & ~(NodeFlags.Kept | NodeFlags.Separated | NodeFlags.Removed)) == 0 && arena.Holds(node.ValueAt, node.ValueLength)
                && (node.Type < FirstExternalType || arena.Get(node.ValueAt, node.ValueLength).Contains((byte)0)));
        }
    }

    private int ExternalType(ReadOnlySpan<byte> type)
    {
        var key = Hash.Of(type);
        if (!externalTypes.TryGetValue(key, out var number))
        {
            number = FirstExternalType + externalTypes.Count;
            externalTypes.Add(key, number);
        }
        return number;
    }
}
