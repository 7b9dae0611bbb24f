using System.Globalization;
using System.Text.RegularExpressions;

namespace Ciclo.Core.Rules.Patterns;

/// <summary>
/// Reads .NET's language of regular expressions, as far as it needs no backtracking. Give it what .NET has accepted: it looks for extents, not
/// for mistakes. Throws <see cref="NotSupportedException"/> for what it does not know: look-around, back-references, balanced and atomic groups,
/// the option `x`.
/// </summary>
internal sealed class PatternParser
{
    private const int DeepestGroup = 100;

    private readonly Dictionary<(string Piece, RegexOptions Options), CharacterSet> sets = [];
    private readonly string text;
    private RegexOptions options;
    private int at;
    private int depth;

    private PatternParser(string text) => this.text = text;

    public static PatternNode Parse(string text)
    {
        var parser = new PatternParser(text);
        var node = parser.Choices();
        return parser.at == text.Length ? node : throw Unknown();
    }

    private static NotSupportedException Unknown() => new("A pattern of another kind.");

    private char Peek(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\0';

    private bool Take(char wanted)
    {
        var isThere = at < text.Length && text[at] == wanted;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private PatternNode Choices()
    {
        var choices = new List<PatternNode> { Sequence() };
        while (Take('|'))
        {
            choices.Add(Sequence());
        }
        return choices.Count == 1 ? choices[0] : new Either(choices);
    }

    private InTurn Sequence()
    {
        var parts = new List<PatternNode>();
        while (at < text.Length && text[at] is not ('|' or ')'))
        {
            if (Piece() is { } piece)
            {
                parts.Add(Quantified(piece));
            }
        }
        return new InTurn(parts);
    }

    /// <summary>One piece; null for what stands for nothing, such as `(?i)`.</summary>
    private PatternNode? Piece()
    {
        var start = at;
        switch (text[at++])
        {
            case '(':
                return Group();
            case '[':
                SkipClass();
                return SetOf(start);
            case '.':
                return SetOf(start);
            case '^':
                return new At(options.HasFlag(RegexOptions.Multiline) ? Place.LineStart : Place.Start);
            case '$':
                return new At(options.HasFlag(RegexOptions.Multiline) ? Place.LineEnd : Place.EndOrLastLine);
            case '\\':
                return Escape(start);
            default:
                return options.HasFlag(RegexOptions.IgnoreCase) ? SetOf(start) : new OneOf(new CharacterSet(text[start]));
        }
    }

    private PatternNode? Group()
    {
        if (++depth > DeepestGroup)
        {
            throw Unknown();
        }
        var before = options;
        if (Take('?') && !OpensGroup())
        {
            depth--;
            return null;
        }
        var node = Choices();
        if (!Take(')'))
        {
            throw Unknown();
        }
        options = before;
        depth--;
        return node;
    }

    /// <summary>After `(?`: passes over what opens a group; false where it was all, as in `(?i)` and `(?#said)`.</summary>
    private bool OpensGroup()
    {
        switch (Peek())
        {
            case '#':
                at = text.IndexOf(')', at) + 1;
                return false;
            case '<' when Peek(1) is not ('=' or '!'):
                return TakeName('>');
            case '\'':
                return TakeName('\'');
            default:
                return TakeOptions();
        }
    }

    private bool TakeName(char last)
    {
        var end = text.IndexOf(last, at + 1);
        if (text.AsSpan(at, end - at).Contains('-'))
        {
            throw Unknown();
        }
        at = end + 1;
        return true;
    }

    private bool TakeOptions()
    {
        for (var isOn = true; at < text.Length; at++)
        {
            if (text[at] is ':' or ')')
            {
                return text[at++] == ':';
            }
            if (text[at] == '-')
            {
                isOn = false;
                continue;
            }
            var one = char.ToLowerInvariant(text[at]) switch
            {
                'i' => RegexOptions.IgnoreCase,
                'm' => RegexOptions.Multiline,
                's' => RegexOptions.Singleline,
                'n' => RegexOptions.None,
                _ => throw Unknown(),
            };
            options = isOn ? options | one : options & ~one;
        }
        throw Unknown();
    }

    private PatternNode Quantified(PatternNode piece)
    {
        SkipRemarks();
        var (least, most) = Peek() switch
        {
            '*' => (0, int.MaxValue),
            '+' => (1, int.MaxValue),
            '?' => (0, 1),
            '{' => Counts(),
            _ => (1, 1),
        };
        if ((least, most) == (1, 1) && Peek() != '{')
        {
            return piece;
        }
        if (Peek() == '{' && least < 0)
        {
            return piece;
        }
        at = Peek() == '{' ? text.IndexOf('}', at) + 1 : at + 1;
        SkipRemarks();
        Take('?');
        return new Repeated(piece, least, most);
    }

    /// <summary>What is said between a piece and its count, or between the count and the mark that it is lazy, is passed over: `a?(?#said)?`.</summary>
    private void SkipRemarks()
    {
        while (Peek() == '(' && Peek(1) == '?' && Peek(2) == '#')
        {
            at = text.IndexOf(')', at) + 1;
        }
    }

    /// <summary>`{2}`, `{2,}`, `{2,5}`; a least of -1 for a brace that is one.</summary>
    private (int Least, int Most) Counts()
    {
        var end = text.IndexOf('}', at);
        var parts = end < 0 ? [] : text[(at + 1)..end].Split(',');
        if (parts.Length is not (1 or 2) || !IsCount(parts[0], out var least))
        {
            return (-1, -1);
        }
        var most = least;
        if (parts.Length == 2 && parts[1].Length == 0)
        {
            return (least, int.MaxValue);
        }
        return parts.Length == 1 || IsCount(parts[1], out most) ? (least, most) : (-1, -1);
    }

    private static bool IsCount(string digits, out int count) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private PatternNode Escape(int start)
    {
        var kind = Peek();
        at++;
        switch (kind)
        {
            case 'A':
                return new At(Place.Start);
            case 'z':
                return new At(Place.End);
            case 'Z':
                return new At(Place.EndOrLastLine);
            case 'b':
                return new At(Place.WordEdge);
            case 'B':
                return new At(Place.NoWordEdge);
            case 'G' or 'k' or (>= '1' and <= '9'):
                throw Unknown();
            default:
                at += RestOfEscape(kind);
                return SetOf(start);
        }
    }

    private int RestOfEscape(char kind)
    {
        switch (kind)
        {
            case 'x':
                return 2;
            case 'u':
                return 4;
            case 'c':
                return 1;
            case 'p' or 'P':
                return text.IndexOf('}', at) + 1 - at;
            case '0':
                var digits = 0;
                while (digits < 2 && Peek(digits) is >= '0' and <= '7')
                {
                    digits++;
                }
                return digits;
            default:
                return 0;
        }
    }

    /// <summary>After `[`: passes over the class, with what it takes away: `[a-z-[aeiou]]`.</summary>
    private void SkipClass()
    {
        if (++depth > DeepestGroup)
        {
            throw Unknown();
        }
        Take('^');
        for (var first = at; at < text.Length; at++)
        {
            var one = text[at];
            if (one == ']' && at > first)
            {
                at++;
                depth--;
                return;
            }
            if (one == '[' && Peek(1) == ':')
            {
                throw Unknown();
            }
            if (one == '\\')
            {
                at++;
            }
            else if (one == '-' && at > first && Peek(1) == '[')
            {
                at += 2;
                SkipClass();
                at--;
            }
        }
        throw Unknown();
    }

    private OneOf SetOf(int start)
    {
        var kept = options & (RegexOptions.IgnoreCase | RegexOptions.Singleline);
        var piece = text[start..at];
        if (!sets.TryGetValue((piece, kept), out var set))
        {
            sets.Add((piece, kept), set = new CharacterSet(piece, kept));
        }
        return new OneOf(set);
    }
}
