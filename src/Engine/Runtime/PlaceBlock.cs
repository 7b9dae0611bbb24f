using System.Buffers.Binary;
using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// A profile's place as bytes: capacity (4), profile (4, -1 for a gap), next deadline (8), bytes of memberships (4), bytes of moves (4); then
/// memberships (segment as varint, instant) and moves (lifecycle, from + 1, to as varints, instant). An instant is 7 bytes. Moves stand last, so that adding one writes behind what is there.
/// </summary>
internal static class PlaceBlock
{
    public const int Header = 24;

    private const int InstantBytes = 7;
    private const long Middle = 1L << 55;

    /// <summary>The bytes of a block that holds just this.</summary>
    public static int Measure(ReadOnlySpan<PlacedMove> moves, ReadOnlySpan<Membership> memberships)
    {
        var size = Header;
        foreach (var membership in memberships)
        {
            size += Length(membership.Segment) + InstantBytes;
        }
        foreach (var move in moves)
        {
            size += Length(move.Lifecycle) + Length(move.From + 1) + Length(move.To) + InstantBytes;
        }
        return size;
    }

    public static int Used(ReadOnlySpan<byte> block) => Header + MembershipBytes(block) + MoveBytes(block);

    public static ReadOnlySpan<byte> MembershipsOf(ReadOnlySpan<byte> block) => block.Slice(Header, MembershipBytes(block));

    public static ReadOnlySpan<byte> MovesOf(ReadOnlySpan<byte> block) => block.Slice(Header + MembershipBytes(block), MoveBytes(block));

    public static void SetOwner(Span<byte> block, int profile, int capacity)
    {
        BinaryPrimitives.WriteInt32LittleEndian(block, capacity);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], profile);
    }

    public static void SetDeadline(Span<byte> block, long at) => BinaryPrimitives.WriteInt64LittleEndian(block[8..], at);

    public static void Write(Span<byte> block, ReadOnlySpan<PlacedMove> moves, ReadOnlySpan<Membership> memberships, long nextDeadline)
    {
        SetDeadline(block, nextDeadline);
        var next = Header;
        foreach (var membership in memberships)
        {
            next += Varint.Write(block[next..], (ulong)membership.Segment);
            WriteInstant(block, ref next, membership.Since);
        }
        BinaryPrimitives.WriteInt32LittleEndian(block[16..], next - Header);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], 0);
        Append(block, moves);
    }

    public static void Append(Span<byte> block, ReadOnlySpan<PlacedMove> moves)
    {
        var start = Used(block);
        var next = start;
        foreach (var move in moves)
        {
            next += Varint.Write(block[next..], (ulong)move.Lifecycle);
            next += Varint.Write(block[next..], (ulong)(move.From + 1));
            next += Varint.Write(block[next..], (ulong)move.To);
            WriteInstant(block, ref next, move.At);
        }
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], MoveBytes(block) + next - start);
    }

    public static long ReadInstant(ReadOnlySpan<byte> bytes, ref int next)
    {
        var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes[next..]);
        var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(next + 3)..]) >> 8;
        next += InstantBytes;
        return (((long)high << 32) | low) - Middle;
    }

    private static void WriteInstant(Span<byte> bytes, ref int next, long at)
    {
        var biased = at + Middle;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(next + 3)..], (uint)(biased >> 24));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[next..], (uint)biased);
        next += InstantBytes;
    }

    private static int MembershipBytes(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[16..]);

    private static int MoveBytes(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[20..]);

    private static int Length(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 5;
}

/// <summary>The blocks of one shard behind one another, with gaps where some were given up.</summary>
internal sealed class PlaceArena
{
    private byte[] bytes = [];
    private int used;
    private int wasted;

    public int Blocks { get; private set; }

    public int Capacity => bytes.Length;

    public bool IsWorthClosing => wasted > 4_096 && wasted > used / 2;

    public delegate void Visit(int profile, ReadOnlySpan<byte> block);

    /// <summary>The block that begins at an offset, whole.</summary>
    public Span<byte> At(int offset) => bytes.AsSpan(offset, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset)));

    /// <summary>A new block, its owner written; answers its offset. Spans given before are void.</summary>
    public int Add(int profile, int capacity)
    {
        if (used + capacity > bytes.Length)
        {
            Array.Resize(ref bytes, checked(Math.Max(bytes.Length + (bytes.Length / 4), used + capacity + 256)));
        }
        var offset = used;
        PlaceBlock.SetOwner(bytes.AsSpan(offset), profile, capacity);
        used += capacity;
        Blocks++;
        return offset;
    }

    public void Free(int offset)
    {
        var block = At(offset);
        wasted += block.Length;
        Blocks--;
        PlaceBlock.SetOwner(block, -1, block.Length);
    }

    /// <summary>Moves the blocks together, and says where each stands now.</summary>
    public void Close(Action<int, int> moved)
    {
        var old = bytes;
        var end = used;
        bytes = new byte[(used - wasted) + ((used - wasted) / 4) + 256];
        used = 0;
        wasted = 0;
        Walk(old, end, (profile, block) =>
        {
            if (profile >= 0)
            {
                block.CopyTo(bytes.AsSpan(used));
                moved(profile, used);
                used += block.Length;
            }
        });
    }

    public byte[] Copy() => bytes.AsSpan(0, used).ToArray();

    /// <summary>Visits every block, gaps (profile -1) too. Throws <see cref="InvalidDataException"/> where the bytes are no blocks.</summary>
    public static void Walk(byte[] bytes, int end, Visit visit)
    {
        for (var offset = 0; offset < end;)
        {
            var capacity = end - offset >= PlaceBlock.Header ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset)) : 0;
            if (capacity < PlaceBlock.Header || capacity > end - offset || PlaceBlock.Used(bytes.AsSpan(offset, capacity)) > capacity)
            {
                throw new InvalidDataException("The places hold a block of an impossible length.");
            }
            visit(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset + 4)), bytes.AsSpan(offset, capacity));
            offset += capacity;
        }
    }
}
