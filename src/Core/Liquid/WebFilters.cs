using System.Globalization;
using System.Text;

namespace Ciclo.Core.Liquid;

/// <summary>Filters for markup and addresses, and what belongs to no other group.</summary>
internal static class WebFilters
{
    /// <summary>What an address may hold beside letters and digits, in a part of it and in the whole.</summary>
    private const string InPart = "-_.!~*'()";
    private const string InWhole = InPart + ";/?:@&=+$,#";

    public static Dictionary<string, LiquidFilter> All { get; } = new(StringComparer.Ordinal)
    {
        ["escape"] = (c, v, _) => Of(Escape(Text(c, v))),
        ["xml_escape"] = (c, v, _) => Of(Escape(Text(c, v))),
        ["escape_once"] = (c, v, _) => Of(Escape(Unescape(Text(c, v)))),
        ["newline_to_br"] = (c, v, _) => Of(Text(c, v).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "<br />\n", StringComparison.Ordinal)),
        ["strip_html"] = (c, v, _) => Of(StripHtml(Text(c, v))),
        ["raw"] = (_, v, _) => v,
        ["url_encode"] = (c, v, _) => Of(Encode(Text(c, v), InPart).Replace("%20", "+", StringComparison.Ordinal)),
        ["cgi_escape"] = (c, v, _) => Of(Encode(Text(c, v), "-_.~").Replace("%20", "+", StringComparison.Ordinal)),
        ["uri_escape"] = (c, v, _) => Of(Encode(Text(c, v), InWhole).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal)),
        ["url_decode"] = (c, v, _) => Of(Decode(Text(c, v).Replace('+', ' '))),
        ["slugify"] = (c, v, a) => Of(Slug(Text(c, v), a.Count > 0 ? Text(c, a[0]) : "default", a.Count > 1 && a[1].IsTruthy)),
        ["json"] = Json,
        ["jsonify"] = Json,
        ["inspect"] = Json,
        ["default"] = Default,
    };

    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&#34;"),
                '\'' => escaped.Append("&#39;"),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }

    private static LiquidValue Of(string text) => LiquidValue.Of(text);

    private static string Text(LiquidContext context, LiquidValue value) => JsText.Output(context, value);

    // From left to right, each place once: "&amp;lt;" is "&lt;" and not "<".
    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var (length, letter) = text.AsSpan(i) switch
            {
                ['&', 'a', 'm', 'p', ';', ..] => (5, '&'),
                ['&', 'l', 't', ';', ..] => (4, '<'),
                ['&', 'g', 't', ';', ..] => (4, '>'),
                ['&', '#', '3', '4', ';', ..] => (5, '"'),
                ['&', '#', '3', '9', ';', ..] => (5, '\''),
                _ => (1, text[i]),
            };
            plain.Append(letter);
            i += length;
        }
        return plain.ToString();
    }

    private static string StripHtml(string text)
    {
        var blocks = new List<(string Open, string Close)> { ("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">") };
        var stripped = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('<', at);
            if (open < 0)
            {
                return stripped.Append(text, at, text.Length - at).ToString();
            }
            stripped.Append(text, at, open - at);
            at = open;
            foreach (var block in blocks.ToList())
            {
                if (string.CompareOrdinal(text, open, block.Open, 0, block.Open.Length) != 0)
                {
                    continue;
                }
                if (text.IndexOf(block.Close, open + block.Open.Length, StringComparison.Ordinal) is >= 0 and var close)
                {
                    at = close + block.Close.Length;
                    break;
                }
                // Not closed here, so nowhere behind.
                blocks.Remove(block);
            }
            if (at <= open)
            {
                return stripped.Append(text, open, text.Length - open).ToString();
            }
        }
        return stripped.ToString();
    }

    private static string Encode(string text, string plain)
    {
        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || plain.Contains((char)rune.Value, StringComparison.Ordinal)))
            {
                encoded.Append((char)rune.Value);
                continue;
            }
            foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
            {
                encoded.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
            }
        }
        return encoded.ToString();
    }

    private static string Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, length));
                i += length - 1;
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                throw Malformed();
            }
            bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
            i += 2;
        }
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed();
        }
    }

    private static LiquidException Malformed() => new(new("url_decode was given a text that is not encoded as an address.", "url_decode recibió un texto que no está codificado como dirección."));

    private static string Slug(string text, string mode, bool keepsCase)
    {
        Func<Rune, bool>? isKept = mode switch
        {
            "raw" => rune => !(rune.IsBmp && JsText.IsBlank((char)rune.Value)),
            "default" or "latin" => IsWord,
            "pretty" => rune => IsWord(rune) || (rune.IsAscii && "._~!$&'()+,;=@".Contains((char)rune.Value, StringComparison.Ordinal)),
            "ascii" => rune => rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value),
            _ => null,
        };
        if (isKept is not null)
        {
            var slug = new StringBuilder();
            var isGap = false;
            foreach (var rune in (mode == "latin" ? WithoutAccents(text) : text).EnumerateRunes())
            {
                if (isKept(rune))
                {
                    slug.Append(rune.ToString());
                }
                else if (!isGap)
                {
                    slug.Append('-');
                }
                isGap = !isKept(rune);
            }
            text = slug.ToString();
            text = text.StartsWith('-') ? text[1..] : text;
            text = text.EndsWith('-') ? text[..^1] : text;
        }
        return keepsCase ? text : text.ToLowerInvariant();
    }

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is var category
        && (Rune.IsLetter(rune) || category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);

    private static string WithoutAccents(string text) => string.Concat(text.Select(c => c switch
    {
        'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' => "a", 'æ' => "ae", 'ç' => "c", 'è' or 'é' or 'ê' or 'ë' => "e", 'ì' or 'í' or 'î' or 'ï' => "i", 'ð' => "d", 'ñ' => "n",
        'ò' or 'ó' or 'ô' or 'õ' or 'ö' or 'ø' => "o", 'ù' or 'ú' or 'û' or 'ü' => "u", 'ý' or 'ÿ' => "y", 'ß' => "ss", 'œ' => "oe", 'þ' => "th", 'ẞ' => "SS", 'Œ' => "OE", 'Þ' => "TH",
        _ => c.ToString(),
    }));

    private static LiquidValue Json(LiquidContext context, LiquidValue value, LiquidArguments arguments) =>
        value.Kind == LiquidKind.Undefined ? value : Of(LiquidJson.Write(context, value, arguments.Count > 0 ? (int)Math.Clamp(MathFilters.Number(context, arguments[0]), 0, 10) : 0));

    private static LiquidValue Default(LiquidContext context, LiquidValue value, LiquidArguments arguments)
    {
        value = value.Plain;
        var isThere = value.Kind switch
        {
            LiquidKind.Array => value.Items.Count > 0,
            LiquidKind.Text => value.Text.Length > 0,
            LiquidKind.Boolean => value.Boolean || arguments.Named("allow_false").IsTruthy,
            _ => value.IsTruthy,
        };
        return isThere ? value : arguments[0];
    }
}
