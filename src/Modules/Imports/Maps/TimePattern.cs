using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>What is wrong with a pattern, at an offset of its text.</summary>
public sealed record PatternMistake(int Offset, Text Found, Text Expected, Text? Hint = null);

/// <summary>
/// A date and time as a pattern of .NET's letters: y yy yyyy, M MM MMM MMMM (months in English or Spanish, short or whole), d dd, ddd dddd
/// (a day's name, not checked), H HH h hh tt, m mm, s ss, f…fffffff, z zz zzz K (an offset, which then rules over the time zone), texts in quotes,
/// `\x`; anything else stands for itself. One letter takes one or two digits, two letters take two.
/// </summary>
public sealed class TimePattern
{
    private enum Part
    {
        Literal,
        Year,
        ShortYear,
        Month,
        MonthName,
        Day,
        DayName,
        Hour,
        HalfHour,
        AmPm,
        Minute,
        Second,
        Fraction,
        Offset,
    }

    private readonly record struct Step(Part Part, int Width, byte[]? Text = null);

    private readonly Step[] steps;

    /// <summary>The pattern as written.</summary>
    internal string Source { get; }

    private TimePattern(string text, Step[] steps)
    {
        Source = text;
        this.steps = steps;
    }

    /// <summary>The pattern, or null and what is wrong with it.</summary>
    public static TimePattern? TryParse(string pattern, out PatternMistake? mistake)
    {
        var read = new List<Step>();
        mistake = pattern.Length is 0 or > 100
            ? new PatternMistake(0, new Text($"{pattern.Length} characters", $"{pattern.Length} caracteres"), new Text("a pattern such as yyyy-MM-dd", "un patrón como yyyy-MM-dd"))
            : null;
        for (var at = 0; at < pattern.Length && mistake is null;)
        {
            at = ReadStep(pattern, at, read, out mistake);
        }
        mistake ??= CheckWhole(pattern, read);
        return mistake is null ? new TimePattern(pattern, [.. read]) : null;
    }

    /// <summary>
    /// Reads the whole of a text. Local milliseconds since the epoch, and the offset from UTC where the pattern holds one and the text gives it.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> text, out long localMs, out long? offsetMs)
    {
        var found = new Fields();
        localMs = 0;
        offsetMs = null;
        foreach (var step in steps)
        {
            if (!Take(ref text, step, ref found))
            {
                return false;
            }
        }
        offsetMs = found.OffsetMs;
        return text.IsEmpty && found.TryLocal(out localMs);
    }

    private struct Fields()
    {
        public int Year;
        public int Month = 1;
        public int Day = 1;
        public int Hour;
        public bool IsPm;
        public bool HasAmPm;
        public int Minute;
        public int Second;
        public int Ms;
        public long? OffsetMs;

        public readonly bool TryLocal(out long localMs)
        {
            localMs = 0;
            var hour = HasAmPm ? Hour % 12 + (IsPm ? 12 : 0) : Hour;
            if (Year < 1 || Month is < 1 or > 12 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month) || hour > 23 || Minute > 59 || Second > 59
                || (HasAmPm && Hour is < 1 or > 12))
            {
                return false;
            }
            var days = (new DateTime(Year, Month, Day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;
            localMs = days * 86_400_000 + ((hour * 60 + Minute) * 60 + Second) * 1_000L + Ms;
            return true;
        }
    }

    private static bool Take(ref ReadOnlySpan<byte> text, Step step, ref Fields found)
    {
        switch (step.Part)
        {
            case Part.Literal:
                if (!text.StartsWith(step.Text))
                {
                    return false;
                }
                text = text[step.Text!.Length..];
                return true;
            case Part.Year:
                return TakeDigits(ref text, step.Width, step.Width, out found.Year);
            case Part.ShortYear:
                // The century of .NET's default: 50 to 99 lie in the 1900s.
                var isRead = TakeDigits(ref text, 2, 2, out var year);
                found.Year = year + (year < 50 ? 2_000 : 1_900);
                return isRead;
            case Part.Month:
                return TakeDigits(ref text, step.Width, 2, out found.Month);
            case Part.MonthName:
                return MonthNames.TryTake(ref text, out found.Month);
            case Part.Day:
                return TakeDigits(ref text, step.Width, 2, out found.Day);
            case Part.DayName:
                return MonthNames.SkipWord(ref text);
            case Part.Hour or Part.HalfHour:
                return TakeDigits(ref text, step.Width, 2, out found.Hour);
            case Part.AmPm:
                found.HasAmPm = true;
                return TakeAmPm(ref text, out found.IsPm);
            case Part.Minute:
                return TakeDigits(ref text, step.Width, 2, out found.Minute);
            case Part.Second:
                return TakeDigits(ref text, step.Width, 2, out found.Second);
            case Part.Fraction:
                return TakeFraction(ref text, step.Width, out found.Ms);
            default:
                return TakeOffset(ref text, step.Width, out found.OffsetMs);
        }
    }

