using System.Text;

namespace Ciclo.Modules.Imports;

/// <summary>Months in English and Spanish, whole or cut to three letters or more, with or without a dot, in any case: `Jan`, `sept.`, `ENERO`.</summary>
internal static class MonthNames
{
    private static readonly byte[][] Names = [.. new[]
    {
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
        // The Royal Academy allows setiembre.
        "", "", "", "", "", "", "", "", "setiembre", "", "", "",
    }.Select(Encoding.ASCII.GetBytes)];

    internal static bool TryTake(ref ReadOnlySpan<byte> text, out int month)
    {
        month = 0;
        var length = 0;
        while (length < text.Length && char.IsAsciiLetter((char)text[length]))
        {
            length++;
        }
        if (length is < 3 or > 12)
        {
            return false;
        }
        Span<byte> word = stackalloc byte[length];
        Ascii.ToLower(text[..length], word, out _);
        for (var i = 0; i < Names.Length && month == 0; i++)
        {
            month = Names[i].AsSpan().StartsWith(word) ? i % 12 + 1 : 0;
        }
        text = text[(length < text.Length && text[length] == '.' ? length + 1 : length)..];
        return month != 0;
    }

    /// <summary>A day's name: letters, those beyond ASCII too, and a dot.</summary>
    internal static bool SkipWord(ref ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetter((char)text[length]) || text[length] > 127 || text[length] == '.'))
        {
            length++;
        }
        text = text[length..];
        return length > 0;
    }
}
