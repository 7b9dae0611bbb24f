using System.Text;

namespace Ciclo.Core.Rules;

public enum TokenKind
{
    End = 0,
    Name = 1,
    /// <summary>A name in backticks: never a keyword.</summary>
    QuotedName = 2,
    Number = 3,
    Duration = 4,
    Text = 5,
    Instant = 6,
    Symbol = 7,
}

/// <summary><paramref name="Value"/>: a name, a symbol, a number's or instant's text without `@`, a text without quotes and escapes.</summary>
public readonly record struct Token(TokenKind Kind, string Value, Extent Extent)
{
    public bool Is(string symbolOrWord) => Kind is TokenKind.Symbol or TokenKind.Name && Value == symbolOrWord;
}

/// <summary>Cuts an expression into tokens. The first thing that is none is thrown as a <see cref="RuleException"/>.</summary>
public static class Lexer
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/"];

    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            if (at == text.Length)
            {
                tokens.Add(new Token(TokenKind.End, "", new Extent(text.Length, 0)));
                return tokens;
            }
            tokens.Add(Next(text, ref at));
        }
    }

    public static bool IsNameStart(char c) => char.IsLetter(c) || c == '_' || c == '$';

    public static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_' || c == '$';

    private static Token Next(string text, ref int at)
    {
        var start = at;
        var c = text[at];
        if (IsNameStart(c))
        {
            while (at < text.Length && IsNamePart(text[at]))
            {
                at++;
            }
            return new Token(TokenKind.Name, text[start..at], new Extent(start, at - start));
        }
        if (char.IsAsciiDigit(c))
        {
            return ReadNumber(text, ref at);
        }
        return c switch
        {
            '"' => ReadText(text, ref at),
            '`' => ReadQuotedName(text, ref at),
            '@' => ReadInstant(text, ref at),
            _ => ReadSymbol(text, ref at),
        };
    }

    private static Token ReadNumber(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
        }
        var kind = TokenKind.Number;
        if (at < text.Length && char.IsLetter(text[at]))
        {
            kind = TokenKind.Duration;
            while (at < text.Length && IsNamePart(text[at]))
            {
                at++;
            }
        }
        return new Token(kind, text[start..at], new Extent(start, at - start));
    }

    private static Token ReadText(string text, ref int at)
    {
        var start = at;
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '"')
            {
                at++;
                return new Token(TokenKind.Text, value.ToString(), new Extent(start, at - start));
            }
            if (c == '\\' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '"' or '\\' or '/' => text[at],
                    _ => throw RuleException.At("unknown_escape", new Extent(at - 1, 2), Text.Same(text[(at - 1)..(at + 1)]),
                        new Text("one of \\\" \\\\ \\n \\t", "uno de \\\" \\\\ \\n \\t")),
                });
                continue;
            }
            value.Append(c);
        }
        throw RuleException.At("unclosed_text", new Extent(start, text.Length - start),
            new Text("a text without its closing quote", "un texto sin su comilla de cierre"), new Text("a \" at its end", "una \" al final"));
    }

    private static Token ReadQuotedName(string text, ref int at)
    {
        var start = at;
        var end = text.IndexOf('`', start + 1);
        if (end < 0 || end == start + 1)
        {
            throw RuleException.At("unclosed_name", new Extent(start, (end < 0 ? text.Length : end + 1) - start),
                new Text("a name in backticks that is empty or not closed", "un nombre entre acentos graves vacío o sin cerrar"),
                new Text("a name such as `first name`", "un nombre como `primer nombre`"));
        }
        at = end + 1;
        return new Token(TokenKind.QuotedName, text[(start + 1)..end], new Extent(start, at - start));
    }

    private static Token ReadInstant(string text, ref int at)
    {
        var start = at;
        at++;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or ':' or '.' or '+'))
        {
            at++;
        }
        return new Token(TokenKind.Instant, text[(start + 1)..at], new Extent(start, at - start));
    }

    private static Token ReadSymbol(string text, ref int at)
    {
        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal))
            {
                var extent = new Extent(at, symbol.Length);
                at += symbol.Length;
                return new Token(TokenKind.Symbol, symbol, extent);
            }
        }
        throw RuleException.At("unknown_character", new Extent(at, 1), Text.Same("`" + text[at] + "`"),
            new Text("a name, a value or an operator", "un nombre, un valor o un operador"), HintFor(text[at]));
    }

    private static Text? HintFor(char c) => c switch
    {
        '=' => new Text("Write == to compare.", "Escribe == para comparar."),
        '&' => new Text("Write `and`.", "Escribe `and`."),
        '|' => new Text("Write `or`.", "Escribe `or`."),
        '!' => new Text("Write `not`, or != to compare.", "Escribe `not`, o != para comparar."),
        '\'' => new Text("Texts stand in double quotes.", "Los textos van entre comillas dobles."),
        _ => null,
    };
}

/// <summary>Ends the reading of one expression at its first error; caught where the expression is read.</summary>
public sealed class RuleException(RuleError error) : Exception(error.Code)
{
    public RuleError Error { get; } = error;

    public static RuleException At(string code, Extent extent, Text found, Text expected, Text? hint = null) =>
        new(new RuleError(code, extent, found, expected, hint));
}
