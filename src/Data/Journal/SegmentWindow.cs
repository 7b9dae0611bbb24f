using System.Buffers;

namespace Ciclo.Data.Journal;

/// <summary>A pooled buffer that slides forward over one segment, so that small frames do not cost a system call each.</summary>
internal sealed class SegmentWindow(int readAhead) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(readAhead);
    private Segment? segment;
    private long start;
    private int count;

    /// <summary>
    /// The bytes at a position, at most <paramref name="length"/>, fewer where <paramref name="limit"/> or the file ends.
    /// Bytes at or after the limit are never read, not even ahead: a writer may be changing them. Valid until the next call.
    /// </summary>
    public ReadOnlyMemory<byte> Get(Segment from, long position, int length, long limit)
    {
        length = (int)Math.Max(0, Math.Min(length, limit - position));
        if (!ReferenceEquals(from, segment) || position < start || position > start + count)
        {
            segment = from;
            start = position;
            count = 0;
        }
        var offset = (int)(position - start);
        if (offset + length > count)
        {
            Fill(offset, length, limit);
            offset = 0;
        }
        return buffer.AsMemory(offset, Math.Min(length, count - offset));
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        segment = null;
    }

    private void Fill(int offset, int length, long limit)
    {
        var kept = buffer.AsSpan(offset, count - offset);
        if (length > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length);
            kept.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        else
        {
            kept.CopyTo(buffer);
        }
        start += offset;
        count -= offset;
        var room = (int)Math.Min(buffer.Length - count, limit - start - count);
        count += segment!.File.ReadAt(segment.OffsetOf(start + count), buffer.AsSpan(count, room));
    }
}
