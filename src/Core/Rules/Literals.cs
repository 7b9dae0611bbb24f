using System.Globalization;
using System.Text;
using Ciclo.Core.Time;
using Number_ = Ciclo.Core.Values.Number;

namespace Ciclo.Core.Rules;

/// <summary>The values of literal tokens.</summary>
internal static class Literals
{
    private static readonly Dictionary<string, long> Units = new(StringComparer.Ordinal)
    {
        ["s"] = Durations.Second,
        ["m"] = Durations.Minute,
        ["h"] = Durations.Hour,
        ["d"] = Durations.Day,
        ["w"] = Durations.Week,
    };

    internal static Number_ Number(Token token)
    {
        var point = token.Value.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && token.Value.Length - point - 1 > Number_.Places)
        {
            throw RuleException.At("too_many_decimals", token.Extent, new Text($"a number, {token.Value}", $"un número, {token.Value}"),
                new Text("at most six decimals", "seis decimales como máximo"));
        }
        return Number_.TryParse(token.Value, out var number)
            ? number
            : throw RuleException.At("number_range", token.Extent, new Text($"a number, {token.Value}", $"un número, {token.Value}"),
                new Text("a number below 10^15", "un número menor que 10^15"));
    }

    internal static long Duration(Token token)
    {
        var digits = token.Value.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = token.Value[digits..];
        var expected = new Text("a duration, such as 90d, 12h, 30m, 45s or 2w", "una duración, como 90d, 12h, 30m, 45s o 2w");
        if (!Units.TryGetValue(unit, out var unitMs) || token.Value[..digits].Contains('.', StringComparison.Ordinal))
        {
            throw RuleException.At("bad_duration", token.Extent, Text.Same(token.Value), expected);
        }
        if (digits > 9 || !long.TryParse(token.Value[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > 1_000 * 366 * Durations.Day / unitMs)
        {
            throw RuleException.At("duration_range", token.Extent, Text.Same(token.Value),
                new Text("a duration of at most a thousand years", "una duración de mil años como máximo"));
        }
        return count * unitMs;
    }

    /// <summary>An event's name as events carry it: in NFC, trimmed.</summary>
    internal static string EventName(Token token)
    {
        if (!IsWellFormed(token.Value))
        {
            throw RuleException.At("bad_text", token.Extent, new Text("half of a two-part character", "medio carácter de dos partes"),
                new Text("an event's name in whole characters", "el nombre de un evento en caracteres enteros"));
        }
        var name = token.Value.Normalize(NormalizationForm.FormC).Trim();
        return name.Length > 0
            ? name
            : throw RuleException.At("empty_event", token.Extent, new Text("an empty name", "un nombre vacío"), new Text("an event's name", "el nombre de un evento"));
    }

    /// <summary>False for a text with a lone surrogate, which has no normal form.</summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    internal static long Instant(Token token, Zone zone) => Instants.TryParse(token.Value, zone, out var ms)
        ? ms
        : throw RuleException.At("bad_instant", token.Extent, Text.Same("@" + token.Value),
            new Text("an instant, such as @2026-01-31 or @2026-01-31T10:00:00Z", "un instante, como @2026-01-31 o @2026-01-31T10:00:00Z"));
}
