using System.Globalization;
using System.Text;

namespace Ciclo.Core.Liquid;

/// <summary>Reads expressions, filters and the arguments of tags from a piece of a template.</summary>
internal sealed class LiquidReader(LiquidSource source, int begin, int end)
{
    /// <summary>The deepest nesting of brackets in an expression.</summary>
    private const int Deepest = 50;

    private static readonly string[] Operators = ["==", "!=", ">=", "<=", ">", "<", "contains", "not", "and", "or"];

    private static readonly (string Word, LiquidValue Value)[] Literals =
    [
        ("true", LiquidValue.True), ("false", LiquidValue.False), ("nil", LiquidValue.Nil), ("null", LiquidValue.Nil), ("empty", LiquidValue.Empty), ("blank", LiquidValue.Blank),
    ];

    private readonly string text = source.Text;
    private int depth;

    public LiquidSource Source => source;

    public int At { get; set; } = begin;

    public bool IsAtEnd => At >= end;

    public string Remaining => IsAtEnd ? "" : text[At..end];

    public char Next => Peek(0);

    public static bool IsBlank(char c) => c is (>= '\t' and <= '\r') or ' ' or '\u00a0' or '\u1680' or '\u180e' or (>= '\u2000' and <= '\u200a') or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000';

    public static bool IsWord(char c) => c < 128 ? char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '?' : !IsBlank(c) && c is not ('\u201c' or '\u201d');

    public static int EndOfQuoted(string text, int from, int to)
    {
        var isEscaped = false;
        var at = from + 1;
        while (at < to)
        {
            at++;
            if (text[at - 1] == text[from] && !isEscaped)
            {
                break;
            }
            isEscaped = !isEscaped && text[at - 1] == '\\';
        }
        return at;
    }

    public LiquidException Error(Text message, int? at = null) => new(message, source, at ?? At);

    public void SkipBlanks()
    {
        while (At < end && IsBlank(text[At]))
        {
            At++;
        }
    }

    public string TagName()
    {
        SkipBlanks();
        if (Next == '#')
        {
            At++;
            return "#";
        }
        return Identifier();
    }

    public string Identifier()
    {
        SkipBlanks();
        var from = At;
        while (At < end && IsWord(text[At]))
        {
            At++;
        }
        return text[from..At];
    }

    /// <summary>Goes behind the next <paramref name="mark"/>, or to the end.</summary>
    public void GoBehind(string mark) => At = At < end && text.IndexOf(mark, At, end - At, StringComparison.Ordinal) is var found and >= 0 ? found + mark.Length : end;

    public string? Quoted()
    {
        SkipBlanks();
        if (Next is not ('"' or '\''))
        {
            return null;
        }
        var from = At;
        At = EndOfQuoted(text, At, end);
        return Unescape(text[from..At]);
    }

    public LiquidPipeline Pipeline()
    {
        var from = At;
        var initial = Expression() ?? throw NoValue();
        var filters = new List<LiquidFilterCall>();
        while (Filter() is { } filter)
        {
            filters.Add(filter);
        }
        return new LiquidPipeline(initial, [.. filters], text[from..Math.Min(At, end)]);
    }

    /// <summary>`limit: 2, reversed`: names with their values, null for a name alone.</summary>
    public List<(string Name, LiquidExpression? Value)> Hash()
    {
        var hash = new List<(string, LiquidExpression?)>();
        while (true)
        {
            SkipBlanks();
            if (Next == ',')
            {
                At++;
            }
            var name = Identifier();
            if (name.Length == 0)
            {
                return hash;
            }
            SkipBlanks();
            LiquidExpression? value = null;
            if (Next == ':')
            {
                At++;
                value = Value();
            }
            hash.RemoveAll(pair => pair.Item1 == name);
            hash.Add((name, value));
        }
    }

    public LiquidExpression? Value()
    {
        if (++depth > Deepest)
        {
            throw Error(new("Brackets are nested too deeply: 50 levels are the most.", "Hay demasiados corchetes anidados: 50 niveles es lo máximo."));
        }
        SkipBlanks();
        var from = At;
        LiquidExpression? value = Literal() ?? (Quoted() is { } quoted ? new LiquidConstant(LiquidValue.Of(quoted), true) : null) ?? Number();
        if (value is null && Next == '(')
        {
            value = Range();
        }
        var path = Path(value is null);
        depth--;
        return path.Count == 0 ? value : new LiquidPath(value, [.. path], text[from..At]);
    }

