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
    public long StartOfDay(int year, int month, int day) =>
        zone.AtStartOfDay(new LocalDate(year, month, day)).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The first instant of the calendar day numbered <paramref name="day"/> (days since 1970-01-01).</summary>
    public long StartOfDay(int day) =>
        zone.AtStartOfDay(LocalDateOf(day)).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The calendar day of an instant, as days since 1970-01-01.</summary>
    public int DayOf(long ms)
    {
        return (int)Math.Floor(ToLocal(ms) / (double)Durations.Day);
    }

    /// <summary>The instant of a local time, given as milliseconds since the local epoch.</summary>
    public long FromLocal(long localMs)
    {
        var local = LocalDateTime.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(localMs).UtcDateTime);
        return zone.AtLeniently(local).ToInstant().ToUnixTimeMilliseconds();
    }

    /// <summary>What the zone's clocks show at an instant, as milliseconds since the local epoch.</summary>
    public long ToLocal(long ms) => ms + OffsetMs(ms);

    /// <summary>
    /// The next yearly return of <paramref name="ms"/>'s local date, its time of day kept, on or after the calendar day of
    /// <paramref name="now"/>. 29 February returns on the 28th in common years.
    /// </summary>
    public long Anniversary(long ms, long now)
    {
        var origin = Instant.FromUnixTimeMilliseconds(ms).InZone(zone).LocalDateTime;
        var today = LocalDateOf(DayOf(now));
        var date = ReturnIn(today.Year, origin.Date);
        if (date < today)
        {
            date = ReturnIn(today.Year + 1, origin.Date);
        }
        return zone.AtLeniently(date + origin.TimeOfDay).ToInstant().ToUnixTimeMilliseconds();
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