    private static bool TakeDigits(ref ReadOnlySpan<byte> text, int least, int most, out int value)
    {
        value = 0;
        var length = 0;
        while (length < most && length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9')
        {
            value = value * 10 + (text[length++] - '0');
        }
        text = text[length..];
        return length >= least;
    }

    private static bool TakeFraction(ref ReadOnlySpan<byte> text, int width, out int ms)
    {
        ms = 0;
        var isRead = TakeDigits(ref text, width, width, out var value);
        for (; width < 3; width++)
        {
            value *= 10;
        }
        for (; width > 3; width--)
        {
            value /= 10;
        }
        ms = value;
        return isRead;
    }

    /// <summary>AM, PM, a.m., p. m. in any case, or their first letters.</summary>
    private static bool TakeAmPm(ref ReadOnlySpan<byte> text, out bool isPm)
    {
        isPm = text.Length > 0 && (text[0] | 0x20) == 'p';
        if (!isPm && (text.Length == 0 || (text[0] | 0x20) != 'a'))
        {
            return false;
        }
        var length = 1;
        foreach (var part in new[] { "."u8.ToArray(), " "u8.ToArray(), "m"u8.ToArray(), "."u8.ToArray() })
        {
            length += length < text.Length && (text[length] | 0x20) == (part[0] | 0x20) ? 1 : 0;
        }
        text = text[length..];
        return true;
    }

    /// <summary>Width 4 is K: Z, an offset or nothing.</summary>
    private static bool TakeOffset(ref ReadOnlySpan<byte> text, int width, out long? offsetMs)
    {
        offsetMs = null;
        if (text.Length > 0 && (text[0] | 0x20) == 'z')
        {
            offsetMs = 0;
            text = text[1..];
            return true;
        }
        if (text.Length == 0 || text[0] is not ((byte)'+' or (byte)'-'))
        {
            return width == 4;
        }
        var sign = text[0] == '-' ? -1 : 1;
        text = text[1..];
        if (!TakeDigits(ref text, width == 1 ? 1 : 2, 2, out var hours))
        {
            return false;
        }
        text = text.Length > 0 && text[0] == ':' ? text[1..] : text;
        var minutes = 0;
        if (width > 2 && !TakeDigits(ref text, 2, 2, out minutes))
        {
            return false;
        }
        offsetMs = sign * (hours * 60 + minutes) * 60_000L;
        return hours <= 18 && minutes < 60;
    }

    private static int ReadStep(string pattern, int at, List<Step> read, out PatternMistake? mistake)
    {
        mistake = null;
        var c = pattern[at];
        if (c is '\'' or '"')
        {
            var close = pattern.IndexOf(c, at + 1);
            if (close < 0)
            {
                mistake = new PatternMistake(at, new Text("a text without its closing quote", "un texto sin su comilla de cierre"), Text.Same($"{c}"));
                return pattern.Length;
            }
            read.Add(LiteralStep(pattern[(at + 1)..close]));
            return close + 1;
        }
        if (c == '\\' && at + 1 < pattern.Length)
        {
            read.Add(LiteralStep(pattern[(at + 1)..(at + 2)]));
            return at + 2;
        }
        if (!char.IsAsciiLetter(c))
        {
            var length = char.IsHighSurrogate(c) && at + 1 < pattern.Length ? 2 : 1;
            read.Add(LiteralStep(pattern.Substring(at, length)));
            return at + length;
        }
        var end = at;
        while (end < pattern.Length && pattern[end] == c)
        {
            end++;
        }
        if (StepOf(pattern, c, end - at) is { } step)
        {
            read.Add(step);
        }
        else
        {
            mistake = Unknown(pattern[at..end], at);
        }
        return end;
    }

    private static Step LiteralStep(string text) => new(Part.Literal, 0, System.Text.Encoding.UTF8.GetBytes(text));

    private static Step? StepOf(string pattern, char letter, int count) => (letter, count) switch
    {
        // T between date and time is so common unquoted that refusing it would help nobody.
        ('T', 1) => LiteralStep("T"),
        ('Z', 1) => new Step(Part.Offset, 4),
        ('y', 4) => new Step(Part.Year, 4),
        ('y', 2) => new Step(Part.ShortYear, 2),
        ('M', 1 or 2) => new Step(Part.Month, count),
        ('M', 3 or 4) => new Step(Part.MonthName, count),
        ('d', 1 or 2) => new Step(Part.Day, count),
        ('d', 3 or 4) => new Step(Part.DayName, count),
        ('H', 1 or 2) => new Step(Part.Hour, count),
        ('h', 1 or 2) => new Step(Part.HalfHour, count),
        ('t', 1 or 2) => new Step(Part.AmPm, count),
        ('m', 1 or 2) => new Step(Part.Minute, count),
        ('s', 1 or 2) => new Step(Part.Second, count),
        ('f', <= 7) => new Step(Part.Fraction, count),
        ('z', <= 3) => new Step(Part.Offset, count),
        ('K', 1) => new Step(Part.Offset, 4),
        _ => null,
    };

    private static PatternMistake Unknown(string run, int at) => new(at, Text.Same($"`{run}`"),
        new Text("yyyy, yy, M, MM, MMM, MMMM, d, dd, ddd, H, HH, h, hh, tt, m, mm, s, ss, f, zzz or K", "yyyy, yy, M, MM, MMM, MMMM, d, dd, ddd, H, HH, h, hh, tt, m, mm, s, ss, f, zzz o K"),
        run[0] switch
        {
            'Y' => new Text("Years are y in small letters: yyyy.", "Los años van en minúsculas: yyyy."),
            'D' => new Text("Days are d in small letters: dd.", "Los días van en minúsculas: dd."),
            'S' => new Text("Seconds are ss, their fractions fff.", "Los segundos son ss, sus fracciones fff."),
            'a' => new Text("AM and PM are tt.", "AM y PM son tt."),
            'T' => new Text("Words stand in quotes inside the pattern: 'T'.", "Las palabras van entre comillas dentro del patrón: 'T'."),
            _ => null,
        });

    private static PatternMistake? CheckWhole(string pattern, List<Step> read)
    {
        var end = pattern.Length;
        int Count(params ReadOnlySpan<Part> parts)
        {
            var count = 0;
            foreach (var step in read)
            {
                count += parts.Contains(step.Part) ? 1 : 0;
            }
            return count;
        }
        if (Count(Part.Year, Part.ShortYear) != 1)
        {
            return new PatternMistake(end, new Text("a pattern without one year", "un patrón sin un año"), Text.Same("yyyy"));
        }
        if (Count(Part.Month, Part.MonthName) != 1)
        {
            return new PatternMistake(end, new Text("a pattern without one month", "un patrón sin un mes"), Text.Same("MM"),
                pattern.Contains('m', StringComparison.Ordinal) ? new Text("Months are M in capitals; m is minutes.", "Los meses son M mayúscula; m son minutos.") : null);
        }
        if (Count(Part.Day) != 1)
        {
            return new PatternMistake(end, new Text("a pattern without one day", "un patrón sin un día"), Text.Same("dd"));
        }
        if (Count(Part.Hour, Part.HalfHour) > 1 || Count(Part.Minute) > 1 || Count(Part.Second) > 1 || Count(Part.Fraction) > 1 || Count(Part.Offset) > 1 || Count(Part.AmPm) > 1)
        {
            return new PatternMistake(end, new Text("a part of the time twice", "una parte de la hora dos veces"), new Text("each part once", "cada parte una vez"));
        }
        return Count(Part.HalfHour) != Count(Part.AmPm)
            ? new PatternMistake(end, new Text("h without tt, or tt without h", "h sin tt, o tt sin h"), Text.Same("h tt"), new Text("Hours of 24 are H.", "Las horas de 24 son H."))
            : null;
    }
}
