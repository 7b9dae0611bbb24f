using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>Reads the expressions of the rule language (docs/guides/rules.md) by recursive descent. Throws <see cref="RuleException"/> at the first error.</summary>
public sealed class Parser : TokenReader
{
    public const int MaxLength = 10_000;

    internal static readonly string[] Keywords =
        ["and", "or", "not", "in", "contains", "starts_with", "ends_with", "matches", "where", "true", "false", "null"];

    private readonly Zone zone;
    private RuleContext context;
    private SelectorKind whereOf;

    private Parser(List<Token> tokens, RuleContext context, Zone zone)
        : base(tokens)
    {
        this.context = context;
        this.zone = zone;
    }

    /// <summary>Parses a whole expression; <paramref name="zone"/> is where its date literals stand.</summary>
    public static Expression Parse(string text, RuleContext context, Zone zone)
    {
        if (text.Length > MaxLength)
        {
            throw RuleException.At("too_long", new Extent(0, text.Length), new Text($"{text.Length} characters", $"{text.Length} caracteres"),
                new Text($"at most {MaxLength}", $"{MaxLength} como máximo"));
        }
        var parser = new Parser(Lexer.Read(text), context, zone);
        if (parser.Current.Kind == TokenKind.End)
        {
            throw parser.Unexpected(new Text("an expression", "una expresión"));
        }
        var expression = parser.ParseOr();
        if (parser.Current.Kind != TokenKind.End)
        {
            throw parser.Unexpected(new Text("an operator or the end", "un operador o el final"));
        }
        return expression;
    }

    private Expression ParseOr()
    {
        Enter();
        var left = ParseAnd();
        while (TryTake("or"))
        {
            Link();
            var right = ParseAnd();
            left = new LogicalExpression(Extent.Between(left.Extent, right.Extent), LogicalOperator.Or, left, right);
        }
        Depth--;
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (TryTake("and"))
        {
            Link();
            var right = ParseNot();
            left = new LogicalExpression(Extent.Between(left.Extent, right.Extent), LogicalOperator.And, left, right);
        }
        return left;
    }

    private Expression ParseNot()
    {
        if (!Current.Is("not"))
        {
            return ParseComparison();
        }
        Enter();
        var start = Take().Extent;
        var operand = ParseNot();
        Depth--;
        return new NotExpression(Extent.Between(start, operand.Extent), operand);
    }

    private Expression ParseComparison()
    {
        var left = ParseSum();
        var op = ComparisonOf(Current);
        Expression result;
        if (op is { } comparison)
        {
            At++;
            var right = ParseSum();
            result = new ComparisonExpression(Extent.Between(left.Extent, right.Extent), comparison, left, right);
        }
        else if (TextOperatorOf(Current) is { } textOperator)
        {
            At++;
            var right = ParseSum();
            result = new TextExpression(Extent.Between(left.Extent, right.Extent), textOperator, left, right);
        }
        else if (Current.Is("in"))
        {
            At++;
            result = ParseInList(left);
        }
        else
        {
            return left;
        }
        if (ComparisonOf(Current) is not null || TextOperatorOf(Current) is not null || Current.Is("in"))
        {
            throw RuleException.At("chained_comparison", Current.Extent, Found(Current), new Text("`and`, `or` or the end", "`and`, `or` o el final"),
                new Text("Comparisons do not chain: write `a < x and x < b`.", "Las comparaciones no se encadenan: escribe `a < x and x < b`."));
        }
        return result;
    }

    private InListExpression ParseInList(Expression operand)
    {
        Expect("[", new Text("a list, such as [\"a\", \"b\"]", "una lista, como [\"a\", \"b\"]"));
        var items = new List<Expression>();
        if (!Current.Is("]"))
        {
            do
            {
                items.Add(ParseSum());
            }
            while (TryTake(","));
        }
        var end = Expect("]", new Text("`,` or `]`", "`,` o `]`"));
        return new InListExpression(Extent.Between(operand.Extent, end.Extent), operand, items);
    }

