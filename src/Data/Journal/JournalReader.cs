namespace Ciclo.Data.Journal;

/// <summary>
/// Reads frames in order, up to the durable end, and checks each. Any number of readers may follow while frames are appended;
/// one reader belongs to one thread at a time.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private const int ReadAhead = 256 << 10;

    private readonly Journal journal;
    private readonly SegmentWindow window = new(ReadAhead);

    internal JournalReader(Journal journal, long position)
    {
        this.journal = journal;
        NextPosition = position;
    }

    /// <summary>The position of the frame that the next read answers: the one to keep, so as to go on from there later.</summary>
    public long NextPosition { get; private set; }

    /// <summary>
    /// The next frame; false at the durable end (<see cref="Journal.WaitForMoreAsync"/> tells when there is more).
    /// The payload is valid until the next call. Throws <see cref="JournalDamagedException"/> where no whole frame is.
    /// </summary>
    public bool TryRead(out long position, out ReadOnlyMemory<byte> payload)
    {
        position = NextPosition;
        payload = default;
        var end = journal.End;
        if (position >= end)
        {
            return false;
        }
        var (segment, next) = journal.Segments.Find(position);
        var limit = Math.Min(end, next);
        if (!FrameHeader.TryRead(window.Get(segment, position, FrameHeader.Size, limit).Span, segment.Salt, position, out var header) || header.IsSeal)
        {
            throw Damaged(segment, position, limit, "no frame begins here.");
        }
        payload = window.Get(segment, position, header.FrameLength, limit)[FrameHeader.Size..];
        if (payload.Length != header.PayloadLength || Checksum.Of(payload.Span) != header.PayloadSum)
        {
            throw Damaged(segment, position, limit, "this frame is not what was written.");
        }
        NextPosition = position + header.FrameLength;
        return true;
    }

    public void Dispose() => window.Dispose();

    private static JournalDamagedException Damaged(Segment segment, long position, long limit, string reason)
    {
        using var scan = new SegmentScan(segment, limit);
        var before = scan.Run(segment.First);
        var after = scan.After(position);
        var survey = new DamageSurvey(before.Frames, before.End - before.Start, after.Frames, after.Bytes);
        return new JournalDamagedException(segment.Path, segment.OffsetOf(position), position, reason, survey);
    }
}
