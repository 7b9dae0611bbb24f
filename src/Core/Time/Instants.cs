using System.Globalization;

namespace Ciclo.Core.Time;

/// <summary>
/// Instants are `long` milliseconds since the Unix epoch, UTC, everywhere in the program. This is their text form:
/// RFC 3339 with milliseconds and Z, from year 1 to 9999.
/// </summary>
public static class Instants
{
    public const long Never = long.MaxValue;
    public const long MinMs = -62_135_596_800_000;
    public const long MaxMs = 253_402_300_799_999;

    public static string Format(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, MinMs, MaxMs)).UtcDateTime
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads RFC 3339 with an offset (`2026-01-31T10:00:00.123-06:00`; a space for the T; any number of decimals, cut to milliseconds),
    /// a local date-time without offset, or a date. The latter two stand in <paramref name="zone"/>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, Zone zone, out long ms)
    {
        ms = 0;
        text = text.Trim();
        if (!TryDate(ref text, out var year, out var month, out var day))
        {
            return false;
        }
        if (text.Length == 0)
        {
            ms = zone.StartOfDay(year, month, day);
            return ms is >= MinMs and <= MaxMs;
        }
        if (text[0] is not ('T' or 't' or ' '))
        {
            return false;
        }
        text = text[1..];
        if (!TryTime(ref text, out var timeMs))
        {
            return false;
        }
        var localMs = Days(year, month, day) * 86_400_000L + timeMs;
        if (text.Length == 0)
        {
            ms = zone.FromLocal(localMs);
            return ms is >= MinMs and <= MaxMs;
        }
        if (!TryOffset(text, out var offsetMs))
        {
            return false;
        }
        ms = localMs - offsetMs;
        return ms is >= MinMs and <= MaxMs;
    }

    private static long Days(int year, int month, int day) =>
        (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;

    private static bool TryDate(ref ReadOnlySpan<char> text, out int year, out int month, out int day)
    {
        year = month = day = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out year) || !TryDigits(text[5..7], out month) || !TryDigits(text[8..10], out day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }
        text = text[10..];
        return true;
    }

    private static bool TryTime(ref ReadOnlySpan<char> text, out int timeMs)
    {
        timeMs = 0;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute)
            || hour > 23 || minute > 59)
        {
            return false;
        }
        text = text[5..];
        timeMs = (hour * 60 + minute) * 60_000;
        if (text.Length == 0 || text[0] != ':')
        {
            return true;
        }
        // 60 is a leap second: the last millisecond before the minute stands for it.
        if (text.Length < 3 || !TryDigits(text[1..3], out var second) || second > 60)
        {
            return false;
        }
        timeMs += second == 60 ? 59_999 : second * 1_000;
        text = text[3..];
        if (text.Length == 0 || text[0] is not ('.' or ','))
        {
            return true;
        }
        var digits = 1;
        var fraction = 0;
        for (; digits < text.Length && char.IsAsciiDigit(text[digits]); digits++)
        {
            fraction += digits <= 3 ? (text[digits] - '0') * (digits == 1 ? 100 : digits == 2 ? 10 : 1) : 0;
        }
        if (digits == 1)
        {
            return false;
        }
        timeMs += second == 60 ? 0 : fraction;
        text = text[digits..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out long offsetMs)
    {
        offsetMs = 0;
        if (text is "Z" or "z")
        {
            return true;
        }
        if (text[0] is not ('+' or '-'))
        {
            return false;
        }
        var sign = text[0] == '-' ? -1 : 1;
        text = text[1..];
        var minute = 0;
        if (text.Length < 2 || !TryDigits(text[..2], out var hour))
        {
            return false;
        }
        text = text[2..];
        if (text.Length > 0 && text[0] == ':')
        {
            text = text[1..];
            if (text.Length != 2)
            {
                return false;
            }
        }
        if ((text.Length == 2 && !TryDigits(text, out minute)) || text.Length is not (0 or 2) || hour > 18 || minute > 59)
        {
            return false;
        }
        offsetMs = sign * (hour * 60 + minute) * 60_000L;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
            value = value * 10 + (c - '0');
        }
        return true;
    }
}

/// <summary>Durations are `long` milliseconds; a day is 24 h. Their text form uses the largest unit that divides them.</summary>
public static class Durations
{
    public const long Second = 1_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;
    public const long Week = 7 * Day;

    /// <summary>Reads `90d`, `12h`, `30m`, `45s` or `2w`, up to a thousand years; false for anything else.</summary>
    public static bool TryParse(string text, out long ms)
    {
        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => Second, 'm' => Minute, 'h' => Hour, 'd' => Day, 'w' => Week, _ => 0 };
        var isCount = long.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count);
        var isDuration = unit > 0 && isCount && count <= 1_000 * 366 * Day / unit;
        ms = isDuration ? count * unit : 0;
        return isDuration;
    }

    public static string Format(long ms) => ms switch
    {
        0 => "0s",
        _ when ms % Day == 0 => ms / Day + "d",
        _ when ms % Hour == 0 => ms / Hour + "h",
        _ when ms % Minute == 0 => ms / Minute + "m",
        _ when ms % Second == 0 => ms / Second + "s",
        _ => ms + "ms",
    };
}
