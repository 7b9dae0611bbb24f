using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>Puts tracking over the addresses in the text part of a message. Everything else stays letter by letter.</summary>
public static class TrackedText
{
    /// <summary><paramref name="lead"/> gets each address that leads out by http or https and answers what to write in its place; null leaves it.</summary>
    public static string Put(string text, Func<string, string?> lead)
    {
        var output = new StringBuilder(text.Length + 256);
        var at = 0;
        while (Next(text, at) is >= 0 and var from)
        {
            var to = EndOf(text, from);
            var url = text[from..to];
            output.Append(text, at, from - at).Append(lead(url) ?? url);
            at = to;
        }
        return output.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Where the next address begins; -1 for none.</summary>
    private static int Next(string text, int at)
    {
        for (var from = text.IndexOf("http", at, StringComparison.OrdinalIgnoreCase); from >= 0; from = text.IndexOf("http", from + 4, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text.AsSpan(from + 4);
            var scheme = rest.StartsWith("://") ? 3 : rest.StartsWith("s://", StringComparison.OrdinalIgnoreCase) ? 4 : 0;
            if (scheme > 0 && rest.Length > scheme && char.IsLetterOrDigit(rest[scheme]) && (from == 0 || !char.IsLetterOrDigit(text[from - 1])))
            {
                return from;
            }
        }
        return -1;
    }

    /// <summary>An address ends before white space and signs that no address holds, and before what ends the sentence around it.</summary>
    private static int EndOf(string text, int from)
    {
        var to = from;
        while (to < text.Length && !char.IsWhiteSpace(text[to]) && text[to] is not ('<' or '>' or '"' or '«' or '»' or '“' or '”'))
        {
            to++;
        }
        while (to > from && (text[to - 1] is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or '*' || (text[to - 1] is ')' or ']' && !IsOpened(text.AsSpan(from, to - from)))))
        {
            to--;
        }
        return to;
    }

    /// <summary>Whether the bracket at the end was opened within the address.</summary>
    private static bool IsOpened(ReadOnlySpan<char> url)
    {
        var (open, close) = url[^1] == ')' ? ('(', ')') : ('[', ']');
        return url.Count(open) >= url.Count(close);
    }
}
