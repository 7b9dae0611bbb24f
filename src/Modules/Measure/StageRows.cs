using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>The people, or for time in stage the stays, behind one number of a stage. As <see cref="StageFlow"/> counts them.</summary>
internal sealed class StageRows(string metric, StageFlowQuestion question, int stage, int most)
{
    private static readonly long LongestStay = 365 * Core.Time.Durations.Day;

    private readonly RowList rows = new(most);

    public MetricRows Result => rows.Result(metric == "stage_conversion");

    public void Add(int profile, ReadOnlySpan<StageMove> moves)
    {
        for (var i = 0; i < moves.Length && moves[i].At <= question.To; i++)
        {
            if (moves[i].To != stage)
            {
                continue;
            }
            var at = moves[i].At;
            var until = i + 1 < moves.Length && moves[i + 1].At <= question.To ? moves[i + 1].At : long.MaxValue;
            if (Of(profile, moves, i, at, until) is { } row)
            {
                rows.Add(row);
                if (metric != "time_in_stage")
                {
                    return;
                }
            }
        }
    }

    private MetricRow? Of(int profile, ReadOnlySpan<StageMove> moves, int index, long at, long until)
    {
        switch (metric)
        {
            case "stage_size":
                return until == long.MaxValue ? new MetricRow(profile, at, "", 1, 0) : null;
            case "entries":
                return at > question.From ? new MetricRow(profile, at, "", 1, 0) : null;
            case "exits":
                return until != long.MaxValue && until > question.From ? new MetricRow(profile, until, "", 1, 0) : null;
            case "stage_conversion":
                return at > question.CohortFrom && at <= question.CohortTo ? new MetricRow(profile, at, "", IsReached(moves, index) ? 1 : 0, 1) : null;
            default:
                return at > question.To - LongestStay ? new MetricRow(profile, at, "", (until == long.MaxValue ? question.To : until) - at, 0) : null;
        }
    }

    private bool IsReached(ReadOnlySpan<StageMove> moves, int index)
    {
        for (var next = index + 1; next < moves.Length; next++)
        {
            if (moves[next].To > moves[index].To)
            {
                return moves[next].At - moves[index].At <= question.HorizonMs;
            }
        }
        return false;
    }
}
