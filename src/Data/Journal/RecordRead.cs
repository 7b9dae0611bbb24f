using System.Buffers.Binary;

namespace Ciclo.Data.Journal;

/// <summary>One record by its address, which costs one or two reads however large its frame is.</summary>
internal static class RecordRead
{
    private const int FirstRead = 4_096;

    public static (RecordKind Kind, ReadOnlyMemory<byte> Body) At(SegmentList segments, long end, long address)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(address);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(address, end);
        var (segment, next) = segments.Find(address);
        var limit = Math.Min(end, next);
        Span<byte> first = stackalloc byte[FirstRead];
        first = first[..Read(segment, address, first, limit)];
        if (first.Length < FrameBuilder.RecordHeader || first[0] == 0)
        {
            throw NoRecord(segment, address);
        }
        var length = BinaryPrimitives.ReadInt32LittleEndian(first[1..]);
        if (length < 0 || length > limit - address - FrameBuilder.RecordHeader)
        {
            throw NoRecord(segment, address);
        }
        var body = new byte[length];
        var known = Math.Min(length, first.Length - FrameBuilder.RecordHeader);
        first.Slice(FrameBuilder.RecordHeader, known).CopyTo(body);
        var rest = body.AsSpan(known);
        return Read(segment, address + FrameBuilder.RecordHeader + known, rest, limit) == rest.Length
            ? ((RecordKind)first[0], body)
            : throw NoRecord(segment, address);
    }

    private static int Read(Segment segment, long position, Span<byte> target, long limit)
    {
        target = target[..(int)Math.Min(target.Length, limit - position)];
        return target.Length == 0 ? 0 : segment.File.ReadAt(segment.OffsetOf(position), target);
    }

    private static JournalDamagedException NoRecord(Segment segment, long address) =>
        new(segment.Path, segment.OffsetOf(address), address, "no record begins here.", default);
}
