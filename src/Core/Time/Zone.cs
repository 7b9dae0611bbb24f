using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace Ciclo.Core.Time;

/// <summary>
/// An IANA time zone with the rules of the zone database that ships with the program, so that a history does not depend on the machine.
/// A local time in a gap moves forward, one in an overlap is the earlier; a missing midnight is the first instant of that day.
/// </summary>
public sealed class Zone
{
    private readonly DateTimeZone zone;

    private Zone(DateTimeZone zone) => this.zone = zone;

    public static Zone Utc { get; } = new(DateTimeZone.Utc);

    public string Id => zone.Id;

    public static bool TryGet(string id, [NotNullWhen(true)] out Zone? zone)
    {
        var found = DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
        zone = found is null ? null : new Zone(found);
        return zone is not null;
    }

    public static IEnumerable<string> Ids => DateTimeZoneProviders.Tzdb.Ids;

    /// <summary>The first instant of that calendar day.</summary>
    public long StartOfDay(int year, int month, int day) => StartOf(new LocalDate(year, month, day));

    /// <summary>The first instant of the calendar day numbered <paramref name="day"/> (days since 1970-01-01).</summary>
    public long StartOfDay(int day) => StartOf(LocalDateOf(day));

    /// <summary>The calendar day of an instant, as days since 1970-01-01.</summary>
    public int DayOf(long ms)
    {
        return (int)Math.Floor(ToLocal(ms) / (double)Durations.Day);
    }

    /// <summary>The instant of a local time, given as milliseconds since the local epoch, of the years 1 to 9999; at their edges it may lie outside of them.</summary>
    public long FromLocal(long localMs)
    {
        var local = LocalDateTime.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(localMs).UtcDateTime);
        // The offset before a gap moves its times forward, and the one before an overlap is the earlier.
        return localMs - zone.MapLocal(local).EarlyInterval.WallOffset.Milliseconds;
    }

    /// <summary>The first instant after <paramref name="ms"/> at which the zone's clocks are put forward or back; <see cref="Instants.Never"/> if they never are again.</summary>
    public long NextChange(long ms)
    {
        var interval = zone.GetZoneInterval(Instant.FromUnixTimeMilliseconds(ms));
        return interval.HasEnd ? interval.End.ToUnixTimeMilliseconds() : Instants.Never;
    }

    /// <summary>What the zone's clocks show at an instant, as milliseconds since the local epoch.</summary>
    public long ToLocal(long ms) => ms + OffsetMs(ms);

    /// <summary>
    /// The next yearly return of <paramref name="ms"/>'s local date, its time of day kept, on or after the calendar day of
    /// <paramref name="now"/>. 29 February returns on the 28th in common years. An instant outside the years 1 to 9999 counts as their edge.
    /// </summary>
    public long Anniversary(long ms, long now)
    {
        var origin = LocalTimeOf(Math.Clamp(ms, Instants.MinMs, Instants.MaxMs));
        var today = LocalDateOf(DayOf(now));
        var date = ReturnIn(today.Year, origin.Date);
        if (date < today)
        {
            date = ReturnIn(today.Year + 1, origin.Date);
        }
        return zone.AtLeniently(date + origin.TimeOfDay).ToInstant().ToUnixTimeMilliseconds();
    }

    /// <summary>Where midnight is missing, the end of the gap stands for it; so it does for a day missing as a whole (Samoa, 2011-12-30).</summary>
    private long StartOf(LocalDate date)
    {
        var midnight = zone.MapLocal(date.AtMidnight());
        var start = midnight.Count == 0 ? midnight.LateInterval.Start : midnight.First().ToInstant();
        return start.ToUnixTimeMilliseconds();
    }

    private LocalDateTime LocalTimeOf(long ms)
    {
        // A local time past the calendar's edge is taken from the cycle of 400 years beside it: its month and day are the same.
        const long Cycle = 146_097 * Durations.Day;
        var localMs = ms + OffsetMs(ms);
        localMs += localMs > Instants.MaxMs ? -Cycle : localMs < Instants.MinMs ? Cycle : 0;
        return LocalDateTime.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(localMs).UtcDateTime);
    }

    private static LocalDate ReturnIn(int year, LocalDate origin) =>
        new(year, origin.Month, Math.Min(origin.Day, CalendarSystem.Iso.GetDaysInMonth(year, origin.Month)));

    private static LocalDate LocalDateOf(int day) => new LocalDate(1970, 1, 1).PlusDays(day);

    /// <summary>
    /// RFC 3339 as the zone's clocks show it: the date alone where the instant begins a calendar day, else with milliseconds and offset.
    /// </summary>
    public string Format(long ms)
    {
        ms = Math.Clamp(ms, Instants.MinMs + Durations.Day, Instants.MaxMs - Durations.Day);
        var day = DayOf(ms);
        if (StartOfDay(day) == ms)
        {
            return Instants.Format(day * Durations.Day)[..10];
        }
        var minutes = OffsetMs(ms) / Durations.Minute;
        var local = Instants.Format(ms + (minutes * Durations.Minute))[..^1];
        return minutes == 0 ? local + "Z" : $"{local}{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}";
    }

    private long OffsetMs(long ms) => zone.GetUtcOffset(Instant.FromUnixTimeMilliseconds(ms)).Milliseconds;
}
