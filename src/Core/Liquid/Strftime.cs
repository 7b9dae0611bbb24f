using System.Globalization;
using System.Text;

namespace Ciclo.Core.Liquid;

/// <summary>Writes dates by a format such as `%-d %B %Y`. What it does not know stays as it is.</summary>
internal static class Strftime
{
    /// <summary>The widest that one part may be padded to.</summary>
    private const int Widest = 1000;

    public static string Write(LiquidContext context, LiquidDate date, string format, CultureInfo culture)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }
            var begin = i++;
            while (i < format.Length && format[i] is '-' or '_' or '0' or '^' or '#' or ':')
            {
                i++;
            }
            var flags = format[(begin + 1)..Math.Min(i, format.Length)];
            var digits = i;
            while (i < format.Length && char.IsAsciiDigit(format[i]))
            {
                i++;
            }
            var width = i > digits && i - digits < 6 ? int.Parse(format.AsSpan(digits, i - digits)) : 0;
            i += i + 1 < format.Length && format[i] is 'E' or 'O' ? 1 : 0;
            var part = i < format.Length ? Part(date, format[i], flags, width, culture) : null;
            text.Append(part is null ? format[begin..Math.Min(i + 1, format.Length)] : Padded(context, part, format[i], flags, width));
        }
        return text.ToString();
    }

    private static string? Part(LiquidDate date, char code, string flags, int width, CultureInfo culture)
    {
        var at = date.Local;
        var names = culture.DateTimeFormat;
        return code switch
        {
            'a' => names.GetAbbreviatedDayName(at.DayOfWeek).TrimEnd('.'),
            'A' => names.GetDayName(at.DayOfWeek),
            'b' or 'h' => Short(names.GetAbbreviatedMonthName(at.Month)),
            'B' => names.GetMonthName(at.Month),
            'c' => at.ToString("M/d/yyyy, h:mm:ss tt", CultureInfo.InvariantCulture),
            'C' => Whole(at.Year / 100),
            'd' or 'e' => Whole(at.Day),
            'H' or 'k' => Whole(at.Hour),
            'I' or 'l' => Whole(at.Hour % 12 == 0 ? 12 : at.Hour % 12),
            'j' => Whole(at.DayOfYear),
            'L' => Whole(at.Millisecond),
            'm' => Whole(at.Month),
            'M' => Whole(at.Minute),
            'N' => Nanoseconds(at, width),
            'p' => at.Hour < 12 ? "AM" : "PM",
            'P' => at.Hour < 12 ? "am" : "pm",
            'q' => at.Day is 11 or 12 or 13 ? "th" : (at.Day % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" },
            's' => Whole((long)Math.Floor(date.Ms / 1000d)),
            'S' => Whole(at.Second),
            'u' => Whole(at.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)at.DayOfWeek),
            'U' => Whole(Week(at, 0)),
            'w' => Whole((int)at.DayOfWeek),
            'W' => Whole(Week(at, 1)),
            'x' => at.ToString("M/d/yyyy", CultureInfo.InvariantCulture),
            'X' => at.ToString("h:mm:ss tt", CultureInfo.InvariantCulture),
            'y' => Whole(at.Year % 100),
            'Y' => Whole(at.Year),
            'z' => Offset(date, flags),
            'Z' => date.ZoneName.Length > 0 ? date.ZoneName : Offset(date, flags),
            't' => "\t",
            'n' => "\n",
            '%' => "%",
            _ => null,
        };
    }

    private static string Padded(LiquidContext context, string part, char code, string flags, int width)
    {
        var pad = "aAbBceklpP".Contains(code, StringComparison.Ordinal) ? ' ' : '0';
        width = Math.Min(Widest, width > 0 ? width : code switch { 'C' or 'd' or 'e' or 'H' or 'I' or 'k' or 'l' or 'm' or 'M' or 'S' or 'U' or 'W' or 'y' => 2, 'j' or 'L' => 3, 'Y' => 4, _ => 0 });
        part = flags.Contains('^', StringComparison.Ordinal) ? part.ToUpperInvariant()
            : !flags.Contains('#', StringComparison.Ordinal) ? part
            : part.Any(char.IsAsciiLetterLower) ? part.ToUpperInvariant() : part.ToLowerInvariant();
        pad = flags.Contains('_', StringComparison.Ordinal) ? ' ' : flags.Contains('0', StringComparison.Ordinal) ? '0' : pad;
        width = flags.Contains('-', StringComparison.Ordinal) ? 0 : width;
        context.Spend(0, width);
        return pad == '0' && part.StartsWith('-') ? "-" + part[1..].PadLeft(Math.Max(0, width - 1), '0') : part.PadLeft(width, pad);
    }

    private static string Short(string month)
    {
        var name = month.TrimEnd('.');
        // Some versions of the names write "sept"; people here write "sep".
        return name == "sept" ? "sep" : name;
    }

    private static string Nanoseconds(DateTime at, int width)
    {
        width = Math.Min(Widest, width > 0 ? width : 9);
        var digits = at.Millisecond.ToString("000", CultureInfo.InvariantCulture);
        return digits[..Math.Min(3, width)].PadRight(width, '0');
    }

    private static int Week(DateTime at, int firstDay)
    {
        var since = ((int)at.DayOfWeek - firstDay + 7) % 7;
        return (int)Math.Floor((at.DayOfYear - 1 - since + 7) / 7d);
    }

    private static string Offset(LiquidDate date, string flags)
    {
        var minutes = Math.Abs(date.MinutesBehind);
        return $"{(date.MinutesBehind > 0 ? '-' : '+')}{minutes / 60:00}{(flags.Contains(':', StringComparison.Ordinal) ? ":" : "")}{minutes % 60:00}";
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
