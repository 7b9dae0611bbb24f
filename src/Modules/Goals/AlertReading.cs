using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Goals;

/// <summary>A period as an alert sees it.</summary>
public sealed record JudgedPeriod(int Period, AlertFinding Finding);

/// <summary>An alert's number over time, what the rule says of each closed period, and of the one under way where it looks at that; oldest first.</summary>
public sealed record AlertCourse(NumberCourse Course, IReadOnlyList<JudgedPeriod> Judged)
{
    /// <summary>The first date of a period.</summary>
    public DateOnly DateOf(JudgedPeriod one) => Course.Dates[one.Period];

    /// <summary>Where each row of periods begins in which the alert fires: what would have been told.</summary>
    public IReadOnlyList<JudgedPeriod> Told => [.. Judged.Where((one, i) => one.Finding.Fires && (i == 0 || !Judged[i - 1].Finding.Fires))];
}

/// <summary>Asks what a rule says of periods: of the last ones for a running alert, of months for a back-test. Both ask the same.</summary>
internal static class AlertReading
{
    /// <summary>How many closed periods a back-test looks at: 90 days, half a year of weeks, two years of months.</summary>
    public static int Tested(PeriodKind by) => by switch { PeriodKind.Day => 90, PeriodKind.Week => 26, _ => 24 };

    /// <summary>How many values are told as causes.</summary>
    private const int MostCauses = 3;

    /// <summary>What the rule says of the last closed periods; null for a metric that is no longer there.</summary>
    /// <exception cref="MetricsBusyException">Everything is being counted anew.</exception>
    public static AlertCourse? Read(NumberReading numbers, AskedNumber number, PeriodKind by, AlertRule rule, bool soFar, int closed, long now, CancellationToken cancellation)
    {
        var periods = AskedPeriods.Latest(by, numbers.Engine.Rules.Zone, closed + Needed(rule, by) + 1, now);
        if (numbers.Course(number, periods, cancellation) is not { } course)
        {
            return null;
        }
        var running = periods.Count - 1;
        // What only grows is below any number when its period begins, and that says nothing.
        var looksAhead = soFar && (rule.Side == AlertSide.Above || !course.Metric.AddsUp);
        var usual = AlertJudge.Usual(rule, by, course.Metric.Chance, course.Dates, course.Points);
        var judged = Enumerable.Range(Math.Max(0, running - closed), Math.Min(running, closed) + (looksAhead ? 1 : 0))
            .Select(i => new JudgedPeriod(i, AlertJudge.Judge(rule, by, course.Metric.Chance, course.Dates, course.Points, i, usual)));
        // A period under way that is as it should be so far ends nothing yet.
        return new AlertCourse(course, [.. judged.Where(one => one.Period < running || one.Finding.Fires)]);
    }

    /// <summary>
    /// Which values of each breakdown moved the number from what it was held against, the ones that moved it most first: only those beyond chance, and only those that
    /// moved it the way that it went. A threshold is held against the period before.
    /// </summary>
    public static IReadOnlyList<Cause> Causes(NumberReading numbers, AskedNumber number, AlertCourse course, JudgedPeriod judged, CancellationToken cancellation)
    {
        var metric = course.Course.Metric;
        IReadOnlyList<int> references = judged.Finding.References.Count > 0 ? judged.Finding.References : judged.Period > 0 ? [judged.Period - 1] : [];
        if (number.Breakdown.Length > 0 || NumberReading.IsAlwaysSplit(metric) || metric.Form == MetricForm.Estimate || references.Count == 0)
        {
            return [];
        }
        var causes = new List<Cause>();
        foreach (var breakdown in metric.Breakdowns.Take(NumberReading.MostBreakdowns))
        {
            var values = numbers.Split(number, breakdown, course.Course.Periods, cancellation)
                .Select(one => (one.Value, one.Points[judged.Period] ?? default, Against(one.Points, references, metric.Form == MetricForm.Ratio))).ToList();
            var moved = Contributions.Of(values, metric.Form == MetricForm.Ratio, metric.Chance, references.Count);
            var way = Math.Sign(moved.Sum(one => one.Delta));
            causes.AddRange(moved.Where(one => one.IsBeyondChance && Math.Sign(one.Delta) == way).Take(MostCauses).Select(one => new Cause(breakdown, one.Value, one.Delta, one.Now, one.Before)));
        }
        return [.. causes.OrderByDescending(cause => Math.Abs(cause.Delta)).Take(MostCauses)];
    }

    /// <summary>How many periods before the judged ones a rule reads; of anomalies also what tells whether those were usual themselves.</summary>
    private static int Needed(AlertRule rule, PeriodKind by) => (rule.Kind, rule.Base, by) switch
    {
        (AlertKind.Threshold, _, _) => 1,
        (AlertKind.Anomaly, _, PeriodKind.Day) => 14 * AlertJudge.MostReferences,
        (AlertKind.Anomaly, _, _) => 2 * AlertJudge.MostReferences,
        (_, AlertBase.Year, PeriodKind.Day) => 364,
        (_, AlertBase.Year, PeriodKind.Week) => 52,
        (_, AlertBase.Year, _) => 12,
        (_, AlertBase.Week, _) => 7,
        _ => 1,
    };

    /// <summary>Of a sum the mean of the earlier periods, of a ratio the sums of its parts and wholes.</summary>
    private static Point Against(IReadOnlyList<Point?> points, IReadOnlyList<int> references, bool isRatio)
    {
        var (part, whole) = (references.Sum(i => points[i]?.Part ?? 0), references.Sum(i => points[i]?.Whole ?? 0));
        return isRatio ? new Point(part, whole) : new Point(part / references.Count);
    }
}
