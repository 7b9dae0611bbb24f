using Ciclo.Core.Analytics;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>One test made ready for each segment of a scan.</summary>
internal sealed class SegmentTests
{
    private readonly EventTest test;
    private readonly KindChoice[] choices;
    private readonly RowTest[] rows;

    internal SegmentTests(EventTest test, ReadOnlySpan<HistorySegment> segments)
    {
        this.test = test;
        (choices, rows) = (new KindChoice[segments.Length], new RowTest[segments.Length]);
        for (var i = 0; i < segments.Length; i++)
        {
            var kinds = segments[i].Kinds;
            var codes = new int[kinds.Length];
            for (var kind = 0; kind < codes.Length; kind++)
            {
                codes[kind] = test.Takes(kinds[kind]) ? 0 : -1;
            }
            choices[i] = new KindChoice(segments[i], codes);
            rows[i] = new RowTest(test, segments[i]);
        }
    }

    internal KindChoice Choice(int segment) => choices[segment];

    internal bool HasCondition => test.HasCondition;

    /// <summary>True where every row of a segment is one of the test's events, without looking.</summary>
    internal bool HoldsAll(int segment) => choices[segment].HoldsAll && !test.HasCondition;

    internal bool Holds(int segment, int row) => !test.HasCondition || rows[segment].Holds(row);

    internal bool Holds(in Core.Events.PackedEvent e) => test.Takes(e.Kind) && test.Holds(e);
}
