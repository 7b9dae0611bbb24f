using System.Globalization;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports;

/// <summary>How a file writes numbers: with a decimal point and perhaps commas between thousands, or the other way round.</summary>
internal sealed class NumberFormat(bool isDecimalComma)
{
    private const int MaxLength = 64;

    private static readonly double[] Powers = [.. Enumerable.Range(0, 16).Select(power => Math.Pow(10, power))];

    private readonly byte mark = isDecimalComma ? (byte)',' : (byte)'.';
    private readonly byte group = isDecimalComma ? (byte)'.' : (byte)',';

    internal bool IsDecimalComma { get; } = isDecimalComma;

    /// <summary>Reads a cell; blanks around it do not count.</summary>
    internal bool TryParse(ReadOnlySpan<byte> cell, out Number number)
    {
        cell = cell.Trim(" \t"u8);
        if (TryShort(cell, out number))
        {
            return true;
        }
        if (cell.Length > MaxLength)
        {
            return false;
        }
        Span<byte> plain = stackalloc byte[MaxLength];
        return TryPlain(cell, plain, out var length) && Number.TryParse(plain[..length], out number);
    }

    /// <summary>Reads a cell as a finite real number to its last digit, written with an exponent too; blanks around it do not count.</summary>
    internal bool TryReal(ReadOnlySpan<byte> cell, out double value)
    {
        cell = cell.Trim(" \t"u8);
        if (TryShortReal(cell, out value))
        {
            return true;
        }
        if (cell.Length > MaxLength)
        {
            return false;
        }
        Span<byte> plain = stackalloc byte[MaxLength];
        return TryPlain(cell, plain, out var length) && double.TryParse(plain[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Nearly all cells: a sign and at most 15 digits, of which the quotient is the nearest double.</summary>
    private bool TryShortReal(ReadOnlySpan<byte> cell, out double value)
    {
        value = 0;
        var isNegative = cell is [(byte)'-', ..];
        cell = isNegative ? cell[1..] : cell;
        if (cell.Length is 0 or > 16 || cell[0] == mark || cell[^1] == mark)
        {
            return false;
        }
        var (digits, places) = (0L, -1);
        foreach (var c in cell)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                digits = (digits * 10) + (c - '0');
                places += places >= 0 ? 1 : 0;
            }
            else if (c == mark && places < 0)
            {
                places = 0;
            }
            else
            {
                return false;
            }
        }
        if (cell.Length - (places >= 0 ? 1 : 0) > 15)
        {
            return false;
        }
        value = (isNegative ? -digits : digits) / Powers[Math.Max(0, places)];
        return true;
    }

    /// <summary>Whether a cell is a number by the rule of columns whose type is found out: `007` is none, `0`, `0.85` and `-0.5` are.</summary>
    internal bool IsNumber(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim(" \t"u8);
        var digits = cell is [(byte)'-' or (byte)'+', ..] ? cell[1..] : cell;
        return digits is not [(byte)'0', >= (byte)'0' and <= (byte)'9', ..] && TryParse(cell, out _);
    }

    /// <summary>Nearly all cells: a sign, up to 12 digits, up to six places.</summary>
    private bool TryShort(ReadOnlySpan<byte> cell, out Number number)
    {
        number = default;
        var at = cell is [(byte)'-', ..] ? 1 : 0;
        var first = at;
        long micros = 0;
        while (at < cell.Length && at - first < 12 && cell[at] is >= (byte)'0' and <= (byte)'9')
        {
            micros = micros * 10 + (cell[at++] - '0');
        }
        if (at == first)
        {
            return false;
        }
        var places = 0;
        if (at < cell.Length - 1 && cell[at] == mark)
        {
            for (at++; at < cell.Length && places < Number.Places && cell[at] is >= (byte)'0' and <= (byte)'9'; places++)
            {
                micros = micros * 10 + (cell[at++] - '0');
            }
        }
        if (at < cell.Length)
        {
            return false;
        }
        for (; places < Number.Places; places++)
        {
            micros *= 10;
        }
        number = Number.FromMicros(first == 1 ? -micros : micros)!.Value;
        return true;
    }

    /// <summary>Rewrites to a decimal point without groups; false where the groups are not threes.</summary>
    private bool TryPlain(ReadOnlySpan<byte> cell, Span<byte> plain, out int length)
    {
        length = 0;
        var hasGroups = cell.Contains(group);
        var whole = cell.IndexOf(mark) is var markAt and >= 0 ? cell[..markAt] : cell;
        if (hasGroups && !AreThrees(whole is [(byte)'-' or (byte)'+', ..] ? whole[1..] : whole))
        {
            return false;
        }
        for (var i = 0; i < cell.Length; i++)
        {
            if (cell[i] == group)
            {
                if (i > whole.Length)
                {
                    return false;
                }
                continue;
            }
            plain[length++] = cell[i] == mark ? (byte)'.' : cell[i];
        }
        return true;
    }

    private bool AreThrees(ReadOnlySpan<byte> whole)
    {
        var sinceGroup = -1;
        var digits = 0;
        foreach (var c in whole)
        {
            if (c == group)
            {
                if (sinceGroup is not (-1 or 3) || digits is 0 or > 3 && sinceGroup == -1)
                {
                    return false;
                }
                sinceGroup = 0;
                continue;
            }
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            digits++;
            sinceGroup += sinceGroup >= 0 ? 1 : 0;
        }
        return sinceGroup == 3;
    }
}
