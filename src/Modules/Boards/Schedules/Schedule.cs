using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Boards.Schedules;

/// <summary>How often a report is made. Persisted by name, so names only grow.</summary>
public enum Every
{
    Day = 0,
    Week = 1,
    Month = 2,
}

/// <summary>
/// When a dashboard's report is made, and for whom: at an hour of the workspace's zone, of the day, week or month that is over by then.
/// </summary>
/// <param name="Day">Of a week: 1 is Monday, 7 Sunday. Of a month: 1 to 28, so that every month has it. Of a day: 0.</param>
/// <param name="EndpointId">The webhook that is told; null for none: the report waits at its dashboard.</param>
/// <param name="DueAt">The next instant.</param>
public sealed record Schedule(string WorkspaceId, string BoardId, string Id, Every Every, int Hour, int Day, Language Language, long? EndpointId, string MadeBy, long DueAt)
{
    public const int Most = 10;

    /// <summary>Of its mail.</summary>
    public const int MostRecipients = 50;

    /// <summary>So many reports of a schedule are kept.</summary>
    public const int Kept = 12;

    /// <summary>The period that its report tells of.</summary>
    public BoardPeriod Period => new(Every switch { Every.Day => PeriodKind.Day, Every.Week => PeriodKind.Week, _ => PeriodKind.Month }, BoardPeriod.Whole);

    /// <summary>
    /// The first instant after another at which a report is due. Where the hour is missing (clocks go forward) it is the first instant after the gap; where
    /// it comes twice, the earlier.
    /// </summary>
    public static long DueAfter(Every every, int hour, int day, Zone zone, long after)
    {
        // A due day is at most a month away, and one of its neighbours' hours may still come on the same day.
        for (var date = zone.DayOf(after); ; date++)
        {
            if (IsDueOn(every, day, date))
            {
                var due = zone.FromLocal((date * Durations.Day) + (hour * Durations.Hour));
                if (due > after)
                {
                    return due;
                }
            }
        }
    }

    public long DueAfter(Zone zone, long after) => DueAfter(Every, Hour, Day, zone, after);

    /// <summary>The latest due instant up to now, from the one that is next on, and how many before it were missed; null where none is due.</summary>
    public (long DueAt, int Missed)? LatestDue(Zone zone, long now)
    {
        if (DueAt > now)
        {
            return null;
        }
        var (latest, missed) = (DueAt, 0);
        for (var next = DueAfter(zone, latest); next <= now; next = DueAfter(zone, latest))
        {
            (latest, missed) = (next, missed + 1);
        }
        return (latest, missed);
    }

    private static bool IsDueOn(Every every, int day, int date) => every switch
    {
        Every.Day => true,
        // 1970-01-01 was a Thursday.
        Every.Week => ((((date + 3) % 7) + 7) % 7) + 1 == day,
        _ => DateOnly.FromDayNumber(date + new DateOnly(1970, 1, 1).DayNumber).Day == day,
    };
}

/// <summary>A report that was made. <paramref name="Missed"/>: how many before it were not, because no server ran.</summary>
public sealed record ReportRow(string ScheduleId, long DueAt, string Id, string BoardId, long MadeAt, Language Language, string Period, long Bytes, int Missed);
