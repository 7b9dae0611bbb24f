using System.Buffers;
using System.Net;
using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// Puts tracking over the links of an HTML message: each `href` of an `a` or `area` that leads out by http or https is led through <c>lead</c>; a picture that tells of the opening
/// and a link that no person sees go before the end of the body. Everything else stays byte by byte.
/// </summary>
public static class TrackedHtml
{
    /// <summary>The attribute with which a link asks to be left as it is.</summary>
    public const string LeaveMark = "data-untracked";

    private static readonly SearchValues<char> EndsName = SearchValues.Create(" \t\r\n/>");

    /// <summary>
    /// <paramref name="lead"/> gets an address and its number, from 1, and answers what to write in its place; null leaves it. Answers the message and how many links were led.
    /// </summary>
    public static (string Html, int Links) Put(string html, Func<string, int, string?> lead, string tail)
    {
        var output = new StringBuilder(html.Length + (html.Length / 4) + tail.Length);
        var (at, links) = (0, 0);
        while (NextTag(html, at, out var from, out var to))
        {
            output.Append(html, at, from - at);
            var tag = html.AsSpan(from, to - from);
            if (IsLink(tag) && !tag.Contains(LeaveMark, StringComparison.OrdinalIgnoreCase) && FindHref(tag) is { } href && links < TrackingToken.MostLinks
                && OutwardUrl(tag[href]) is { } url && lead(url, links + 1) is { } led)
            {
                links++;
                output.Append(tag[..href.Start]).Append('"').Append(WebUtility.HtmlEncode(led)).Append('"').Append(tag[href.End..]);
            }
            else
            {
                output.Append(tag);
            }
            at = to;
        }
        output.Append(html, at, html.Length - at);
        if (tail.Length > 0)
        {
            var text = output.ToString();
            var end = text.LastIndexOf("</body", StringComparison.OrdinalIgnoreCase);
            return (end < 0 ? text + tail : text.Insert(end, tail), links);
        }
        return (output.ToString(), links);
    }

    /// <summary>The next tag that begins with a letter, comments left aside; its `&gt;` included.</summary>
    private static bool NextTag(string html, int at, out int from, out int to)
    {
        for (from = html.IndexOf('<', at); from >= 0; from = html.IndexOf('<', from + 1))
        {
            if (html.AsSpan(from).StartsWith("<!--", StringComparison.Ordinal))
            {
                var end = html.IndexOf("-->", from + 4, StringComparison.Ordinal);
                from = end < 0 ? html.Length - 1 : end;
                continue;
            }
            if (from + 1 < html.Length && char.IsAsciiLetter(html[from + 1]))
            {
                to = EndOfTag(html, from);
                return true;
            }
        }
        to = 0;
        return false;
    }

    private static int EndOfTag(string html, int from)
    {
        var quote = '\0';
        for (var i = from; i < html.Length; i++)
        {
            if (quote != '\0')
            {
                quote = html[i] == quote ? '\0' : quote;
            }
            else if (html[i] is '"' or '\'')
            {
                quote = html[i];
            }
            else if (html[i] == '>')
            {
                return i + 1;
            }
        }
        return html.Length;
    }

    private static bool IsLink(ReadOnlySpan<char> tag)
    {
        var name = tag[1..];
        var end = name.IndexOfAny(EndsName);
        name = end < 0 ? name : name[..end];
        return name.Equals("a", StringComparison.OrdinalIgnoreCase) || name.Equals("area", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Where the value of `href` stands, with its quotes if it has any.</summary>
    private static Range? FindHref(ReadOnlySpan<char> tag)
    {
        var at = tag.IndexOfAny(" \t\r\n/");
        while (at >= 0 && at < tag.Length - 1)
        {
            while (at < tag.Length && (char.IsWhiteSpace(tag[at]) || tag[at] is '/' or '>'))
            {
                at++;
            }
            var name = at;
            while (at < tag.Length && !char.IsWhiteSpace(tag[at]) && tag[at] is not ('=' or '>' or '/'))
            {
                at++;
            }
            var isHref = tag[name..at].Equals("href", StringComparison.OrdinalIgnoreCase);
            while (at < tag.Length && char.IsWhiteSpace(tag[at]))
            {
                at++;
            }
            if (at >= tag.Length || tag[at] != '=')
            {
                if (at == name)
                {
                    return null;
                }
                continue;
            }
            at++;
            while (at < tag.Length && char.IsWhiteSpace(tag[at]))
            {
                at++;
            }
            var value = at;
            if (at < tag.Length && tag[at] is '"' or '\'')
            {
                var close = tag[(at + 1)..].IndexOf(tag[at]);
                at = close < 0 ? tag.Length : at + close + 2;
            }
            else
            {
                while (at < tag.Length && !char.IsWhiteSpace(tag[at]) && tag[at] != '>')
                {
                    at++;
                }
            }
            if (isHref)
            {
                return value..at;
            }
        }
        return null;
    }

    private static string? OutwardUrl(ReadOnlySpan<char> value)
    {
        var text = WebUtility.HtmlDecode(value.Trim("\"'").Trim().ToString());
        return text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? text : null;
    }
}
