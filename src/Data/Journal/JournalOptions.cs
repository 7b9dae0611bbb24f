namespace Ciclo.Data.Journal;

/// <summary>Limits of a journal, and what its opening must find.</summary>
public sealed record JournalOptions
{
    /// <summary>A segment that would pass this many bytes is followed by a new one. A larger group still gets a segment of its own.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>Bytes that may wait to be durable; an append beyond them is refused with <see cref="JournalBusyException"/>.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>At most this many bytes share one write and one fsync (a single larger frame goes alone).</summary>
    public int GroupBytes { get; init; } = 4 << 20;

    /// <summary>
    /// A position that is known to have been durable, such as the one that the records hold: a journal that ends before it has lost
    /// acknowledged bytes, and is refused.
    /// </summary>
    public long MustReach { get; init; }

    /// <summary>
    /// Checks every frame of every segment when opening, not just those of the last one. The time is linear in the journal;
    /// without it, damage in an older segment is found when a reader gets there, or by <see cref="JournalInspection"/>.
    /// </summary>
    public bool VerifyAll { get; init; }

    /// <summary>The salt of a journal that is about to be made; by default random. Tests and simulations fix it.</summary>
    public ulong? Salt { get; init; }
}