    /// <summary>A path alone, as filters take it in a text: `address.city`, `items[0].name`. Null for an empty one.</summary>
    public LiquidPath? PathAlone()
    {
        SkipBlanks();
        var from = At;
        var path = Path(true);
        return path.Count == 0 ? null : new LiquidPath(null, [.. path], text[from..At]);
    }

    public LiquidExpression ValueOrThrow() => Value() ?? throw NoValue();

    /// <summary>The source between two positions.</summary>
    public string Between(int from, int to) => text[from..to];

    private LiquidException NoValue() => Error(IsAtEnd
        ? new("Expected a value here, such as person.first_name or \"a text\".", "Aquí va un valor, como person.first_name o \"un texto\".")
        : new($"Expected a value, found “{source.Piece(At, end)}”.", $"Se esperaba un valor, hay «{source.Piece(At, end)}»."));

    private char Peek(int ahead) => At + ahead < end ? text[At + ahead] : '\0';

    private LiquidExpression? Expression()
    {
        var operands = new Stack<LiquidExpression>();
        var operators = new Stack<string>();
        while (!IsAtEnd)
        {
            if (Operator() is { } found)
            {
                while (operators.Count > 0 && PrecedenceOf(operators.Peek()) > PrecedenceOf(found))
                {
                    Apply(operators.Pop(), operands);
                }
                operators.Push(found);
            }
            else if (Value() is { } value)
            {
                operands.Push(value);
            }
            else
            {
                break;
            }
            if (operators.Count + operands.Count > 500)
            {
                throw Error(new("The condition is too long: 500 parts are the most. Split it with assign.", "La condición es demasiado larga: 500 partes es lo máximo. Divídela con assign."));
            }
        }
        if (operands.Count == 0 && operators.Count == 0)
        {
            return null;
        }
        while (operators.Count > 0)
        {
            Apply(operators.Pop(), operands);
        }
        // What stands first is the value, whatever follows it without an operator.
        return operands.Last();
    }

    private static int PrecedenceOf(string name) => name switch { "and" or "or" => 0, "not" => 1, _ => 2 };

    private static void Apply(string name, Stack<LiquidExpression> operands)
    {
        var right = operands.TryPop(out var last) ? last : LiquidConstant.Missing;
        if (name == "not")
        {
            operands.Push(new LiquidOperation(name, right, LiquidConstant.Missing));
            return;
        }
        var left = operands.TryPop(out var first) ? first : LiquidConstant.Missing;
        operands.Push(new LiquidOperation(name, left, right));
    }

    private string? Operator()
    {
        SkipBlanks();
        foreach (var name in Operators)
        {
            if (Matches(name))
            {
                At += name.Length;
                return name;
            }
        }
        return null;
    }

    /// <summary>Whether a word or sign stands here, and a word ends where it ends.</summary>
    private bool Matches(string word) => At + word.Length <= end && string.CompareOrdinal(text, At, word, 0, word.Length) == 0
        && !(IsWord(word[^1]) && At + word.Length < end && IsWord(text[At + word.Length]));

    private LiquidFilterCall? Filter()
    {
        SkipBlanks();
        if (IsAtEnd || Next is ')' or ',')
        {
            return null;
        }
        if (Next != '|')
        {
            throw Error(new($"Expected “|” before a filter, found “{source.Piece(At, end)}”.", $"Se esperaba «|» antes de un filtro, hay «{source.Piece(At, end)}»."));
        }
        At++;
        SkipBlanks();
        var from = At;
        var name = Identifier();
        if (name.Length == 0)
        {
            return IsAtEnd ? null : throw Error(new("Expected the name of a filter after “|”.", "Después de «|» va el nombre de un filtro."));
        }
        var arguments = new List<LiquidArgument>();
        SkipBlanks();
        if (Next == ':')
        {
            do
            {
                At++;
                if (Argument() is { } argument)
                {
                    arguments.Add(argument);
                }
                SkipBlanks();
                if (!IsAtEnd && Next is not (',' or '|' or ')'))
                {
                    throw Error(new($"Unexpected “{source.Piece(At, end)}” in the arguments of {name}.", $"Sobra «{source.Piece(At, end)}» en los argumentos de {name}."));
                }
            }
            while (Next == ',');
        }
        else if (!IsAtEnd && Next is not ('|' or ')' or ','))
        {
            throw Error(new($"Expected “:” after the filter {name}, then what it takes.", $"Después del filtro {name} va «:» y lo que recibe."));
        }
        var run = LiquidFilters.Find(name) ?? throw Error(LiquidFilters.Unknown(name), from);
        return new LiquidFilterCall(name, run, [.. arguments], source, from);
    }

