using Ciclo.Core.Time;

namespace Ciclo.Modules.Lifecycles;

internal static class MonthEnds
{
    public const int Months = 12;

    /// <summary>The last millisecond of each of the twelve months before the instant's, oldest first, and the instant itself.</summary>
    public static long[] Of(long at, Zone zone)
    {
        var today = DateTime.UnixEpoch.AddDays(zone.DayOf(at));
        var first = new DateTime(today.Year, today.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        return [.. Enumerable.Range(0, Months).Select(back => first.AddMonths(back - Months + 1)).Select(month => zone.StartOfDay(month.Year, month.Month, 1) - 1), at];
    }
}
