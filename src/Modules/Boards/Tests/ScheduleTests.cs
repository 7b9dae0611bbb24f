using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Modules.Boards.Schedules;

namespace Ciclo.Modules.Boards.Tests;

/// <summary>Due instants, against a reference that looks at what the clocks on the wall show minute by minute.</summary>
public sealed class ScheduleTests
{
    // The clocks of these go forward and back, one of them by half an hour; one never.
    [Theory]
    [InlineData("America/New_York", 2026)]
    [InlineData("Europe/Madrid", 2026)]
    [InlineData("Australia/Lord_Howe", 2026)]
    [InlineData("America/Mexico_City", 2026)]
    [InlineData("Africa/Cairo", 2026)]
    public void Every_due_instant_of_a_year_is_where_the_clocks_on_the_wall_say(string id, int year)
    {
        Assert.True(Zone.TryGet(id, out var zone));
        var random = new Random(year + id.Length);
        for (var i = 0; i < 12; i++)
        {
            var (every, hour) = ((Every)(i % 3), i < 6 ? i % 4 : random.Next(24));
            var day = every switch { Every.Day => 0, Every.Week => random.Next(1, 8), _ => random.Next(1, 29) };
            var (from, end) = (zone.StartOfDay(year, 1, 1), zone.StartOfDay(year + 1, 1, 1));
            var found = new List<long>();
            for (var due = Schedule.DueAfter(every, hour, day, zone, from - 1); due < end; due = Schedule.DueAfter(every, hour, day, zone, due))
            {
                found.Add(due);
            }
            Assert.Equal(Reference(every, hour, day, zone, from, end).Select(Instants.Format), found.Select(Instants.Format));
        }
    }

    [Fact]
    public void A_server_that_was_away_owes_the_latest_and_says_how_many_it_missed()
    {
        var due = Zone.Utc.StartOfDay(2026, 3, 1) + (8 * Durations.Hour);
        var schedule = new Schedule("default", "overview", "sch_1", Every.Day, 8, 0, Language.En, null, "usr_1", due);
        Assert.Null(schedule.LatestDue(Zone.Utc, due - 1));
        Assert.Equal((due, 0), schedule.LatestDue(Zone.Utc, due));
        Assert.Equal((due, 0), schedule.LatestDue(Zone.Utc, due + Durations.Day - 1));
        Assert.Equal((due + (5 * Durations.Day), 5), schedule.LatestDue(Zone.Utc, due + (5 * Durations.Day) + Durations.Hour));
    }

    [Fact]
    public void A_report_tells_of_the_period_that_was_over_when_it_was_due_however_late_it_is_made()
    {
        var due = Zone.Utc.StartOfDay(2026, 3, 1) + (8 * Durations.Hour);
        var period = new Schedule("default", "overview", "sch_1", Every.Month, 8, 1, Language.En, null, "usr_1", due).Period.AsOf(Zone.Utc, due);
        Assert.Equal(new BoardPeriod(PeriodKind.Month, "2026-02-01"), period);
        var periods = period.Of(PeriodKind.Month, Zone.Utc, due + (40 * Durations.Day), 3);
        Assert.Equal((3, new DateOnly(2026, 2, 1)), (periods.Count, periods.DateOf(2)));
    }

    /// <summary>A card with periods of its own tells of the last that is over when the dashboard's is.</summary>
    [Theory]
    [InlineData(PeriodKind.Month, "2026-02-01", PeriodKind.Week, "2026-02-16", 2026, 2, 23)]
    [InlineData(PeriodKind.Month, "2026-02-01", PeriodKind.Day, "2026-02-28", 2026, 3, 1)]
    [InlineData(PeriodKind.Month, "2026-02-01", PeriodKind.Year, "2025-01-01", 2026, 1, 1)]
    [InlineData(PeriodKind.Month, "whole", PeriodKind.Month, "2026-04-01", 2026, 5, 1)]
    [InlineData(PeriodKind.Month, "now", PeriodKind.Month, "2026-05-01", 2026, 6, 1)]
    [InlineData(PeriodKind.Month, "now", PeriodKind.Day, "2026-05-20", 2026, 5, 21)]
    [InlineData(PeriodKind.Month, "2026-05-01", PeriodKind.Year, "2026-01-01", 2027, 1, 1)]
    public void Periods_of_cards_end_with_that_of_the_dashboard(PeriodKind by, string at, PeriodKind own, string first, int year, int month, int day)
    {
        var now = Zone.Utc.StartOfDay(2026, 5, 20) + Durations.Hour;
        var periods = new BoardPeriod(by, at).Of(own, Zone.Utc, now, 4);
        Assert.Equal((first, Zone.Utc.StartOfDay(year, month, day)), (Measure.Contracts.PeriodOptions.NameOf(periods, periods.Count - 1), periods.End));
    }

    /// <summary>Each day that is due: the first minute whose clock shows the hour; where none does, the first after the hour was skipped.</summary>
    private static IEnumerable<long> Reference(Every every, int hour, int day, Zone zone, long from, long end)
    {
        var seen = new HashSet<long>();
        var before = zone.ToLocal(from - Durations.Minute);
        for (var at = from; at < end; at += Durations.Minute)
        {
            var local = zone.ToLocal(at);
            for (var date = (long)Math.Floor(before / (double)Durations.Day); date <= Math.Floor(local / (double)Durations.Day); date++)
            {
                var wanted = (date * Durations.Day) + (hour * Durations.Hour);
                var calendar = DateTimeOffset.FromUnixTimeMilliseconds(date * Durations.Day);
                var isDay = every == Every.Day || (every == Every.Week && (((int)calendar.DayOfWeek + 6) % 7) + 1 == day) || (every == Every.Month && calendar.Day == day);
                if (isDay && before < wanted && wanted <= local && seen.Add(date))
                {
                    // A gap moves its times forward by its length: 2:00 of a missing hour is 3:00.
                    var gap = local - before - Durations.Minute;
                    yield return wanted == local || gap <= 0 ? at : at + (wanted - before - Durations.Minute);
                }
            }
            before = local;
        }
    }
}
