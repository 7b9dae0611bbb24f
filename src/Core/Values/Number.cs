using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Ciclo.Core.Values;

/// <summary>
/// An exact decimal with six places, |x| &lt; 10^15. A sum of numbers depends neither on order nor on how often it was updated,
/// which no floating-point sum can promise. What falls outside the range is not numeric: operations answer null.
/// </summary>
public readonly struct Number : IEquatable<Number>, IComparable<Number>
{
    public const int Places = 6;
    public const long Scale = 1_000_000;
    private static readonly Int128 Limit = (Int128)1_000_000_000_000_000 * Scale;

    private Number(Int128 micros) => Micros = micros;

    /// <summary>The value in millionths.</summary>
    public Int128 Micros { get; }

    public static Number Zero => default;

    public static Number One => new(Scale);

    public static Number FromInteger(long value) => new((Int128)value * Scale);

    /// <summary>The number of that many millionths; null outside the range.</summary>
    public static Number? FromMicros(Int128 micros) => Int128.Abs(micros) < Limit ? new Number(micros) : null;

    /// <summary>The number of that many millionths; 64 bits of them are always within the range.</summary>
    public static Number FromSmallMicros(long micros) => new(micros);

    public static Number? Add(Number a, Number b) => FromMicros(a.Micros + b.Micros);

    public static Number? Subtract(Number a, Number b) => FromMicros(a.Micros - b.Micros);

    public static Number? Negate(Number a) => new Number(-a.Micros);

    /// <summary>The product, rounded half to even to six places; null outside the range.</summary>
    public static Number? Multiply(Number a, Number b)
    {
        if (FitsLong(a.Micros) && FitsLong(b.Micros))
        {
            return FromMicros(DivideHalfEven(a.Micros * b.Micros, Scale));
        }
        var rounded = DivideHalfEven((BigInteger)a.Micros * (BigInteger)b.Micros, Scale);
        return BigInteger.Abs(rounded) < (BigInteger)Limit ? new Number((Int128)rounded) : null;
    }

    /// <summary>The quotient, rounded half to even to six places; null for a zero divisor or outside the range.</summary>
    public static Number? Divide(Number a, Number b) =>
        b.Micros == 0 ? null : FromMicros(DivideHalfEven(a.Micros * Scale, b.Micros));

    /// <summary>sum / count, rounded half to even; null where count is 0 or the result is outside the range.</summary>
    public static Number? Average(Int128 sumMicros, long count) =>
        count == 0 ? null : FromMicros(DivideHalfEven(sumMicros, count));

    /// <summary>
    /// Reads a decimal in JSON's syntax (an exponent included; a leading + too), rounding half to even to six places.
    /// False for anything else and for |x| ≥ 10^15.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Number number)
    {
        number = default;
        var at = 0;
        var negative = false;
        if (at < utf8.Length && utf8[at] is (byte)'-' or (byte)'+')
        {
            negative = utf8[at] == '-';
            at++;
        }
        // Micros has at most 21 digits; one more and a sticky "rest is not zero" decide any rounding.
        Int128 head = 0;
        var headDigits = 0;
        var dropped = 0;
        var restNotZero = false;
        var exponent = 0;
        var seenDigit = false;
        var seenPoint = false;
        for (; at < utf8.Length; at++)
        {
            var c = utf8[at];
            if (c == '.' && !seenPoint)
            {
                seenPoint = true;
                continue;
            }
            if (c is < (byte)'0' or > (byte)'9')
            {
                break;
            }
            seenDigit = true;
            if (seenPoint)
            {
                exponent--;
            }
            if (headDigits < 30)
            {
                head = head * 10 + (c - '0');
                headDigits += head == 0 ? 0 : 1;
            }
            else
            {
                dropped++;
                restNotZero |= c != '0';
            }
        }
        if (!seenDigit || utf8[at - 1] == '.')
        {
            return false;
        }
        if (at < utf8.Length)
        {
            if (utf8[at] is not ((byte)'e' or (byte)'E') || !TryParseExponent(utf8[(at + 1)..], out var written))
            {
                return false;
            }
            exponent += written;
        }
        if (head == 0)
        {
            return true;
        }
        var shift = exponent + dropped + Places;
        if (shift > 21 || headDigits + shift > 22)
        {
            return false;
        }
        Int128 micros;
        if (shift >= 0)
        {
            micros = head * Power10(shift);
            if (restNotZero)
            {
                return false;
            }
        }
        else if (-shift > 38)
        {
            micros = 0;
        }
        else
        {
            var divisor = Power10(-shift);
            micros = head / divisor;
            var rest = head - micros * divisor;
            var half = divisor / 2;
            if (rest > half || (rest == half && (restNotZero || Int128.IsOddInteger(micros))))
            {
                micros++;
            }
        }
        if (micros >= Limit)
        {
            return false;
        }
        number = new Number(negative ? -micros : micros);
        return true;
    }

    public static bool TryParse(string text, out Number number)
    {
        number = default;
        if (text.Length > 1_000)
        {
            return false;
        }
        Span<byte> utf8 = stackalloc byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > 127)
            {
                return false;
            }
            utf8[i] = (byte)text[i];
        }
        return TryParse(utf8, out number);
    }

    public static Number Parse(string text) =>
        TryParse(text, out var number) ? number : throw new FormatException($"'{text}' is not a number.");

    /// <summary>The shortest decimal form: no exponent, no trailing zeros, a dot.</summary>
    public override string ToString()
    {
        var magnitude = Int128.Abs(Micros);
        var whole = (magnitude / Scale).ToString(CultureInfo.InvariantCulture);
        var fraction = (long)(magnitude % Scale);
        var sign = Micros < 0 ? "-" : "";
        return fraction == 0
            ? sign + whole
            : sign + whole + "." + fraction.ToString("000000", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    public double ToDouble() => (double)Micros / Scale;

    public bool Equals(Number other) => Micros == other.Micros;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Number other && Equals(other);

    public override int GetHashCode() => Micros.GetHashCode();

    public int CompareTo(Number other) => Micros.CompareTo(other.Micros);

    public static bool operator ==(Number a, Number b) => a.Micros == b.Micros;

    public static bool operator !=(Number a, Number b) => a.Micros != b.Micros;

    public static bool operator <(Number a, Number b) => a.Micros < b.Micros;

    public static bool operator >(Number a, Number b) => a.Micros > b.Micros;

    public static bool operator <=(Number a, Number b) => a.Micros <= b.Micros;

    public static bool operator >=(Number a, Number b) => a.Micros >= b.Micros;

    private static bool FitsLong(Int128 value) => value >= long.MinValue && value <= long.MaxValue;

    private static Int128 DivideHalfEven(Int128 dividend, Int128 divisor)
    {
        var (quotient, rest) = Int128.DivRem(dividend, divisor);
        var doubled = Int128.Abs(rest) * 2;
        var size = Int128.Abs(divisor);
        if (doubled > size || (doubled == size && Int128.IsOddInteger(quotient)))
        {
            quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
        }
        return quotient;
    }

    private static BigInteger DivideHalfEven(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        var doubled = BigInteger.Abs(rest) * 2;
        if (doubled > divisor || (doubled == divisor && !quotient.IsEven))
        {
            quotient += dividend.Sign;
        }
        return quotient;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> digits, out int exponent)
    {
        exponent = 0;
        var negative = false;
        if (digits.Length > 0 && digits[0] is (byte)'+' or (byte)'-')
        {
            negative = digits[0] == '-';
            digits = digits[1..];
        }
        if (digits.Length == 0)
        {
            return false;
        }
        foreach (var c in digits)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            // Beyond a hundred thousand the answer (0 or out of range) no longer changes.
            exponent = Math.Min(exponent * 10 + (c - '0'), 100_000);
        }
        exponent = negative ? -exponent : exponent;
        return true;
    }

    private static Int128 Power10(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }
        return power;
    }
}