    private LiquidArgument? Argument()
    {
        SkipBlanks();
        var from = At;
        if (Value() is not { } key)
        {
            return null;
        }
        var keyText = text[from..At];
        SkipBlanks();
        if (Next != ':')
        {
            return new LiquidArgument(null, key);
        }
        At++;
        return new LiquidArgument(keyText, Value() ?? LiquidConstant.Missing);
    }

    private LiquidConstant? Literal()
    {
        SkipBlanks();
        foreach (var (word, value) in Literals)
        {
            if (Matches(word))
            {
                At += word.Length;
                return new LiquidConstant(value, false);
            }
        }
        return null;
    }

    private LiquidConstant? Number()
    {
        SkipBlanks();
        var (n, hasPoint, hasDigit) = (Next is '+' or '-' ? 1 : 0, false, false);
        while (At + n < end)
        {
            if (char.IsAsciiDigit(Peek(n)))
            {
                hasDigit = true;
            }
            else if (Peek(n) == '.' && Peek(n + 1) != '.')
            {
                if (hasPoint || !hasDigit)
                {
                    return null;
                }
                hasPoint = true;
            }
            else
            {
                break;
            }
            n++;
        }
        if (!hasDigit || (At + n < end && IsWord(Peek(n))))
        {
            return null;
        }
        var number = double.Parse(text.AsSpan(At, n), NumberStyles.Float, CultureInfo.InvariantCulture);
        At += n;
        return new LiquidConstant(LiquidValue.Of(number), false);
    }

    private LiquidRange Range()
    {
        At++;
        var low = ValueOrThrow();
        SkipBlanks();
        if (Next == '.' && Peek(1) == '.')
        {
            At += 2;
            var high = ValueOrThrow();
            SkipBlanks();
            if (Next == ')')
            {
                At++;
                return new LiquidRange(low, high);
            }
        }
        throw Error(new("A range is written (1..5), with two dots and a closing bracket.", "Un rango se escribe (1..5), con dos puntos seguidos y paréntesis de cierre."));
    }

    private List<LiquidStep> Path(bool isBegin)
    {
        var steps = new List<LiquidStep>();
        while (true)
        {
            if (Next == '[')
            {
                At++;
                var inner = Value() ?? new LiquidConstant(LiquidValue.Of(""), false);
                if (At >= end || text.IndexOf(']', At, end - At) < 0)
                {
                    throw Error(new("“[” is not closed.", "Falta cerrar «[»."));
                }
                GoBehind("]");
                steps.Add(inner is LiquidConstant { Value: { Kind: LiquidKind.Text } name } ? new LiquidStep(name.Text, null) : new LiquidStep("", inner));
                continue;
            }
            if (isBegin && steps.Count == 0 && Identifier() is { Length: > 0 } first)
            {
                steps.Add(new LiquidStep(first, null));
                continue;
            }
            if (Next == '.' && Peek(1) != '.')
            {
                At++;
                if (Identifier() is { Length: > 0 } member)
                {
                    steps.Add(new LiquidStep(member, null));
                    continue;
                }
            }
            return steps;
        }
    }

    private static string Unescape(string quoted)
    {
        var value = new StringBuilder();
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                value.Append(quoted[i]);
                continue;
            }
            var c = quoted[i + 1];
            if (c is 'b' or 'f' or 'n' or 'r' or 't' or 'v')
            {
                value.Append(c switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => '\v' });
                i++;
            }
            else if (c is 'u' or (>= '0' and <= '7'))
            {
                var (at, longest, radix, code) = c == 'u' ? (i + 2, i + 5, 16, 0) : (i + 1, i + 3, 8, 0);
                for (; at <= longest && at < quoted.Length && (radix == 16 ? char.IsAsciiHexDigit(quoted[at]) : quoted[at] is >= '0' and <= '7'); at++)
                {
                    code = (code * radix) + Convert.ToInt32(quoted[at].ToString(), 16);
                }
                value.Append((char)code);
                i = at - 1;
            }
            else
            {
                i++;
                value.Append(c);
            }
        }
        return value.ToString();
    }
}
