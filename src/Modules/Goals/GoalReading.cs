using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Goals;

/// <summary>
/// How a goal stands. <paramref name="Target"/> null: growth of a number that there was none of. <paramref name="Passed"/>: the share of its period that has passed.
/// <paramref name="Course"/>: the whole periods before and the one under way; of a goal between dates, its weeks.
/// </summary>
public sealed record GoalProgress(
    Goal Goal, Metric Metric, long From, long To, double? Value, double? Target, double Passed, GoalForecast? Forecast, GoalStatus Status, double? Before, NumberCourse Course, string? Currency)
{
    /// <summary>How much of the target there is; null where that means nothing.</summary>
    public double? Share => Value is { } value && Target is > 0 and { } target ? value / target : null;
}

/// <summary>Counts how goals stand: the number so far, what earlier periods had by the same day, and what that promises.</summary>
internal static class GoalReading
{
    /// <summary>Whole periods that are shown and learned from.</summary>
    private const int Earlier = 12;

    /// <summary>Null for a metric that is no longer there.</summary>
    public static GoalProgress? Read(NumberReading numbers, Goal goal, long now, CancellationToken cancellation)
    {
        if (numbers.Find(goal.Number.Metric) is not { } metric)
        {
            return null;
        }
        var zone = numbers.Engine.Rules.Zone;
        var (from, to) = goal.SpanAt(zone, now);
        var until = Math.Clamp(now, from + 1, to);
        var own = numbers.Course(goal.Number, Periods.Whole(zone, from, until), cancellation)!;
        var value = now < from ? null : own.Points[0]?.Value;
        var course = CourseOf(numbers, goal, zone, from, until, cancellation);
        var before = goal.Period is not null
            ? course.Points.Count > 1 ? course.Points[^2]?.Value : null
            : goal.Kind == GoalKind.GrowBy ? numbers.Course(goal.Number, Periods.Whole(zone, from - (to - from), from), cancellation)!.Points[0]?.Value : null;
        var target = goal.Kind != GoalKind.GrowBy ? goal.Amount : before is { } grows ? grows * (1 + goal.Amount) : (double?)null;
        var passed = (until - from) / (double)(to - from);
        var isOver = now >= to;
        var forecast = value is { } known && !isOver ? GoalPace.Forecast(known, passed, metric.AddsUp, goal.Period is { } kind ? EarlierOf(numbers, goal, kind, zone, course, until, cancellation) : []) : null;
        var status = target is { } asked ? GoalPace.Status(goal.Kind, asked, value, forecast, isOver, metric.AddsUp) : GoalStatus.NoData;
        return new GoalProgress(goal, metric, from, to, value, target, passed, forecast, status, before, course, numbers.Currency);
    }

    /// <summary>The last whole periods of a kind, for a form that asks what is realistic.</summary>
    public static NumberCourse? Past(NumberReading numbers, AskedNumber number, PeriodKind kind, long now, CancellationToken cancellation) =>
        numbers.Course(number, Measure.Contracts.AskedPeriods.Latest(kind, numbers.Engine.Rules.Zone, Earlier + 1, now), cancellation);

    private static NumberCourse CourseOf(NumberReading numbers, Goal goal, Zone zone, long from, long until, CancellationToken cancellation)
    {
        var periods = goal.Period is { } kind
            ? Measure.Contracts.AskedPeriods.Latest(kind, zone, Earlier + 1, until - 1)
            : Periods.Of(until - from > 70 * Durations.Day ? PeriodKind.Month : until - from > 14 * Durations.Day ? PeriodKind.Week : PeriodKind.Day, zone, from, until);
        return numbers.Course(goal.Number, periods, cancellation)!;
    }

    /// <summary>What each earlier whole period had by the same day and time, and in the end. Both come from the catalogue, so it holds for counts of different people too.</summary>
    private static List<(double SoFar, double Whole)> EarlierOf(
        NumberReading numbers, Goal goal, PeriodKind kind, Zone zone, NumberCourse course, long until, CancellationToken cancellation)
    {
        var last = course.Periods.Count - 1;
        if (last < GoalPace.FewestPeriods)
        {
            return [];
        }
        var (days, rest) = (zone.DayOf(until - 1) - zone.DayOf(course.Periods.StartOf(last)), until - zone.StartOfDay(zone.DayOf(until - 1)));
        var cuts = Enumerable.Range(0, last).Select(i => Math.Min(zone.StartOfDay(zone.DayOf(course.Periods.StartOf(i)) + days) + rest, course.Periods.StartOf(i + 1) - 1)).ToList();
        var split = Periods.At(kind, zone, [.. Enumerable.Range(0, last).SelectMany(i => new[] { course.Periods.StartOf(i), cuts[i] }), course.Periods.StartOf(last)]);
        var parts = numbers.Course(goal.Number, split, cancellation)!;
        return [.. Enumerable.Range(0, last).Where(i => parts.Points[2 * i]?.Value is not null && course.Points[i]?.Value is not null).Select(i => (parts.Points[2 * i]!.Value.Value!.Value, course.Points[i]!.Value.Value!.Value))];
    }
}
