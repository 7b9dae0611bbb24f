namespace Ciclo.Modules.Imports;

/// <summary>Tells how far an import is, a few times a second.</summary>
internal sealed class Pace(CountingStream file, TimeProvider clock, IProgress<ImportProgress>? progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long startedAt = clock.GetTimestamp();
    private long toldAt = clock.GetTimestamp();

    internal void Tell(long rows)
    {
        // Asking the clock for each row would cost more than some rows do.
        if (progress is not null && rows % 1_024 == 0 && clock.GetElapsedTime(toldAt) >= Interval)
        {
            TellLast(rows);
        }
    }

    internal void TellLast(long rows)
    {
        toldAt = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(startedAt, toldAt);
        var rate = elapsed > TimeSpan.Zero ? rows / elapsed.TotalSeconds : 0;
        TimeSpan? left = file.Total is { } total && file.Count > 0 ? elapsed * ((double)Math.Max(0, total - file.Count) / file.Count) : null;
        progress?.Report(new ImportProgress(rows, file.Count, file.Total, rate, left));
    }
}

/// <summary>Counts what is read from a stream that stays the caller's.</summary>
internal sealed class CountingStream(Stream inner) : Stream
{
    internal long Count { get; private set; }

    internal long? Total { get; } = inner.CanSeek ? inner.Length - inner.Position : null;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Count += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
