using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo;

/// <summary>
/// The shop's days: their instants, how much demand each has (seasons, weekdays), and how the shop grew.
/// Days are numbered from 0, the first day of the story. A local time is the day's first instant plus the time of day: on a day
/// whose clock is set it is off by an hour, which no number of the demo depends on.
/// </summary>
internal sealed class ShopCalendar
{
    private static readonly double[] HourWeights =
        [0.5, 0.25, 0.12, 0.08, 0.1, 0.3, 1, 2.2, 3.4, 3.6, 3.5, 3.4, 3.6, 3.8, 3.6, 3.1, 3, 3.2, 3.6, 4.2, 5, 5.4, 4, 1.8];

    private static readonly Weights Hours = new(HourWeights);

    private readonly long[] starts;
    private readonly double[] cumulativeDemand;

    public ShopCalendar(long until, int months, Zone zone)
    {
        Until = until;
        var lastDay = zone.DayOf(until - 1);
        var first = new DateOnly(1970, 1, 1).AddDays(lastDay).AddMonths(-months);
        var firstDay = first.DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        Days = lastDay - firstDay + 1;
        Dates = [.. Enumerable.Range(0, Days).Select(first.AddDays)];
        starts = [.. Enumerable.Range(0, Days + 1).Select(day => zone.StartOfDay(firstDay + day))];
        Demand = [.. Dates.Select(Season)];
        var mean = Demand.Average();
        cumulativeDemand = new double[Days + 1];
        for (var day = 0; day < Days; day++)
        {
            Demand[day] /= mean;
            cumulativeDemand[day + 1] = cumulativeDemand[day] + Demand[day];
        }
    }

    public long Until { get; }

    public long From => starts[0];

    public int Days { get; }

    public DateOnly[] Dates { get; }

    /// <summary>Demand of each day, 1 on average.</summary>
    public double[] Demand { get; }

    public long StartOf(int day) => starts[Math.Clamp(day, 0, Days)];

    /// <summary>How many people the shop reached on a day, beside its first day: it more than doubles in the story.</summary>
    public double Growth(int day) => 1 + 1.3 * day / Days;

    public int DayOf(long at)
    {
        var day = (int)Math.Clamp((at - From) / Durations.Day, 0, Days - 1);
        while (day > 0 && at < starts[day])
        {
            day--;
        }
        while (day < Days - 1 && at >= starts[day + 1])
        {
            day++;
        }
        return day;
    }

    /// <summary>An hour at which people shop.</summary>
    public static int Hour(Chance chance) => Hours.Pick(chance);

    public int HourOf(long at) => (int)Math.Clamp((at - StartOf(DayOf(at))) / Durations.Hour, 0, 23);

    /// <summary>A moment of a day, by the hours at which people shop. On the last day it may lie after <see cref="Until"/>.</summary>
    public long Moment(int day, Chance chance) =>
        starts[day] + Hours.Pick(chance) * Durations.Hour + chance.Between(0, Durations.Hour);

    /// <summary>Shifts an instant to the hours at which people shop, on its own day.</summary>
    public long Civil(long at, Chance chance) => at >= starts[Days] ? at : Moment(DayOf(at), chance);

    /// <summary>Time as demand counts it: a day of double demand is two days long.</summary>
    public double DemandAt(long at)
    {
        var day = DayOf(at);
        return cumulativeDemand[day] + Demand[day] * (at - starts[day]) / Durations.Day;
    }

    /// <summary>The day on which demand time reaches a value; <see cref="Days"/> if that is after the story.</summary>
    public int DayAtDemand(double demand)
    {
        if (demand >= cumulativeDemand[Days])
        {
            return Days;
        }
        var at = Array.BinarySearch(cumulativeDemand, demand);
        return at < 0 ? ~at - 1 : at;
    }

    public bool IsBuenFin(int day)
    {
        var date = Dates[day];
        if (date.Month != 11)
        {
            return false;
        }
        // Buen Fin: from the Friday before the third Monday of November through that Monday.
        var first = new DateOnly(date.Year, 11, 1);
        var thirdMonday = 1 + (8 - (int)first.DayOfWeek) % 7 + 14;
        return date.Day >= thirdMonday - 3 && date.Day <= thirdMonday;
    }

    private double Season(DateOnly date, int day) => SeasonOf(date, IsBuenFin(day)) * OfWeekday(date.DayOfWeek);

    private static double SeasonOf(DateOnly date, bool buenFin) => (date.Month, date.Day) switch
    {
        (11, _) when buenFin => 2.9,
        (12, 24 or 25) or (1, 1) => 0.5,
        (12, <= 23) => 1.5,
        (2, >= 8 and <= 14) => 1.5,
        (5, >= 4 and <= 10) => 1.6,
        (6, >= 12 and <= 21) => 1.15,
        (7 or 8, _) => 0.92,
        _ => 1,
    };

    private static double OfWeekday(DayOfWeek day) => day switch
    {
        DayOfWeek.Monday => 1.08,
        DayOfWeek.Friday => 0.95,
        DayOfWeek.Saturday => 0.86,
        DayOfWeek.Sunday => 1.1,
        _ => 1,
    };
}
