using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Goals.Tests;

/// <summary>What follows from looking: told once, over once, taken back where late data makes it untrue; the same whenever and however often one looks.</summary>
public sealed class AlertStepTests
{
    private static readonly long Start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly Alert Below = new(
        1, "default", "low", new AskedNumber("orders", "", "", ""), PeriodKind.Day, new AlertRule(AlertKind.Threshold, AlertSide.Below, 10), false, [], true, 0, 0, 0, "cli");

    [Fact]
    public void A_row_of_periods_is_told_once_and_over_once()
    {
        var story = new Story();
        Assert.Equal(["fired 4"], story.Look(12, 12, 12, 5));
        Assert.Empty(story.Look(12, 12, 12, 5));
        Assert.Empty(story.Look(12, 12, 12, 5, 4));
        Assert.Equal(["resolved 6"], story.Look(12, 12, 12, 5, 4, 11));
        Assert.Empty(story.Look(12, 12, 12, 5, 4, 11, 12));
        Assert.Equal(["fired 8"], story.Look(12, 12, 12, 5, 4, 11, 12, 3));
        Assert.Equal([FiringState.Fired, FiringState.Ongoing, FiringState.Fired], story.States);
    }

    [Fact]
    public void Late_data_takes_back_what_it_makes_untrue_and_nothing_is_told_twice()
    {
        var story = new Story();
        Assert.Equal(["fired 4"], story.Look(12, 12, 12, 5));
        // A file came late: the day was fine.
        Assert.Empty(story.Look(12, 12, 12, 15));
        Assert.Equal([FiringState.Withdrawn], story.States);
        // And was undone again: it is open once more, and not told a second time.
        Assert.Empty(story.Look(12, 12, 12, 5));
        Assert.True(story.IsOpen);
        // A day that closed well turns out not to have been: that is news, and over since the day after.
        Assert.Equal(["fired 2", "resolved 3"], story.Look(12, 3, 12, 15));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void However_often_one_looks_each_period_is_told_at_most_once_and_what_is_open_is_what_holds(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var (story, values, told) = (new Story(), new List<double>(), new List<string>());
            for (var day = 0; day < 30; day++)
            {
                values.Add(random.Next(20));
                if (random.Next(4) == 0)
                {
                    // Late data for one of the last days.
                    values[random.Next(Math.Max(0, values.Count - 5), values.Count)] = random.Next(20);
                }
                for (var looks = random.Next(1, 3); looks > 0; looks--)
                {
                    told.AddRange(story.Look([.. values]));
                }
                Assert.Equal(values[^1] < 10, story.IsOpen);
            }
            var fired = told.Where(one => one.StartsWith("fired", StringComparison.Ordinal)).ToList();
            Assert.Equal(fired.Count, fired.Distinct(StringComparer.Ordinal).Count());
        }
    }

    /// <summary>Days of values, looked at as the desk does: the last seven closed ones, with all that is known of before.</summary>
    private sealed class Story
    {
        private readonly Dictionary<DateOnly, Firing> known = [];
        private long now = Start;

        public IEnumerable<FiringState> States => known.Values.OrderBy(firing => firing.Period).Select(firing => firing.State);

        public bool IsOpen => known.Values.Any(firing => firing.IsOpen);

        public IReadOnlyList<string> Look(params double[] values)
        {
            now += Durations.Hour;
            var periods = Periods.Of(PeriodKind.Day, Zone.Utc, Start, Start + (values.Length * Durations.Day));
            var metric = OrderMetrics.Orders;
            var course = new NumberCourse(metric, periods, [.. Enumerable.Range(0, values.Length).Select(periods.DateOf)], [.. values.Select(value => (Point?)new Point(value))]);
            var judged = Enumerable.Range(0, values.Length).TakeLast(Below.Settling).Select(i => new JudgedPeriod(i, AlertJudge.Judge(Below.Rule, Below.Period, metric.Chance, course.Dates, course.Points, i))).ToList();
            var outcome = AlertStep.Of(Below, new AlertCourse(course, judged), [.. known.Values], _ => now, _ => []);
            foreach (var row in outcome.Rows)
            {
                known[row.Period] = row;
            }
            return [.. outcome.Told.Select(firing => "fired " + Day(firing.Period)), .. outcome.ResolvedBy is { } by ? new[] { "resolved " + Day(by) } : []];
        }

        private static string Day(DateOnly date) => (date.DayNumber - new DateOnly(2026, 3, 1).DayNumber).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
