namespace Ciclo.Tests.Architecture;

public enum TokenKind
{
    Word,
    Number,
    Mark,
    Text,
    InterpolatedText,
}

/// <summary>A word, number, mark or string of C# and the line it begins on. <paramref name="Value"/> of a string is what stands between its quotes, escapes as written.</summary>
public readonly record struct Token(TokenKind Kind, string Value, int Line)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Mark && Value == word;

    public bool IsText => Kind is TokenKind.Text or TokenKind.InterpolatedText;
}

/// <summary>
/// C# cut into tokens, without comments, directives and white space: enough for rules about names, calls and texts that must not be fooled
/// by a comment or by a string. Marks are single characters.
/// </summary>
public static class CSharpTokens
{
    public static IReadOnlyList<Token> Of(string source)
    {
        var tokens = new List<Token>();
        var line = 1;
        for (var at = 0; at < source.Length;)
        {
            var end = EndOfToken(source, at, out var kind, out var value);
            if (value is not null)
            {
                tokens.Add(new Token(kind, value, line));
            }
            line += source.AsSpan(at, end - at).Count('\n');
            at = end;
        }
        return tokens;
    }

    private static int EndOfToken(string source, int at, out TokenKind kind, out string? value)
    {
        var c = source[at];
        kind = TokenKind.Mark;
        value = null;
        if (char.IsWhiteSpace(c))
        {
            return at + 1;
        }
        if (c == '#' && IsFirstOfLine(source, at))
        {
            return EndOf(source, at, "\n");
        }
        if (Starts(source, at, "//"))
        {
            return EndOf(source, at, "\n");
        }
        if (Starts(source, at, "/*"))
        {
            return EndOf(source, at + 2, "*/");
        }
        if (c == '\'')
        {
            var closing = source[at + 1] == '\\' ? source.IndexOf('\'', at + 3) : at + 2;
            value = source[at..(closing + 1)];
            return closing + 1;
        }
        if (StringAt(source, at) is { } text)
        {
            kind = text.IsInterpolated ? TokenKind.InterpolatedText : TokenKind.Text;
            value = source[text.From..text.To];
            return text.End;
        }
        return EndOfPlain(source, at, out kind, out value);
    }

    private static int EndOfPlain(string source, int at, out TokenKind kind, out string? value)
    {
        var end = at + 1;
        kind = TokenKind.Mark;
        if (char.IsLetter(source[at]) || source[at] is '_' or '@')
        {
            kind = TokenKind.Word;
        }
        else if (char.IsDigit(source[at]))
        {
            kind = TokenKind.Number;
        }
        while (kind != TokenKind.Mark && end < source.Length && (char.IsLetterOrDigit(source[end]) || source[end] == '_'))
        {
            end++;
        }
        value = source[at..end];
        return end;
    }

    private readonly record struct StringExtent(int From, int To, int End, bool IsInterpolated);

    /// <summary>The string that begins at <paramref name="at"/>, prefixes included; null if none does.</summary>
    private static StringExtent? StringAt(string source, int at)
    {
        var dollars = 0;
        var isVerbatim = false;
        var quote = at;
        for (; quote < source.Length && source[quote] is '$' or '@'; quote++)
        {
            dollars += source[quote] == '$' ? 1 : 0;
            isVerbatim |= source[quote] == '@';
        }
        if (quote >= source.Length || source[quote] != '"')
        {
            return null;
        }
        var quotes = 1;
        while (quote + quotes < source.Length && source[quote + quotes] == '"')
        {
            quotes++;
        }
        if (quotes >= 3 && !isVerbatim)
        {
            var closing = source.IndexOf(new string('"', quotes), quote + quotes, StringComparison.Ordinal);
            var end = closing + quotes;
            while (end < source.Length && source[end] == '"')
            {
                end++;
            }
            return new StringExtent(quote + quotes, end - quotes, end, dollars > 0);
        }
        var last = ClosingQuote(source, quote + 1, isVerbatim, dollars > 0);
        return new StringExtent(quote + 1, last, last + 1, dollars > 0);
    }

    private static int ClosingQuote(string source, int at, bool isVerbatim, bool isInterpolated)
    {
        while (true)
        {
            switch (source[at])
            {
                case '\\' when !isVerbatim:
                case '"' when isVerbatim && Starts(source, at, "\"\""):
                case '{' when isInterpolated && Starts(source, at, "{{"):
                    at += 2;
                    break;
                case '{' when isInterpolated:
                    at = EndOfHole(source, at + 1);
                    break;
                case '"':
                    return at;
                default:
                    at++;
                    break;
            }
        }
    }

    /// <summary>Behind the brace that closes a hole; strings in it may hold braces and quotes of their own.</summary>
    private static int EndOfHole(string source, int at)
    {
        for (var depth = 1; depth > 0;)
        {
            if (StringAt(source, at) is { } inner)
            {
                at = inner.End;
                continue;
            }
            depth += source[at] switch { '{' => 1, '}' => -1, _ => 0 };
            at++;
        }
        return at;
    }

    private static bool Starts(string source, int at, string with) => string.CompareOrdinal(source, at, with, 0, with.Length) == 0;

    private static int EndOf(string source, int at, string mark)
    {
        var found = source.IndexOf(mark, at, StringComparison.Ordinal);
        return found < 0 ? source.Length : found + mark.Length;
    }

    private static bool IsFirstOfLine(string source, int at)
    {
        while (--at >= 0 && source[at] != '\n')
        {
            if (!char.IsWhiteSpace(source[at]))
            {
                return false;
            }
        }
        return true;
    }
}