    private Expression ParseSum()
    {
        var left = ParseProduct();
        while (Current.Is("+") || Current.Is("-"))
        {
            Link();
            var op = Take().Value == "+" ? ArithmeticOperator.Add : ArithmeticOperator.Subtract;
            var right = ParseProduct();
            left = new ArithmeticExpression(Extent.Between(left.Extent, right.Extent), op, left, right);
        }
        return left;
    }

    private Expression ParseProduct()
    {
        var left = ParseUnary();
        while (Current.Is("*") || Current.Is("/"))
        {
            Link();
            var op = Take().Value == "*" ? ArithmeticOperator.Multiply : ArithmeticOperator.Divide;
            var right = ParseUnary();
            left = new ArithmeticExpression(Extent.Between(left.Extent, right.Extent), op, left, right);
        }
        return left;
    }

    private Expression ParseUnary()
    {
        if (!Current.Is("-"))
        {
            return ParsePrimary();
        }
        Enter();
        var start = Take().Extent;
        var operand = ParseUnary();
        Depth--;
        return new NegateExpression(Extent.Between(start, operand.Extent), operand);
    }

    private Expression ParsePrimary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                At++;
                return new Literal(token.Extent, Value.Of(Literals.Number(token)));
            case TokenKind.Duration:
                At++;
                return new Literal(token.Extent, Value.Duration(Literals.Duration(token)));
            case TokenKind.Text:
                At++;
                return new Literal(token.Extent, Value.Of(token.Value));
            case TokenKind.Instant:
                At++;
                return new Literal(token.Extent, Value.Instant(Literals.Instant(token, zone)));
            case TokenKind.QuotedName when context is RuleContext.Lifecycle or RuleContext.Segment:
                throw Functions.Unknown(token, false);
            case TokenKind.QuotedName:
                return ParseBare();
            case TokenKind.Name:
                return ParseName();
        }
        if (!TryTake("("))
        {
            throw Unexpected(new Text("a value, a name or a function", "un valor, un nombre o una función"));
        }
        var inner = ParseOr();
        Expect(")", new Text("an operator or `)`", "un operador o `)`"));
        return inner;
    }

    private Expression ParseName()
    {
        var token = Current;
        switch (token.Value)
        {
            case "true" or "false":
                At++;
                return new Literal(token.Extent, Value.Of(token.Value == "true"));
            case "null":
                At++;
                return new Literal(token.Extent, Value.Null);
            case "in" when Tokens[At + 1].Is("("):
                return ParseMembership();
        }
        if (Keywords.Contains(token.Value))
        {
            throw Unexpected(new Text("a value, a name or a function", "un valor, un nombre o una función"));
        }
        if (token.Value == "instant" && Tokens[At + 1].Is("("))
        {
            var (extent, operand) = ParseOneArgument();
            return new InstantExpression(extent, operand);
        }
        return context switch
        {
            RuleContext.Where => ParseWhereName(),
            RuleContext.Row or RuleContext.RowGroup => ParseRowName(),
            _ => ParseRuleName(),
        };
    }

    private Expression ParseRuleName()
    {
        var token = Current;
        var isCall = Tokens[At + 1].Is("(");
        switch (token.Value)
        {
            case "traits" or "group" or "scores" or "consent" when Tokens[At + 1].Is("."):
                return ParseRooted();
            case "stage" or "time_in_stage":
                return ParseStage();
            case "age":
                At++;
                return new AgeExpression(token.Extent);
            case "now":
                At++;
                return new NowExpression(token.Extent);
            case "anniversary" when isCall:
                var (extent, operand) = ParseOneArgument();
                return new AnniversaryExpression(extent, operand);
        }
        if (isCall && Functions.TryGet(token.Value, out var function))
        {
            return ParseAggregate(function);
        }
        throw Functions.Unknown(token, isCall);
    }

    private PathExpression ParseWhereName()
    {
        if (Tokens[At + 1].Is("("))
        {
            throw RuleException.At("unknown_function", Current.Extent, new Text($"the function {Current.Value}", $"la función {Current.Value}"),
                new Text("a property of the event", "una propiedad del evento"),
                new Text("After `where` every name is a property; only instant(x) may be called.", "Tras `where` cada nombre es una propiedad; solo se puede llamar a instant(x)."));
        }
        return ParseBare();
    }

    private Expression ParseRowName()
    {
        if (!Tokens[At + 1].Is("("))
        {
            return ParseBare();
        }
        var token = Current;
        var isGroup = context == RuleContext.RowGroup;
        if (!Functions.TryGet(token.Value, out var function) || !Functions.IsRowFunction(function))
        {
            throw Functions.UnknownRowFunction(token);
        }
        if (!isGroup)
        {
            throw RuleException.At("function_without_group", token.Extent, new Text($"the function {token.Value}", $"la función {token.Value}"),
                new Text("an expression over the row's columns", "una expresión sobre las columnas de la fila"),
                new Text("sum, min, max, count, first and last go over the rows of a group: add `group_by`.", "sum, min, max, count, first y last recorren las filas de un grupo: agrega `group_by`."));
        }
        At += 2;
        Expression? operand = null;
        if (!Current.Is(")"))
        {
            context = RuleContext.Row;
            operand = ParseOr();
            context = RuleContext.RowGroup;
        }
        var end = Expect(")");
        if (operand is null && function != AggregateFunction.Count)
        {
            throw RuleException.At("missing_argument", end.Extent, Text.Same("`)`"), new Text("an expression over columns", "una expresión sobre columnas"));
        }
        return new RowAggregateExpression(Extent.Between(token.Extent, end.Extent), function, operand);
    }

    private PathExpression ParseBare()
    {
        var first = Take();
        var path = ParsePath(first.Value);
        return new PathExpression(Since(first.Extent), PathRoot.Bare, context == RuleContext.Where ? Named(whereOf, path) : path);
    }

    /// <summary>The properties of an identify are traits: the reserved ones have two spellings and one name.</summary>
    private static string Named(SelectorKind kind, string path) => kind == SelectorKind.Identify ? Events.ReservedTraits.Canonical(path) : path;

    private PathExpression ParseRooted()
    {
        var token = Take();
        var root = token.Value switch
        {
            "traits" => PathRoot.Traits,
            "group" => PathRoot.Group,
            "scores" => PathRoot.Scores,
            _ => PathRoot.Consent,
        };
        Expect(".");
        var path = ParsePath(PathSegment());
        if (root == PathRoot.Consent && path.Count(c => c == '.') > 1)
        {
            throw RuleException.At("consent_path", Since(token.Extent), Text.Same("consent." + path),
                new Text("consent.PURPOSE or consent.PURPOSE.CHANNEL", "consent.PROPÓSITO o consent.PROPÓSITO.CANAL"));
        }
        return new PathExpression(Since(token.Extent), root, root is PathRoot.Traits or PathRoot.Group ? Events.ReservedTraits.Canonical(path) : path);
    }

    private string ParsePath(string first)
    {
        var path = first;
        while (Current.Is("."))
        {
            At++;
            path += "." + PathSegment();
        }
        return path;
    }

    private string PathSegment() => Current.Kind is TokenKind.Name or TokenKind.QuotedName
        ? Take().Value
        : throw RuleException.At("expected_name", Current.Extent, Found(Current), new Text("a name", "un nombre"),
            new Text("Odd names stand in backticks: traits.`2nd phone`.", "Los nombres raros van entre acentos graves: traits.`2.º teléfono`."));

    private Expression ParseStage()
    {
        var token = Take();
        string? lifecycle = null;
        if (TryTake("("))
        {
            lifecycle = ExpectId(new Text("a lifecycle's id in quotes", "el id de un ciclo de vida entre comillas"));
            Expect(")");
        }
        else if (context != RuleContext.Lifecycle)
        {
            throw RuleException.At("bare_stage", token.Extent, Text.Same(token.Value), Text.Same($"{token.Value}(\"lifecycle-id\")"),
                new Text($"Bare `{token.Value}` has a meaning only inside a lifecycle.", $"`{token.Value}` sin id solo tiene sentido dentro de un ciclo de vida."));
        }
        var extent = Since(token.Extent);
        return token.Value == "stage" ? new StageExpression(extent, lifecycle) : new TimeInStageExpression(extent, lifecycle);
    }

    private MembershipExpression ParseMembership()
    {
        var token = Take();
        if (context is not (RuleContext.Lifecycle or RuleContext.Segment))
        {
            throw RuleException.At("unknown_function", token.Extent, new Text("the function in", "la función in"), new Text("a name or a value", "un nombre o un valor"));
        }
        Expect("(");
        var segment = ExpectId(new Text("a segment's id in quotes", "el id de un segmento entre comillas"));
        Expect(")");
        return new MembershipExpression(Since(token.Extent), segment);
    }

    private string ExpectId(Text expected) => Current.Kind == TokenKind.Text ? Take().Value : throw Unexpected(expected);

    private (Extent Extent, Expression Operand) ParseOneArgument()
    {
        var token = Take();
        Expect("(");
        var operand = ParseOr();
        Expect(")");
        return (Since(token.Extent), operand);
    }

    private AggregateExpression ParseAggregate(AggregateFunction function)
    {
        var token = Take();
        Expect("(");
        var (kind, name, start) = ParseEvent();
        string? property = null;
        if (TryTake("."))
        {
            property = Named(kind, ParsePath(PathSegment()));
        }
        var propertyEnd = Tokens[At - 1].Extent;
        Expression? where = null;
        if (TryTake("where"))
        {
            var outer = context;
            context = RuleContext.Where;
            whereOf = kind;
            where = ParseOr();
            context = outer;
        }
        var selector = new EventSelector(Extent.Between(start, propertyEnd), kind, name, where);
        Expression? window = null;
        if (Current.Is(","))
        {
            At++;
            Enter();
            window = ParseSum();
            Depth--;
        }
        Expect(")", new Text(
            window is null ? "`,` and a window, `where` or `)`" : "`)`",
            window is null ? "`,` y una ventana, `where` o `)`" : "`)`"));
        var extent = Since(token.Extent);
        Functions.CheckShape(token, function, property, window, selector.Extent);
        return new AggregateExpression(extent, function, selector, property, window);
    }

    private (SelectorKind Kind, string Name, Extent Extent) ParseEvent()
    {
        var token = Current;
        if (token.Kind == TokenKind.Text)
        {
            At++;
            return (SelectorKind.Named, Literals.EventName(token), token.Extent);
        }
        SelectorKind? kind = token.Kind == TokenKind.Name
            ? token.Value switch
            {
                "page" => SelectorKind.Page,
                "screen" => SelectorKind.Screen,
                "identify" => SelectorKind.Identify,
                "any" => SelectorKind.Any,
                _ => null,
            }
            : null;
        if (kind is null)
        {
            throw RuleException.At("expected_event", token.Extent, Found(token),
                new Text("an event's name in quotes, or page, screen, identify, any", "el nombre de un evento entre comillas, o page, screen, identify, any"),
                token.Kind is TokenKind.Name ? new Text($"Write \"{token.Value}\" for a track event of that name.", $"Escribe \"{token.Value}\" para un evento con ese nombre.") : null);
        }
        At++;
        return (kind.Value, token.Value, token.Extent);
    }

    private static ComparisonOperator? ComparisonOf(Token token) => token.Kind != TokenKind.Symbol ? null : token.Value switch
    {
        "==" => ComparisonOperator.Equal,
        "!=" => ComparisonOperator.NotEqual,
        "<" => ComparisonOperator.Less,
        "<=" => ComparisonOperator.LessOrEqual,
        ">" => ComparisonOperator.Greater,
        ">=" => ComparisonOperator.GreaterOrEqual,
        _ => null,
    };

    private static TextOperator? TextOperatorOf(Token token) => token.Kind != TokenKind.Name ? null : token.Value switch
    {
        "contains" => TextOperator.Contains,
        "starts_with" => TextOperator.StartsWith,
        "ends_with" => TextOperator.EndsWith,
        "matches" => TextOperator.Matches,
        _ => null,
    };
}
