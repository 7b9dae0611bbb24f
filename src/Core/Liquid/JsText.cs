using System.Globalization;
using System.Text;

namespace Ciclo.Core.Liquid;

/// <summary>How values become text and numbers in JavaScript, to the letter: templates are written against it everywhere.</summary>
internal static class JsText
{
    /// <summary>The deepest array that is written or compared.</summary>
    private const int Deepest = 100;

    public static string Of(double number)
    {
        if (double.IsNaN(number))
        {
            return "NaN";
        }
        if (double.IsInfinity(number))
        {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        if (number == Math.Floor(number) && Math.Abs(number) < 1e15)
        {
            return ((long)number).ToString(CultureInfo.InvariantCulture);
        }
        // The shortest digits that read back as the same number, then where the point stands.
        var round = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Split(round);
        var text = exponent switch
        {
            >= 21 or < -6 => Scientific(digits, exponent),
            < 0 => "0." + new string('0', -exponent - 1) + digits,
            _ when digits.Length <= exponent + 1 => digits + new string('0', exponent + 1 - digits.Length),
            _ => digits[..(exponent + 1)] + "." + digits[(exponent + 1)..],
        };
        return number < 0 ? "-" + text : text;
    }

    /// <summary>What `Number(text)` is: NaN for what is no number, 0 for blanks.</summary>
    public static double ToNumber(string text)
    {
        var trimmed = Trim(text);
        if (trimmed.Length == 0)
        {
            return 0;
        }
        if (trimmed is ['0', 'x' or 'X' or 'o' or 'O' or 'b' or 'B', ..])
        {
            return Prefixed(trimmed[2..], char.ToLowerInvariant(trimmed[1]) switch { 'x' => 16, 'o' => 8, _ => 2 });
        }
        if (trimmed is "Infinity" or "+Infinity" or "-Infinity")
        {
            return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }
        foreach (var c in trimmed)
        {
            if (!(char.IsAsciiDigit(c) || c is '.' or '-' or '+' or 'e' or 'E'))
            {
                return double.NaN;
            }
        }
        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }

    /// <summary>`Number(value)`.</summary>
    public static double ToNumber(LiquidContext context, LiquidValue value) => value.Kind switch
    {
        LiquidKind.Number => value.Number,
        LiquidKind.Boolean => value.Boolean ? 1 : 0,
        LiquidKind.Null or LiquidKind.Nil => 0,
        LiquidKind.Undefined => double.NaN,
        LiquidKind.Text => ToNumber(value.Text),
        LiquidKind.Object => double.NaN,
        _ => ToNumber(String(context, value)),
    };

    /// <summary>`String(value)`: an array is joined by commas, what is missing is told.</summary>
    public static string String(LiquidContext context, LiquidValue value) => value.Kind switch
    {
        LiquidKind.Undefined => "undefined",
        LiquidKind.Null or LiquidKind.Nil => "null",
        LiquidKind.Boolean => value.Boolean ? "true" : "false",
        LiquidKind.Number => Of(value.Number),
        LiquidKind.Text => value.Text,
        LiquidKind.Array => Join(context, value.Items, ",", 0),
        LiquidKind.Object => "[object Object]",
        _ => value.Plain.Text,
    };

    /// <summary>What an output writes: nothing for what is missing, an array without commas.</summary>
    public static string Output(LiquidContext context, LiquidValue value)
    {
        switch (value.Kind)
        {
            case LiquidKind.Text:
                return value.Text;
            case LiquidKind.Undefined or LiquidKind.Null or LiquidKind.Nil:
                return "";
            case LiquidKind.Array:
                var text = new StringBuilder();
                Write(context, text, value.Items, 0);
                return text.ToString();
            default:
                return String(context, value);
        }
    }

    /// <summary>`items.join(between)`.</summary>
    public static string Join(LiquidContext context, IReadOnlyList<LiquidValue> items, string between, int depth)
    {
        context.Descend(depth, Deepest);
        var text = new StringBuilder();
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                text.Append(between);
            }
            var item = items[i];
            if (item.Kind == LiquidKind.Array)
            {
                text.Append(Join(context, item.Items, ",", depth + 1));
            }
            else if (item.Kind is not (LiquidKind.Undefined or LiquidKind.Null))
            {
                text.Append(item.Kind == LiquidKind.Nil ? "null" : String(context, item));
            }
            context.Spend(1, text.Length);
        }
        return text.ToString();
    }

    /// <summary>Blanks of JavaScript, which are a few more than those of others.</summary>
    public static bool IsBlank(char c) => c is (>= '\t' and <= '\r') or ' ' or '\u00a0' or '\u1680' or (>= '\u2000' and <= '\u200a') or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000' or '\ufeff';

    public static string Trim(string text) => TrimEnd(TrimStart(text));

    public static string TrimStart(string text)
    {
        var at = 0;
        while (at < text.Length && IsBlank(text[at]))
        {
            at++;
        }
        return text[at..];
    }

    public static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsBlank(text[end - 1]))
        {
            end--;
        }
        return text[..end];
    }

    private static void Write(LiquidContext context, StringBuilder text, IReadOnlyList<LiquidValue> items, int depth)
    {
        context.Descend(depth, Deepest);
        foreach (var item in items)
        {
            if (item.Kind == LiquidKind.Array)
            {
                Write(context, text, item.Items, depth + 1);
            }
            else
            {
                text.Append(Output(context, item));
            }
            context.Spend(1, text.Length);
        }
    }

    private static (string Digits, int Exponent) Split(string round)
    {
        var exponent = 0;
        if (round.IndexOf('E', StringComparison.Ordinal) is var e and >= 0)
        {
            exponent = int.Parse(round.AsSpan(e + 1), CultureInfo.InvariantCulture);
            round = round[..e];
        }
        var point = round.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? round : round[..point];
        var digits = (whole + (point < 0 ? "" : round[(point + 1)..])).TrimStart('0');
        var leading = (whole.Length + (point < 0 ? 0 : round.Length - point - 1)) - digits.Length;
        return (digits.TrimEnd('0'), exponent + whole.Length - 1 - leading);
    }

    private static string Scientific(string digits, int exponent) =>
        digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);

    private static double Prefixed(string digits, int radix)
    {
        var number = 0d;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix)
            {
                return double.NaN;
            }
            number = (number * radix) + digit;
        }
        return digits.Length == 0 ? double.NaN : number;
    }
}
