using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;

namespace Ciclo.Tests.Metrics;

/// <summary>Alerts, their causes and the pace of goals against plain references over random series.</summary>
public sealed class AlertJudgeTests
{
    private static readonly DateOnly Monday = new(2026, 1, 5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_anomaly_is_what_a_plain_reference_says_over_random_series(int seed)
    {
        var random = new Random(seed);
        var (fired, quiet) = (0, 0);
        for (var round = 0; round < 200; round++)
        {
            var points = Enumerable.Range(0, 120).Select(i => random.Next(20) == 0 ? (Point?)null : new Point(random.Next(50) + (i % 7 * 30) + (random.Next(25) == 0 ? 200 : 0))).ToList();
            var dates = Enumerable.Range(0, points.Count).Select(Monday.AddDays).ToList();
            var rule = new AlertRule(AlertKind.Anomaly, (AlertSide)random.Next(3), 1 + (random.NextDouble() * 3));
            for (var at = 0; at < points.Count; at++)
            {
                var found = AlertJudge.Judge(rule, PeriodKind.Day, ChanceModel.Counts, dates, points, at);
                // The reference: the same weekday, at most twelve weeks back, sorted by hand.
                var usual = new List<double>();
                for (var back = 1; back <= 12; back++)
                {
                    if (at - (7 * back) >= 0 && points[at - (7 * back)] is { } one)
                    {
                        usual.Add(one.Part);
                    }
                }
                if (points[at] is null || usual.Count < 8)
                {
                    Assert.False(found.Fires);
                    Assert.NotEqual(AlertGap.None, found.Gap);
                    continue;
                }
                var middle = MiddleOf(usual);
                var spread = 1.4826022185056018 * MiddleOf([.. usual.Select(one => Math.Abs(one - middle))]);
                var far = rule.Amount * Math.Max(spread, Math.Sqrt(Math.Max(1, middle)));
                var isLow = points[at]!.Value.Part < middle - far;
                var isHigh = points[at]!.Value.Part > middle + far;
                var expected = rule.Side switch { AlertSide.Above => isHigh, AlertSide.Below => isLow, _ => isLow || isHigh };
                Assert.Equal((expected, middle), (found.Fires, found.Expected!.Value));
                (fired, quiet) = expected ? (fired + 1, quiet) : (fired, quiet + 1);
            }
        }
        Assert.True(fired > 100 && quiet > 100, $"{fired} fired, {quiet} did not");
    }

    [Fact]
    public void A_weekly_pattern_is_no_anomaly_and_one_day_off_it_is()
    {
        int[] week = [100, 105, 110, 120, 160, 300, 280];
        var points = Enumerable.Range(0, 100).Select(i => (Point?)new Point(week[i % 7] + (i / 7 % 3))).ToList();
        var dates = Enumerable.Range(0, 100).Select(Monday.AddDays).ToList();
        var rule = new AlertRule(AlertKind.Anomaly, AlertSide.Either, 3);
        Assert.DoesNotContain(Enumerable.Range(84, 16), at => AlertJudge.Judge(rule, PeriodKind.Day, ChanceModel.Counts, dates, points, at).Fires);
        // A Saturday like a Monday.
        points[89] = new Point(110);
        Assert.True(AlertJudge.Judge(rule, PeriodKind.Day, ChanceModel.Counts, dates, points, 89).Fires);
        Assert.False(AlertJudge.Judge(rule with { Side = AlertSide.Above }, PeriodKind.Day, ChanceModel.Counts, dates, points, 89).Fires);
    }

    [Fact]
    public void What_stays_off_fires_until_it_is_the_new_usual()
    {
        int[] weeks = [100, 120, 80, 110, 90];
        var dates = Enumerable.Range(0, 40).Select(i => Monday.AddDays(7 * i)).ToList();
        var points = Enumerable.Range(0, 40).Select(i => (Point?)new Point(i < 25 ? weeks[i % 5] : 20)).ToList();
        var rule = new AlertRule(AlertKind.Anomaly, AlertSide.Below, 3);
        var usual = AlertJudge.Usual(rule, PeriodKind.Week, ChanceModel.Counts, dates, points);
        var fired = Enumerable.Range(0, 40).Where(at => AlertJudge.Judge(rule, PeriodKind.Week, ChanceModel.Counts, dates, points, at, usual).Fires).ToList();
        Assert.Equal([25, 26, 27, 28, 29], fired);
        // Without leaving them out it is quiet after three: the bad weeks widen what is usual.
        Assert.Equal([25, 26, 27], Enumerable.Range(0, 40).Where(at => AlertJudge.Judge(rule, PeriodKind.Week, ChanceModel.Counts, dates, points, at).Fires));
    }

    [Theory]
    [InlineData(200, 1000, 300, 1000, true)]
    [InlineData(20, 100, 26, 100, false)]
    [InlineData(2, 20, 10, 20, false)]
    public void A_change_of_a_share_fires_beyond_chance_alone(int now, int of, int before, int ofBefore, bool fires)
    {
        List<DateOnly> dates = [Monday, Monday.AddDays(7)];
        List<Point?> points = [new Point(before, ofBefore), new Point(now, of)];
        var found = AlertJudge.Judge(new AlertRule(AlertKind.Change, AlertSide.Below, 0.1), PeriodKind.Week, ChanceModel.Shares, dates, points, 1);
        // The z test by hand.
        var (p, q) = ((double)now / of, (double)before / ofBefore);
        var pooled = (double)(now + before) / (of + ofBefore);
        var z = Math.Abs(p - q) / Math.Sqrt(pooled * (1 - pooled) * ((1.0 / of) + (1.0 / ofBefore)));
        Assert.Equal(fires, z > 2.5758 && of >= 30);
        Assert.Equal((fires, !fires), (found.Fires, found.IsWithinChance));
    }

    [Fact]
    public void A_change_looks_at_the_period_that_it_names()
    {
        var dates = Enumerable.Range(0, 400).Select(Monday.AddDays).ToList();
        var points = Enumerable.Range(0, 400).Select(i => (Point?)new Point(1_000 + i)).ToList();
        foreach (var (from, back) in new[] { (AlertBase.Previous, 1), (AlertBase.Week, 7), (AlertBase.Year, 364) })
        {
            var found = AlertJudge.Judge(new AlertRule(AlertKind.Change, AlertSide.Either, 0.5, Base: from), PeriodKind.Day, ChanceModel.Counts, dates, points, 399);
            Assert.Equal([399 - back], found.References);
            Assert.Equal(1_399 - back, found.Expected);
        }
        var months = Enumerable.Range(0, 14).Select(i => new DateOnly(2025, 1, 1).AddMonths(i)).ToList();
        var year = AlertJudge.Judge(new AlertRule(AlertKind.Change, AlertSide.Below, 0.5, Base: AlertBase.Year), PeriodKind.Month, ChanceModel.None, months, [.. points.Take(14)], 13);
        Assert.Equal([1], year.References);
    }

    [Theory]
    [InlineData(AlertSide.Above, 10, 10.1, true)]
    [InlineData(AlertSide.Above, 10, 10, false)]
    [InlineData(AlertSide.Below, 10, 9.9, true)]
    [InlineData(AlertSide.Below, 10, 10, false)]
    public void A_threshold_is_passed_and_not_met(AlertSide side, double amount, double value, bool fires) =>
        Assert.Equal(fires, AlertJudge.Judge(new AlertRule(AlertKind.Threshold, side, amount), PeriodKind.Day, ChanceModel.None, [Monday], [new Point(value)], 0).Fires);

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Contributions_add_up_to_the_difference_of_sums_and_of_ratios(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, 9)).Select(i => ($"v{i}", Random(), Random())).ToList();
            var sums = Contributions.Of([.. values.Select(one => (one.Item1, new Point(one.Item2.Part), new Point(one.Item3.Part)))], false, ChanceModel.Counts, 1);
            Assert.Equal(values.Sum(one => one.Item2.Part) - values.Sum(one => one.Item3.Part), sums.Sum(one => one.Delta), 6);
            var ratios = Contributions.Of(values, true, ChanceModel.Shares, 1);
            var (whole, wholeBefore) = (values.Sum(one => one.Item2.Whole!.Value), values.Sum(one => one.Item3.Whole!.Value));
            if (whole == 0 || wholeBefore == 0)
            {
                Assert.Empty(ratios);
                continue;
            }
            Assert.Equal((values.Sum(one => one.Item2.Part) / whole) - (values.Sum(one => one.Item3.Part) / wholeBefore), ratios.Sum(one => one.Delta), 9);
            Assert.Equal(ratios.Select(one => Math.Abs(one.Delta)).OrderDescending(), ratios.Select(one => Math.Abs(one.Delta)));
        }

        Point Random()
        {
            var whole = random.Next(6) == 0 ? 0 : random.Next(1, 500);
            return new Point(random.Next(whole + 1), whole);
        }
    }

    [Fact]
    public void Chance_of_counts_is_the_standard_error_of_their_difference()
    {
        // 2.5758 · √(100 + 140) = 39.9
        Assert.True(AlertJudge.IsBeyondChance(ChanceModel.Counts, new Point(140), new Point(100), 1));
        Assert.False(AlertJudge.IsBeyondChance(ChanceModel.Counts, new Point(139), new Point(100), 1));
        // Against the mean of twelve the bar is lower: 2.5758 · √(100.. · 13/12) ≈ 27
        Assert.True(AlertJudge.IsBeyondChance(ChanceModel.Counts, new Point(128), new Point(100), 12));
        Assert.False(AlertJudge.IsBeyondChance(ChanceModel.Counts, new Point(126), new Point(100), 12));
    }

    [Fact]
    public void A_forecast_divides_what_adds_up_and_moves_what_does_not()
    {
        (double, double)[] earlier = [(40, 100), (50, 100), (60, 100), (30, 60)];
        var sum = GoalPace.Forecast(55, 0.4, true, earlier)!;
        Assert.Equal((110, 55 / 0.6, 55 / 0.4, 4, 0.5), (sum.Value, Math.Round(sum.Low, 9) == Math.Round(55 / 0.6, 9) ? 55 / 0.6 : 0, sum.High, sum.Periods, sum.Share));
        Assert.Equal((137.5, 0), (GoalPace.Forecast(55, 0.4, true, earlier[..2])!.Value, GoalPace.Forecast(55, 0.4, true, [])!.Periods));
        var level = GoalPace.Forecast(55, 0.4, false, [(10, 12), (20, 19), (30, 34)])!;
        Assert.Equal((57, 54, 59, 3), (level.Value, level.Low, level.High, level.Periods));
        Assert.Equal(55, GoalPace.Forecast(55, 0.4, false, [])!.Value);
        Assert.Null(GoalPace.Forecast(5, 0, true, []));
        Assert.Null(GoalPace.Forecast(5, 0.01, true, [(0, 10), (0, 20), (0, 30)]));
    }

    [Theory]
    [InlineData(GoalKind.AtLeast, 100, 99.0, 120.0, false, true, GoalStatus.OnTrack)]
    [InlineData(GoalKind.AtLeast, 100, 99.0, 99.5, false, true, GoalStatus.AtRisk)]
    [InlineData(GoalKind.AtLeast, 100, 100.0, 200.0, false, true, GoalStatus.Reached)]
    [InlineData(GoalKind.AtLeast, 100, 100.0, 90.0, false, false, GoalStatus.AtRisk)]
    [InlineData(GoalKind.AtLeast, 100, 99.0, 99.0, true, true, GoalStatus.Missed)]
    [InlineData(GoalKind.AtMost, 100, 90.0, 120.0, false, true, GoalStatus.AtRisk)]
    [InlineData(GoalKind.AtMost, 100, 101.0, 120.0, false, true, GoalStatus.Missed)]
    [InlineData(GoalKind.AtMost, 100, 101.0, 99.0, false, false, GoalStatus.OnTrack)]
    [InlineData(GoalKind.AtMost, 100, 100.0, 100.0, true, true, GoalStatus.Reached)]
    [InlineData(GoalKind.GrowBy, 100, 100.0, 100.0, true, true, GoalStatus.Reached)]
    public void A_status_follows_from_the_value_the_forecast_and_the_end(GoalKind kind, double target, double value, double ends, bool isOver, bool addsUp, GoalStatus status) =>
        Assert.Equal(status, GoalPace.Status(kind, target, value, new GoalForecast(ends, ends, ends, 5, 0.5), isOver, addsUp));

    private static double MiddleOf(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
    }
}
