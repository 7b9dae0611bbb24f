using System.Security.Cryptography;
using System.Text;

namespace Ciclo.Core.Liquid;

internal static class StringFilters
{
    public static Dictionary<string, LiquidFilter> All { get; } = new(StringComparer.Ordinal)
    {
        ["append"] = (c, v, a) => Of(Text(c, v) + Text(c, Needed(a, "append"))),
        ["prepend"] = (c, v, a) => Of(Text(c, Needed(a, "prepend")) + Text(c, v)),
        ["downcase"] = (c, v, _) => Of(Text(c, v).ToLowerInvariant()),
        ["upcase"] = (c, v, _) => Of(Text(c, v).Replace("ß", "SS", StringComparison.Ordinal).ToUpperInvariant()),
        ["capitalize"] = (c, v, _) => Of(Text(c, v) is { Length: > 0 } text ? text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant() : ""),
        ["remove"] = (c, v, a) => Of(Text(c, a[0]) is { Length: > 0 } part ? Text(c, v).Replace(part, "", StringComparison.Ordinal) : Text(c, v)),
        ["remove_first"] = (c, v, a) => Of(ReplaceAt(Text(c, v), Text(c, a[0]), "", isLast: false)),
        ["remove_last"] = (c, v, a) => Of(ReplaceAt(Text(c, v), Text(c, a[0]), "", isLast: true)),
        ["replace"] = (c, v, a) => Of(Replace(c, Text(c, v), Text(c, a[0]), Text(c, a[1]))),
        ["replace_first"] = (c, v, a) => Of(ReplaceAt(Text(c, v), Text(c, a[0]), Text(c, a[1]), isLast: false)),
        ["replace_last"] = (c, v, a) => Of(ReplaceAt(Text(c, v), Text(c, a[0]), Text(c, a[1]), isLast: true)),
        ["lstrip"] = (c, v, a) => Of(Strip(Text(c, v), c, a, atStart: true, atEnd: false)),
        ["rstrip"] = (c, v, a) => Of(Strip(Text(c, v), c, a, atStart: false, atEnd: true)),
        ["strip"] = (c, v, a) => Of(Strip(Text(c, v), c, a, atStart: true, atEnd: true)),
        ["split"] = (c, v, a) => LiquidValue.Of(Split(c, Text(c, v), Text(c, a[0]))),
        ["strip_newlines"] = (c, v, _) => Of(Text(c, v).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)),
        ["squish"] = (c, v, _) => Of(Squeeze(JsText.Trim(Text(c, v)))),
        ["normalize_whitespace"] = (c, v, _) => Of(Squeeze(Text(c, v))),
        ["truncate"] = Truncate,
        ["truncatewords"] = TruncateWords,
        ["number_of_words"] = (c, v, a) => LiquidValue.Of(Words(JsText.Trim(Text(c, v)), Text(c, a[0]))),
        ["array_to_sentence_string"] = Sentence,
        ["base64_encode"] = (c, v, _) => Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(c, v)))),
        ["base64_decode"] = (c, v, _) => Of(FromBase64(Text(c, v))),
        ["sha256"] = (c, v, _) => Of(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(c, v))))),
        ["hmac_sha256"] = (c, v, a) => Of(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Text(c, a[0])), Encoding.UTF8.GetBytes(Text(c, v))))),
    };

    public static string Text(LiquidContext context, LiquidValue value) => JsText.Output(context, value);

    /// <summary>The same with every run of blanks as one space.</summary>
    private static string Squeeze(string text)
    {
        var squeezed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!JsText.IsBlank(text[i]))
            {
                squeezed.Append(text[i]);
            }
            else if (i == 0 || !JsText.IsBlank(text[i - 1]))
            {
                squeezed.Append(' ');
            }
        }
        return squeezed.ToString();
    }

    /// <summary>How far into a text so many letters reach; a letter of two halves counts as one.</summary>
    public static int Advance(string text, int from, double count)
    {
        for (var i = 0; i < count && from < text.Length; i++)
        {
            from += char.IsHighSurrogate(text[from]) && from + 1 < text.Length && char.IsLowSurrogate(text[from + 1]) ? 2 : 1;
        }
        return from;
    }

    public static int Letters(string text)
    {
        var letters = 0;
        for (var at = 0; at < text.Length; at = Advance(text, at, 1))
        {
            letters++;
        }
        return letters;
    }

    private static LiquidValue Of(string text) => LiquidValue.Of(text);

    private static LiquidValue Needed(LiquidArguments arguments, string name) => arguments.Count == 1 ? arguments[0]
        : throw new LiquidException(new($"{name} takes one text: {name}: \"text\".", $"{name} recibe un texto: {name}: \"texto\"."));

    private static string Replace(LiquidContext context, string text, string pattern, string by)
    {
        if (pattern.Length > 0)
        {
            // What it will be is counted before it is made: a letter that becomes many does so everywhere.
            context.Spend(0, (double)text.Length / pattern.Length * Math.Max(1, by.Length) + text.Length);
            return text.Replace(pattern, by, StringComparison.Ordinal);
        }
        context.Spend(0, (double)text.Length * (1 + by.Length));
        return string.Join(by, text.Select(letter => letter.ToString()));
    }

    private static string ReplaceAt(string text, string pattern, string by, bool isLast)
    {
        var at = isLast ? text.LastIndexOf(pattern, StringComparison.Ordinal) : text.IndexOf(pattern, StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + by + text[(at + pattern.Length)..];
    }

    private static string Strip(string text, LiquidContext context, LiquidArguments arguments, bool atStart, bool atEnd)
    {
        if (!arguments[0].IsTruthy || Text(context, arguments[0]) is not { Length: > 0 } letters)
        {
            return (atStart, atEnd) switch { (true, true) => JsText.Trim(text), (true, false) => JsText.TrimStart(text), _ => JsText.TrimEnd(text) };
        }
        var runes = letters.EnumerateRunes().ToHashSet();
        var kept = text.EnumerateRunes().ToList();
        var (from, to) = (0, kept.Count);
        while (atStart && from < to && runes.Contains(kept[from]))
        {
            from++;
        }
        while (atEnd && to > from && runes.Contains(kept[to - 1]))
        {
            to--;
        }
        return string.Concat(kept[from..to].Select(rune => rune.ToString()));
    }

    private static List<LiquidValue> Split(LiquidContext context, string text, string between)
    {
        var parts = between.Length == 0 ? [.. text.Select(letter => letter.ToString())] : text.Split(between).ToList();
        while (parts.Count > 0 && parts[^1].Length == 0)
        {
            parts.RemoveAt(parts.Count - 1);
        }
        context.Spend(parts.Count, 0);
        return [.. parts.Select(LiquidValue.Of)];
    }

    private static LiquidValue Truncate(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        var text = Text(context, value);
        var most = arguments.Count > 0 && arguments[0].Kind != LiquidKind.Undefined ? JsText.ToNumber(context, arguments[0].Plain) : 50;
        var mark = arguments.Count > 1 && arguments[1].Kind != LiquidKind.Undefined ? Text(context, arguments[1]) : "...";
        return text.Length <= most || Advance(text, 0, most) >= text.Length ? value : Of(text[..Advance(text, 0, Math.Max(most - Letters(mark), 0))] + mark);
    }

    private static LiquidValue TruncateWords(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        var words = Squeeze(JsText.TrimStart(Text(context, value))).Split(' ');
        var most = arguments.Count > 0 && arguments[0].Kind != LiquidKind.Undefined ? JsText.ToNumber(context, arguments[0].Plain) : 15;
        var mark = arguments.Count > 1 && arguments[1].Kind != LiquidKind.Undefined ? Text(context, arguments[1]) : "...";
        most = most <= 0 ? 1 : most;
        return Of(string.Join(' ', words.Take((int)Math.Min(most, words.Length))) + (words.Length >= most ? mark : ""));
    }

    private static double Words(string text, string mode)
    {
        if (text.Length == 0)
        {
            return 0;
        }
        var letters = text.Count(IsCjk);
        if (mode is "cjk" || (mode is "auto" && letters > 0))
        {
            var words = 0;
            for (var i = 0; i < text.Length; i++)
            {
                words += IsPlain(text[i]) && (i == 0 || !IsPlain(text[i - 1])) ? 1 : 0;
            }
            return letters + words;
        }
        return Squeeze(text).Split(' ').Length;
    }

    private static bool IsPlain(char c) => !IsCjk(c) && !JsText.IsBlank(c);

    private static bool IsCjk(char c) => c is (>= '\u4e00' and <= '\u9fff') or (>= '\uf900' and <= '\ufaff') or (>= '\u3400' and <= '\u4dbf') or (>= '\u3040' and <= '\u30ff') or (>= '\uac00' and <= '\ud7af');

    private static LiquidValue Sentence(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        var items = ArrayFilters.ToArray(value);
        var connector = arguments.Count > 0 ? Text(context, arguments[0]) : "and";
        return items.Count switch
        {
            0 => Of(""),
            1 => items[0],
            2 => Of($"{JsText.String(context, items[0])} {connector} {JsText.String(context, items[1])}"),
            _ => Of($"{JsText.Join(context, [.. items.Take(items.Count - 1)], ", ", 0)}, {connector} {JsText.String(context, items[^1])}"),
        };
    }

    private static string FromBase64(string text)
    {
        var letters = new string([.. text.Where(c => c is not ('\t' or '\n' or '\f' or '\r' or ' '))]);
        var bare = letters.Length % 4 == 0 && letters.EndsWith('=') ? letters[..^(letters.EndsWith("==", StringComparison.Ordinal) ? 2 : 1)] : letters;
        if (bare.Length % 4 == 1 || !bare.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/'))
        {
            throw new LiquidException(new("base64_decode was given a text that is not Base64.", "base64_decode recibió un texto que no es Base64."));
        }
        return Encoding.UTF8.GetString(Convert.FromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '=')));
    }
}
