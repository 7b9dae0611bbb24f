using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>Followers at the end of periods, and how they changed. <paramref name="rows"/>: by network and day.</summary>
internal sealed class FollowerCounts(IReadOnlyList<FollowerRow> rows, Zone zone)
{
    public IEnumerable<MetricSeries> Answer(MetricQuestion question)
    {
        IReadOnlyList<string> values = question.Breakdown.Length > 0 ? [.. rows.Select(row => row.Network).Distinct(StringComparer.Ordinal)] : [""];
        return question.Metrics.SelectMany(metric => values.Select(value => new MetricSeries(metric, value,
            [.. Enumerable.Range(0, question.Periods.Count).Select(period => RowsOf(metric, question.Periods, period, value) is { Count: > 0 } found ? new MetricCell(found.Sum(row => row.Part)) : (MetricCell?)null)])));
    }

    public MetricRows Rows(MetricQuestion question, int period, string breakdown)
    {
        var found = RowsOf(question.Metrics[0], question.Periods, period, breakdown);
        return new MetricRows(found, found.Count, new MetricCell(found.Sum(row => row.Part)));
    }

    /// <summary>A row for each network that was counted.</summary>
    private List<MetricRow> RowsOf(Metric metric, Periods periods, int period, string network)
    {
        var found = new List<MetricRow>();
        foreach (var counts in rows.Where(row => network.Length == 0 || row.Network == network).GroupBy(row => row.Network, StringComparer.Ordinal))
        {
            var (before, now) = (LastBefore(counts, periods.StartOf(period)), LastBefore(counts, periods.StartOf(period + 1)));
            if (now is not null && metric == AcquisitionMetrics.Followers)
            {
                found.Add(new MetricRow(-1, zone.StartOfDay(now.Day), now.Network, now.Followers, 0));
            }
            else if (now is not null && before is not null && metric == AcquisitionMetrics.FollowersGained)
            {
                found.Add(new MetricRow(-1, zone.StartOfDay(now.Day), now.Network, now.Followers - before.Followers, 0));
            }
        }
        return found;
    }

    private FollowerRow? LastBefore(IEnumerable<FollowerRow> counts, long at) => counts.LastOrDefault(row => zone.StartOfDay(row.Day) < at);
}
