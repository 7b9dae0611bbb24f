using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>
/// Where one thread's count goes, row by row: either each is added to its number, or those of one number are kept to be shown. So what a number opens into
/// adds up to it by construction. Not for estimates, which are more than sums.
/// </summary>
public sealed class MetricSink
{
    private record struct Sums(decimal Part, decimal Whole, decimal Squares, long Rows);

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
        rows = new RowList(most, question.Metrics[0].GreatestFirst);
    }

    /// <summary>Whether rows are kept, so that what they are in words is worth reading.</summary>
    public bool KeepsRows => rows is not null;

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
        cell = new Sums(cell.Part + part, cell.Whole + whole, cell.Squares + (question.Metrics[metric].HasInterval ? part * part : 0), cell.Rows + 1);
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
                ours[i] = new Sums(ours[i].Part + theirs[i].Part, ours[i].Whole + theirs[i].Whole, ours[i].Squares + theirs[i].Squares, ours[i].Rows + theirs[i].Rows);
            }
        }
    }

    /// <summary>A series for each metric and each of its breakdown's values that has rows, in ordinal order; one named "" for a metric without any.</summary>
    public IReadOnlyList<MetricSeries> Series() =>
        [.. question.Metrics.SelectMany((metric, index) => ValuesOf(index).DefaultIfEmpty("").Select(value => new MetricSeries(metric, value, CellsOf(index, value))))];

    private IEnumerable<string> ValuesOf(int metric) => cells
        .Where(pair => pair.Value.AsSpan(metric * question.Periods.Count, question.Periods.Count).ContainsAnyExcept(default(Sums)))
        .Select(pair => pair.Key).Order(StringComparer.Ordinal);

    private MetricCell?[] CellsOf(int metric, string value)
    {
        var sums = cells.GetValueOrDefault(value) ?? new Sums[question.Metrics.Count * question.Periods.Count];
        return [.. Enumerable.Range(metric * question.Periods.Count, question.Periods.Count).Select(i => CellOf(question.Metrics[metric], sums[i]))];
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
