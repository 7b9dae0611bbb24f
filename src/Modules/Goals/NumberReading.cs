using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Goals;

/// <summary>A number over periods; null before the workspace's data begins and where there is none.</summary>
public sealed record NumberCourse(Metric Metric, Periods Periods, IReadOnlyList<DateOnly> Dates, IReadOnlyList<Point?> Points);

/// <summary>Asks the catalogue for the numbers that goals and alerts stand on.</summary>
internal sealed class NumberReading(WorkspaceEngine engine, MetricCatalogue catalogue)
{
    public WorkspaceEngine Engine => engine;

    public Metric? Find(string id) => catalogue.Find(id);

    public string? Currency => engine.Read(state => state.Currency);

    /// <summary>The number in each period; null for a metric that is no longer there.</summary>
    /// <exception cref="MetricsBusyException">Everything is being counted anew.</exception>
    public NumberCourse? Course(AskedNumber number, Periods periods, CancellationToken cancellation)
    {
        if (catalogue.Find(number.Metric) is not { } metric)
        {
            return null;
        }
        var series = Ask(metric, number, number.Breakdown, periods, cancellation);
        var own = series.FirstOrDefault(one => one.Breakdown == number.Value);
        var first = engine.Read(state => state.Staged.History.Count > 0 ? state.Staged.History.FirstAt : long.MaxValue);
        var points = Enumerable.Range(0, periods.Count).Select(i => periods.StartOf(i + 1) <= first ? null : own is null ? Nothing(metric) : PointOf(own.Cells[i])).ToList();
        return new NumberCourse(metric, periods, [.. Enumerable.Range(0, periods.Count).Select(periods.DateOf)], points);
    }

    /// <summary>The number of each value of a breakdown in each period.</summary>
    public IReadOnlyList<(string Value, IReadOnlyList<Point?> Points)> Split(AskedNumber number, string breakdown, Periods periods, CancellationToken cancellation) =>
        catalogue.Find(number.Metric) is not { } metric ? []
        : [.. Ask(metric, number, breakdown, periods, cancellation).Select(series => (series.Breakdown, (IReadOnlyList<Point?>)[.. series.Cells.Select(PointOf)]))];

    /// <summary>What a form offers to look at: the values of each breakdown in the last two months, the largest first.</summary>
    public IReadOnlyList<(string Breakdown, IReadOnlyList<string> Values)> Choices(Metric metric, IReadOnlyDictionary<string, string> settings, long now, CancellationToken cancellation)
    {
        var periods = AskedPeriods.Latest(PeriodKind.Month, engine.Rules.Zone, 2, now);
        return
        [
            .. metric.Breakdowns.Take(MostBreakdowns).Select(breakdown => (breakdown, (IReadOnlyList<string>)
            [
                .. catalogue.Answer(engine, new MetricQuestion([metric], periods, breakdown, settings), cancellation)
                    .Where(series => series.Breakdown.Length > 0).OrderByDescending(series => series.Cells.Sum(cell => Math.Abs(cell?.Whole ?? cell?.Part ?? 0))).Take(MostValues).Select(series => series.Breakdown),
            ])),
        ];
    }

    /// <summary>Whether the metric has no number of everybody: each stage has its own.</summary>
    public static bool IsAlwaysSplit(Metric metric) => metric.Part == LifePart.Stage || metric.Id == "growth_accounting" || metric.Id == "social_followers";

    public const int MostBreakdowns = 4;
    private const int MostValues = 20;

    private IReadOnlyList<MetricSeries> Ask(Metric metric, AskedNumber number, string breakdown, Periods periods, CancellationToken cancellation) =>
        catalogue.Answer(engine, new MetricQuestion([metric], periods, breakdown, number.SettingsByName), cancellation);

    private static Point? Nothing(Metric metric) => metric.Form == MetricForm.Sum ? new Point(0) : null;

    private static Point? PointOf(MetricCell? cell) => cell is { } known ? new Point((double)known.Part, (double?)known.Whole) : null;
}
