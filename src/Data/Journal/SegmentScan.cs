namespace Ciclo.Data.Journal;

/// <summary>Walks the frames of one segment and, past damage, looks for the next whole one.</summary>
internal sealed class SegmentScan(Segment segment, long limit) : IDisposable
{
    private const int Chunk = 1 << 20;

    private readonly SegmentWindow window = new(Chunk);

    /// <summary>Whether a whole frame or a seal that was written at this position is here.</summary>
    public bool TryFrame(long position, out FrameHeader header)
    {
        if (!FrameHeader.TryRead(window.Get(segment, position, FrameHeader.Size, limit).Span, segment.Salt, position, out header))
        {
            return false;
        }
        var frame = window.Get(segment, position, header.FrameLength, limit).Span;
        return header.IsSeal || (frame.Length == header.FrameLength && Checksum.Of(frame[FrameHeader.Size..]) == header.PayloadSum);
    }

    /// <summary>The first position at or after this one with a whole frame or seal; the limit if there is none.</summary>
    public long FindFrame(long position)
    {
        while (limit - position >= FrameHeader.Size)
        {
            var candidate = FindHeader(position);
            if (candidate < 0)
            {
                position += Math.Min(Chunk, limit - position) - FrameHeader.Size + 1;
            }
            else if (TryFrame(candidate, out _))
            {
                return candidate;
            }
            else
            {
                position = candidate + 1;
            }
        }
        return limit;
    }

    /// <summary>The run of whole frames from a position on: where it ends, how many, where the group of the last one began, and whether a seal ends it.</summary>
    public FrameRun Run(long position)
    {
        var run = new FrameRun(position, position, 0, position, Sealed: false);
        while (TryFrame(run.End, out var header))
        {
            if (header.IsSeal)
            {
                return run with { Sealed = true };
            }
            run = run with { End = run.End + header.FrameLength, Frames = run.Frames + 1, GroupStart = run.End - header.Back };
        }
        return run;
    }

    /// <summary>
    /// Every whole frame after a position that is none: how much there is, and the furthest position that they show to have been flushed.
    /// </summary>
    public Remains After(long position)
    {
        var remains = new Remains(0, 0, 0);
        var next = FindFrame(position + 1);
        while (next < limit && TryFrame(next, out var header))
        {
            remains = header.IsSeal
                ? remains with { Flushed = Math.Max(remains.Flushed, next) }
                : new Remains(remains.Frames + 1, remains.Bytes + header.FrameLength, Math.Max(remains.Flushed, next - header.Back));
            next = FindFrame(next + header.FrameLength);
        }
        return remains;
    }

    public void Dispose() => window.Dispose();

    private long FindHeader(long position)
    {
        var bytes = window.Get(segment, position, Chunk, limit).Span;
        for (var i = 0; i + FrameHeader.Size <= bytes.Length; i++)
        {
            if (FrameHeader.TryRead(bytes.Slice(i, FrameHeader.Size), segment.Salt, position + i, out _))
            {
                return position + i;
            }
        }
        return -1;
    }
}

internal readonly record struct FrameRun(long Start, long End, long Frames, long GroupStart, bool Sealed);

internal readonly record struct Remains(long Frames, long Bytes, long Flushed);
