using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>Puts groups of frames at the end of the last segment: one write and one fsync a group. Used by one thread.</summary>
internal sealed class GroupWriter(SegmentList segments, JournalOptions options, long end)
{
    private byte[] buffer = GC.AllocateUninitializedArray<byte>(64 << 10);
    private long written = end;

    /// <summary>Everything before this position is durable.</summary>
    public long End { get; private set; } = end;

    /// <summary>Writes a group and gives each append its position. Throws as the disk does; nothing is durable before <see cref="Flush"/>.</summary>
    public void Write(List<PendingAppend> group)
    {
        var length = 0;
        foreach (var pending in group)
        {
            length += pending.FrameLength;
        }
        if (End > segments.Last.First && segments.Last.OffsetOf(End) + length > options.SegmentBytes)
        {
            segments.Add(End);
        }
        var bytes = Frame(group, length);
        segments.Last.File.WriteAt(segments.Last.OffsetOf(End), bytes);
        written = End + length;
    }

    public void Flush()
    {
        segments.Last.File.Flush();
        End = written;
    }

    /// <summary>
    /// Takes back a group that the disk had no room for. It is flushed as well: otherwise a crash could show frames of a refused group
    /// between those of the next one.
    /// </summary>
    public void CutBack()
    {
        var last = segments.Last;
        if (last.PhysicalEnd > End)
        {
            last.File.SetLength(last.OffsetOf(End));
            last.File.Flush();
        }
    }

    /// <summary>
    /// Says on disk that everything so far was flushed, so that damage to it is never taken for an unfinished write. The next group goes
    /// over it. It needs no space to be right: a full disk is let pass.
    /// </summary>
    public void Seal()
    {
        Span<byte> seal = stackalloc byte[FrameHeader.Size];
        var last = segments.Last;
        FrameHeader.Seal.Write(seal, last.Salt, End);
        try
        {
            last.File.WriteAt(last.OffsetOf(End), seal);
        }
        catch (IOException error) when (DiskFull.Is(error))
        {
            CutBack();
        }
    }

    private ReadOnlySpan<byte> Frame(List<PendingAppend> group, int length)
    {
        // One huge frame must not pin its size in memory for good.
        if (buffer.Length < length || (buffer.Length > 2 * options.GroupBytes && length <= options.GroupBytes))
        {
            buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, 64 << 10));
        }
        var salt = segments.Last.Salt;
        var offset = 0;
        foreach (var pending in group)
        {
            pending.Position = End + offset;
            new FrameHeader(pending.Payload.Length, pending.PayloadSum, (uint)offset).Write(buffer.AsSpan(offset), salt, pending.Position);
            pending.Payload.Span.CopyTo(buffer.AsSpan(offset + FrameHeader.Size));
            offset += pending.FrameLength;
        }
        return buffer.AsSpan(0, length);
    }
}
