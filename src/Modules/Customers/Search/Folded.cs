using System.Globalization;
using System.Text;

namespace Ciclo.Modules.Customers.Search;

/// <summary>Texts as they are compared: lower case, without accents, one space for many. `Mariana Solís` and `mariana  solis` are one.</summary>
internal static class Folded
{
    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return Spaced(text.ToLowerInvariant());
        }
        var kept = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                kept.Append(char.ToLowerInvariant(c));
            }
        }
        return Spaced(kept.ToString().Normalize(NormalizationForm.FormC));
    }

    /// <summary>The digits of what may be a telephone number: at least <see cref="LeastDigits"/>, beside them only what people put between; else empty.</summary>
    public static string PhoneOf(string text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
            else if (c is not (' ' or '+' or '-' or '(' or ')' or '.' or '/'))
            {
                return "";
            }
        }
        return digits.Length >= LeastDigits ? digits.ToString() : "";
    }

    public const int LeastDigits = 4;

    /// <summary>Entries are parted by line feeds, so none may stand in one.</summary>
    private static string Spaced(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Contains("  ", StringComparison.Ordinal))
        {
            return text.Trim();
        }
        return string.Join(' ', text.Split([' ', '\t', '\r', '\n', '\0', '\u000b', '\u000c'], StringSplitOptions.RemoveEmptyEntries));
    }
}
