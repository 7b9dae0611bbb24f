using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>
/// Where one thread's count goes, row by row: either each is added to its number, or those of one number are kept to be shown. So what a number opens into
/// adds up to it by construction. Not for estimates, which are more than sums.
/// </summary>
public sealed class MetricSink
{
    private record struct Sums(decimal Part, decimal Whole, decimal Squares);

    private readonly MetricQuestion question;
    private readonly Dictionary<string, Sums[]> cells = new(StringComparer.Ordinal);
    private readonly RowList? rows;
    private readonly int rowPeriod;
    private readonly string rowBreakdown;

    /// <summary>For the numbers.</summary>
    public MetricSink(MetricQuestion question) => (this.question, rowBreakdown) = (question, "");

    /// <summary>For the rows behind one of them: the question's first metric.</summary>
    public MetricSink(MetricQuestion question, int period, string breakdown, int most)
    {
        (this.question, rowPeriod, rowBreakdown) = (question, period, breakdown);
        rows = new RowList(most);
    }

    /// <summary>The index of a metric in the question; below 0 where it was not asked.</summary>
    public int IndexOf(Metric metric)
    {
        for (var i = 0; i < question.Metrics.Count; i++)
        {
            if (question.Metrics[i].Id == metric.Id)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Adds a row to a metric's number; an index below 0 is passed over, so that a fold need not ask what was asked.</summary>
    public void Add(int metric, int period, string breakdown, int profile, long at, string what, decimal part, decimal whole = 0)
    {
        if (metric < 0 || period < 0)
        {
            return;
        }
        if (rows is not null)
        {
            if (metric == 0 && period == rowPeriod && breakdown == rowBreakdown)
            {
                rows.Add(new MetricRow(profile, at, what, part, whole));
            }
            return;
        }
        if (!cells.TryGetValue(breakdown, out var values))
        {
            cells.Add(breakdown, values = new Sums[question.Metrics.Count * question.Periods.Count]);
        }
        ref var cell = ref values[(metric * question.Periods.Count) + period];
        cell = new Sums(cell.Part + part, cell.Whole + whole, cell.Squares + (question.Metrics[metric].HasInterval ? part * part : 0));
    }

    /// <summary>Adds what another thread counted.</summary>
    public void Join(MetricSink other)
    {
        rows?.Join(other.rows!);
        foreach (var (breakdown, theirs) in other.cells)
        {
            if (cells.TryAdd(breakdown, theirs))
            {
                continue;
            }
            var ours = cells[breakdown];
            for (var i = 0; i < ours.Length; i++)
            {
                ours[i] = new Sums(ours[i].Part + theirs[i].Part, ours[i].Whole + theirs[i].Whole, ours[i].Squares + theirs[i].Squares);
            }
        }
    }

    /// <summary>A series for each metric and breakdown; breakdowns in ordinal order, and "" alone where nothing was broken down.</summary>
    public IReadOnlyList<MetricSeries> Series()
    {
        if (cells.Count == 0)
        {
            cells.Add("", new Sums[question.Metrics.Count * question.Periods.Count]);
        }
        var count = question.Periods.Count;
        return
        [
            .. question.Metrics.SelectMany((metric, index) => cells.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new MetricSeries(
                metric, pair.Key, [.. Enumerable.Range(index * count, count).Select(i => CellOf(metric, pair.Value[i]))]))),
        ];
    }

    public MetricRows Rows() => rows!.Result(question.Metrics[0].Form == MetricForm.Ratio);

    /// <summary>The interval is that of a mean: ± 1.96 standard errors. For shares of promoters and detractors this is the variance of the NPS.</summary>
    private static MetricCell? CellOf(Metric metric, Sums sums)
    {
        var cell = new MetricCell(sums.Part, metric.Form == MetricForm.Ratio ? sums.Whole : null);
        if (!metric.HasInterval || cell.Value is not { } mean || sums.Whole == 0)
        {
            return cell;
        }
        var error = 1.96m * (decimal)Math.Sqrt((double)(Math.Max(0, (sums.Squares / sums.Whole) - (mean * mean)) / sums.Whole));
        return cell with { Interval = (mean - error, mean + error) };
    }
}
