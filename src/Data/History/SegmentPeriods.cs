namespace Ciclo.Data.History;

/// <summary>Periods that follow one another, in the terms in which a segment keeps its instants: which of them have an event is found without decoding any.</summary>
public sealed class SegmentPeriods
{
    private readonly PackedInts instants;
    private readonly long[] starts;
    private readonly double perRaw;

    /// <param name="segment">Whose instants.</param>
    /// <param name="bounds">Where each period begins, ascending, and the first instant after the last.</param>
    internal SegmentPeriods(in PackedInts segment, ReadOnlySpan<long> bounds)
    {
        instants = segment;
        starts = new long[bounds.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = instants.RawFrom(bounds[i]);
        }
        perRaw = (starts.Length - 1) / (double)Math.Max(1, starts[^1] - starts[0]);
    }

    /// <summary>Sets the bit of each period in which one of these rows lies, at or after an instant. The rows must be of one node.</summary>
    public void Mark(int first, int end, long since, Span<ulong> periods) =>
        instants.MarkSteps(first, end, instants.RawFrom(since), starts, perRaw, periods);
}
