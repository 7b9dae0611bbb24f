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

    public static int CapacityOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block);

    /// <summary>The profile; -1 for a gap.</summary>
    public static int OwnerOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[4..]);

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

    /// <summary>Whether the parts of a block lie within it.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> block) =>
        MembershipBytes(block) >= 0 && MoveBytes(block) >= 0 && (long)Header + MembershipBytes(block) + MoveBytes(block) <= block.Length;

    /// <summary>Whether the parts of a whole block can be read to their ends.</summary>
    public static bool CanBeRead(ReadOnlySpan<byte> block) => CanBeRead(MembershipsOf(block), 1) && CanBeRead(MovesOf(block), 3);

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

    private static bool CanBeRead(ReadOnlySpan<byte> entries, int numbers)
    {
        for (var next = 0; next < entries.Length; next += InstantBytes)
        {
            for (var number = 0; number < numbers; number++)
            {
                if (!TryPass(entries, ref next))
                {
                    return false;
                }
            }
            if (entries.Length - next < InstantBytes)
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryPass(ReadOnlySpan<byte> bytes, ref int next)
    {
        var (value, shift) = (0UL, 0);
        while (next < bytes.Length && shift < 35)
        {
            var one = bytes[next++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value <= int.MaxValue;
            }
            shift += 7;
        }
        return false;
    }

    private static int MembershipBytes(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[16..]);

    private static int MoveBytes(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[20..]);

    private static int Length(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 5;
}
