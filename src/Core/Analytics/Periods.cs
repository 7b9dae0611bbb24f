using Ciclo.Core.Time;

namespace Ciclo.Core.Analytics;

public enum PeriodKind
{
    Day = 0,
    /// <summary>Monday to Sunday.</summary>
    Week = 1,
    Month = 2,
    Quarter = 3,
    Year = 4,
}

/// <summary>Whole calendar periods in a zone, one after the other without a gap, however long their days are.</summary>
public sealed class Periods
{
    public const int MaxCount = 4_000;

    private readonly long[] starts;
    private readonly DateOnly[] dates;
    private readonly double perMs;

    private Periods(PeriodKind kind, long[] starts, DateOnly[] dates)
    {
        (Kind, this.starts, this.dates) = (kind, starts, dates);
        perMs = Count / (double)(End - Start);
    }

    public PeriodKind Kind { get; }

    public int Count => starts.Length - 1;

    /// <summary>The first instant of all.</summary>
    public long Start => starts[0];

    /// <summary>The first instant after all.</summary>
    public long End => starts[^1];

    /// <summary>
    /// The periods that hold the instants from <paramref name="from"/> to <paramref name="to"/>, the latter left out. Throws
    /// <see cref="ArgumentException"/> where that is none or more than <see cref="MaxCount"/>.
    /// </summary>
    public static Periods Of(PeriodKind kind, Zone zone, long from, long to)
    {
        if (from >= to || from < Instants.MinMs + (800 * Durations.Day) || to > Instants.MaxMs - (800 * Durations.Day))
        {
            throw new ArgumentException($"No periods lie between {from} and {to}: give an earlier and a later instant of the years 4 to 9996.");
        }
        var day = FirstDay(kind, zone.DayOf(from));
        var found = new List<long> { zone.StartOfDay(day) };
        var firstDays = new List<DateOnly> { DateOfDay(day) };
        while (found[^1] < to)
        {
            day = NextDay(kind, day);
            var start = zone.StartOfDay(day);
            // A day that a zone leaves out as a whole begins with the next one; it holds no instant and is no period.
            if (start > found[^1])
            {
                found.Add(start);
                firstDays.Add(DateOfDay(day));
            }
            if (found.Count > MaxCount + 1)
            {
                throw new ArgumentException($"More than {MaxCount} periods: ask for a shorter time or longer periods.");
            }
        }
        return new Periods(kind, [.. found], [.. firstDays]);
    }

    /// <summary>One period that is none of the calendar: everything from an instant to before another.</summary>
    public static Periods Whole(Zone zone, long from, long to) => new(PeriodKind.Year, [from, to], [DateOfDay(zone.DayOf(from)), DateOfDay(zone.DayOf(to))]);

    /// <summary>Periods that are none of the calendar: from each of some ascending instants to before the next. Each is named by the day that it begins on.</summary>
    public static Periods At(PeriodKind kind, Zone zone, IReadOnlyList<long> instants) => new(kind, [.. instants], [.. instants.Select(instant => DateOfDay(zone.DayOf(instant)))]);

    /// <summary>The same periods, of which only what lies from <paramref name="from"/> to before <paramref name="to"/> counts: the first and the last may be cut short.</summary>
    public Periods Within(long from, long to)
    {
        var (first, last) = (Find(Math.Max(from, Start)), Find(Math.Min(to, End) - 1));
        if (first < 0 || last < first)
        {
            throw new ArgumentException($"None of the periods lies between {from} and {to}.");
        }
        var cut = starts[first..(last + 2)];
        (cut[0], cut[^1]) = (Math.Max(cut[0], from), Math.Min(cut[^1], to));
        return new Periods(Kind, cut, dates[first..(last + 2)]);
    }

    /// <summary>The calendar's first day of a period, by which it is named, also where it is cut short.</summary>
    public DateOnly DateOf(int period) => dates[period];

    /// <summary>The calendar's first day after all.</summary>
    public DateOnly DateAfter => dates[^1];

    /// <summary>Where each period begins, and the first instant after all.</summary>
    public ReadOnlySpan<long> Bounds => starts;

    /// <summary>The first instant of a period; of <see cref="Count"/>: the first after all.</summary>
    public long StartOf(int period) => starts[period];

    /// <summary>The period of an instant; -1 where it lies before or after all.</summary>
    public int Find(long at) => at < Start || at >= End ? -1 : IndexOf(at);

    /// <summary>The period of an instant that lies in one.</summary>
    public int IndexOf(long at)
    {
        // Periods are nearly of one length, so the guess is hardly ever off by more than one or two.
        var period = Math.Clamp((int)((at - starts[0]) * perMs), 0, starts.Length - 2);
        while (starts[period] > at)
        {
            period--;
        }
        while (starts[period + 1] <= at)
        {
            period++;
        }
        return period;
    }

    private static int FirstDay(PeriodKind kind, int day)
    {
        // 1970-01-01 was a Thursday.
        var date = DateOfDay(day);
        return kind switch
        {
            PeriodKind.Day => day,
            PeriodKind.Week => day - (((day + 3) % 7) + 7) % 7,
            PeriodKind.Month => DayOf(new DateOnly(date.Year, date.Month, 1)),
            PeriodKind.Quarter => DayOf(new DateOnly(date.Year, ((date.Month - 1) / 3 * 3) + 1, 1)),
            _ => DayOf(new DateOnly(date.Year, 1, 1)),
        };
    }

    private static int NextDay(PeriodKind kind, int day) => kind switch
    {
        PeriodKind.Day => day + 1,
        PeriodKind.Week => day + 7,
        PeriodKind.Month => DayOf(DateOfDay(day).AddMonths(1)),
        PeriodKind.Quarter => DayOf(DateOfDay(day).AddMonths(3)),
        _ => DayOf(DateOfDay(day).AddYears(1)),
    };

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    private static DateOnly DateOfDay(int day) => DateOnly.FromDayNumber(day + Epoch);

    private static int DayOf(DateOnly date) => date.DayNumber - Epoch;
}
