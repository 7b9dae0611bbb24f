using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>
/// Metrics asked of a source, all of them its own, for each of some calendar periods in the workspace's zone.
/// </summary>
/// <param name="Metrics">At least one.</param>
/// <param name="Breakdown">By what each is broken down; empty for not at all. All of the metrics can be.</param>
/// <param name="Settings">Choices by a setting's id; what is missing has its default.</param>
public sealed record MetricQuestion(IReadOnlyList<Metric> Metrics, Periods Periods, string Breakdown, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>A setting's choice, or its default.</summary>
    public string Choice(MetricSetting setting) => Settings.GetValueOrDefault(setting.Id) is { Length: > 0 } chosen && (setting.IsOpen || setting.Choices.Any(choice => choice.Id == chosen))
        ? chosen
        : setting.Choices[0].Id;
}

/// <summary>
/// A number of one metric in one period: <paramref name="Part"/> alone, or over <paramref name="Whole"/>. Money in major units, shares from 0 to 1,
/// durations in milliseconds.
/// </summary>
public readonly record struct MetricCell(decimal Part, decimal? Whole = null)
{
    /// <summary>An interval of 95 % around the value, where there is one.</summary>
    public (decimal Low, decimal High)? Interval { get; init; }

    /// <summary>Null is no data: a ratio over nothing.</summary>
    public decimal? Value => Whole is not { } whole ? Part : whole == 0 ? null : Part / whole;
}

/// <summary>A metric over the periods, of one value of the breakdown; null cells hold no data.</summary>
public sealed record MetricSeries(Metric Metric, string Breakdown, IReadOnlyList<MetricCell?> Cells);

/// <summary>
/// One of the rows behind a number. The parts of all rows add up to the number's part, their wholes to its whole.
/// </summary>
/// <param name="Profile">The profile's number in the workspace's identity graph; -1 for a row that is nobody's, such as a cost.</param>
/// <param name="At">When; Unix milliseconds.</param>
/// <param name="What">What it is, in the words of the data: an order's number, a campaign.</param>
public readonly record struct MetricRow(int Profile, long At, string What, decimal Part, decimal Whole);

/// <summary>The rows behind one number, at most so many as were asked for; the totals are those of all.</summary>
public sealed record MetricRows(IReadOnlyList<MetricRow> Rows, long Count, MetricCell Total);
