using Ciclo.Core.Rules.Patterns;
using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>
/// Gives each expression its type, and each temporal one its rate. There is no implicit conversion; what only the data knows is Any.
/// Throws <see cref="RuleException"/> at the first mistake.
/// </summary>
public static class Checker
{
    /// <summary>Checks an expression that must answer yes or no.</summary>
    public static void CheckCondition(Expression expression)
    {
        Check(expression);
        RequireBoolean(expression);
    }

    public static void Check(Expression expression)
    {
        (expression.Type, expression.Rate) = expression switch
        {
            Literal literal => (TypeOf(literal.Value.Kind), Number.Zero),
            PathExpression => (StaticType.Any, Number.Zero),
            AggregateExpression aggregate => CheckAggregate(aggregate),
            StageExpression => (StaticType.Text, Number.Zero),
            TimeInStageExpression or AgeExpression => (StaticType.Duration, Number.One),
            NowExpression => (StaticType.Instant, Number.One),
            MembershipExpression => (StaticType.Boolean, Number.Zero),
            InstantExpression instant => CheckInstant(instant.Operand, false),
            AnniversaryExpression anniversary => CheckInstant(anniversary.Operand, true),
            NotExpression not => CheckLogical(not.Operand),
            LogicalExpression logical => CheckLogical(logical.Left, logical.Right),
            ComparisonExpression comparison => CheckComparison(comparison),
            TextExpression text => CheckText(text),
            InListExpression list => CheckInList(list),
            NegateExpression negate => CheckNegate(negate),
            ArithmeticExpression arithmetic => CheckArithmetic(arithmetic),
            RowAggregateExpression row => CheckRowAggregate(row),
            _ => throw new InvalidOperationException($"An expression of unknown kind {expression.GetType().Name}."),
        };
    }

    /// <summary>The value of an expression that names nothing but literals, null if it is not constant.</summary>
    public static Number? ConstantNumber(Expression expression) => expression switch
    {
        Literal { Value.Kind: ValueKind.Number } literal => literal.Value.AsNumber,
        NegateExpression negate => ConstantNumber(negate.Operand) is { } number ? Number.Negate(number) : null,
        ArithmeticExpression { Type: StaticType.Number } arithmetic =>
            ConstantNumber(arithmetic.Left) is { } left && ConstantNumber(arithmetic.Right) is { } right
                ? Arithmetic.Apply(arithmetic.Operator, left, right)
                : null,
        _ => null,
    };

    private static (StaticType, Number) CheckAggregate(AggregateExpression aggregate)
    {
        if (aggregate.Selector.Where is { } where)
        {
            CheckCondition(where);
        }
        if (aggregate.Window is { } window)
        {
            Check(window);
            if (window.Type != StaticType.Duration || Arithmetic.ConstantDuration(window) is not { } windowMs)
            {
                throw RuleException.At("bad_window", window.Extent, Describe(window), new Text("a duration, such as 90d", "una duración, como 90d"));
            }
            if (windowMs <= 0)
            {
                throw RuleException.At("bad_window", window.Extent, Describe(window), new Text("a duration above zero", "una duración mayor que cero"));
            }
            aggregate.WindowMs = windowMs;
        }
        return aggregate.Function switch
        {
            AggregateFunction.Ever => (StaticType.Boolean, Number.Zero),
            AggregateFunction.First or AggregateFunction.Last when aggregate.Property is null => (StaticType.Instant, Number.Zero),
            AggregateFunction.First or AggregateFunction.Last => (StaticType.Any, Number.Zero),
            AggregateFunction.Since => (StaticType.Duration, Number.One),
            _ => (StaticType.Number, Number.Zero),
        };
    }

    private static (StaticType, Number) CheckInstant(Expression operand, bool acceptsInstant)
    {
        Check(operand);
        if (operand.Type is not (StaticType.Any or StaticType.Text) && !(acceptsInstant && operand.Type == StaticType.Instant))
        {
            throw RuleException.At("type", operand.Extent, Describe(operand), acceptsInstant
                ? new Text("an instant or a text that holds one", "un instante o un texto que lo contenga")
                : new Text("a text that holds an instant", "un texto que contenga un instante"));
        }
        if (operand.Rate != Number.Zero)
        {
            throw RuleException.At("type", operand.Extent, Describe(operand), new Text("an instant that stands still", "un instante fijo"));
        }
        return (StaticType.Instant, Number.Zero);
    }

    private static (StaticType, Number) CheckLogical(params Expression[] operands)
    {
        foreach (var operand in operands)
        {
            Check(operand);
            RequireBoolean(operand);
        }
        return (StaticType.Boolean, Number.Zero);
    }

    private static void RequireBoolean(Expression expression)
    {
        // Null where a condition is expected is false.
        if (expression.Type is not (StaticType.Boolean or StaticType.Any or StaticType.Null))
        {
            throw RuleException.At("type", expression.Extent, Describe(expression), new Text("a condition", "una condición"),
                expression.Type == StaticType.Number ? new Text("Compare it, for instance with > 0.", "Compáralo, por ejemplo con > 0.") : null);
        }
    }

    private static (StaticType, Number) CheckComparison(ComparisonExpression comparison)
    {
        Check(comparison.Left);
        Check(comparison.Right);
        var isEquality = comparison.Operator is ComparisonOperator.Equal or ComparisonOperator.NotEqual;
        if (!isEquality)
        {
            RequireOrdered(comparison.Left);
            RequireOrdered(comparison.Right);
        }
        RequireComparable(comparison.Left, comparison.Right);
        return (StaticType.Boolean, Number.Zero);
    }

    private static void RequireOrdered(Expression side)
    {
        if (side.Type is StaticType.Boolean or StaticType.List or StaticType.Null)
        {
            throw RuleException.At("type", side.Extent, Describe(side), new Text("a number, a text, an instant or a duration", "un número, un texto, un instante o una duración"));
        }
    }

    private static void RequireComparable(Expression left, Expression right)
    {
        if (left.Type == StaticType.Null || right.Type == StaticType.Null)
        {
            return;
        }
        foreach (var (side, other) in new[] { (left, right), (right, left) })
        {
            if (side.Type == StaticType.Any && other.Type is StaticType.Instant or StaticType.Duration)
            {
                throw RuleException.At("type", side.Extent, Describe(side), Expected(other.Type),
                    other.Type == StaticType.Instant
                        ? new Text("JSON has no instants: write instant(...) around it to read one from its text.", "JSON no tiene instantes: escribe instant(...) para leerlo de su texto.")
                        : new Text("JSON has no durations: compare numbers, or instants by instant(...).", "JSON no tiene duraciones: compara números, o instantes con instant(...)."));
            }
            if (side.Type == StaticType.List)
            {
                throw RuleException.At("type", side.Extent, Describe(side), new Text("a single value", "un solo valor"), new Text("Lists are asked with `contains`.", "A las listas se les pregunta con `contains`."));
            }
        }
        if (left.Type != StaticType.Any && right.Type != StaticType.Any && left.Type != right.Type)
        {
            throw RuleException.At("type", right.Extent, Describe(right), Expected(left.Type));
        }
        if (left.Type is StaticType.Instant or StaticType.Duration)
        {
            var rate = Number.Subtract(left.Rate, right.Rate);
            if (rate is not { } known || (known != Number.Zero && known != Number.One && known != Number.Negate(Number.One)))
            {
                throw RuleException.At("rate", Extent.Between(left.Extent, right.Extent),
                    new Text("two sides that drift apart faster or slower than time passes", "dos lados que se separan más rápido o más lento que el tiempo"),
                    new Text("a difference that stands still or changes with time itself, such as since(A) > 30d", "una diferencia fija o que cambie con el tiempo, como since(A) > 30d"));
            }
        }
    }

    private static (StaticType, Number) CheckText(TextExpression text)
    {
        Check(text.Left);
        Check(text.Right);
        if (text.Operator == TextOperator.Contains)
        {
            Require(text.Left, StaticType.Any, StaticType.Text, StaticType.List);
            Require(text.Right, text.Left.Type == StaticType.Text
                ? [StaticType.Any, StaticType.Text]
                : [StaticType.Any, StaticType.Text, StaticType.Number, StaticType.Boolean]);
            return (StaticType.Boolean, Number.Zero);
        }
        Require(text.Left, StaticType.Any, StaticType.Text);
        Require(text.Right, StaticType.Any, StaticType.Text);
        if (text.Operator == TextOperator.Matches)
        {
            text.Pattern = CompilePattern(text.Right);
        }
        return (StaticType.Boolean, Number.Zero);
    }

    private static Pattern CompilePattern(Expression pattern)
    {
        if (pattern is not Literal { Value.Kind: ValueKind.Text } literal)
        {
            throw RuleException.At("pattern", pattern.Extent, Describe(pattern), new Text("a pattern in quotes", "un patrón entre comillas"));
        }
        if (literal.Value.AsText.Length > 1_000)
        {
            throw RuleException.At("pattern", pattern.Extent, new Text("a pattern that is too long", "un patrón demasiado largo"), new Text("at most 1,000 characters", "1000 caracteres como máximo"));
        }
        try
        {
            return Pattern.Parse(literal.Value.AsText);
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            throw RuleException.At("pattern", pattern.Extent, Describe(pattern),
                new Text("a regular expression without backtracking (no look-around, no back-references), of at most 1,000 steps, those of repetitions counted",
                    "una expresión regular sin retroceso (sin miradas ni referencias), de 1000 pasos como máximo, contados los de las repeticiones"));
        }
    }

    private static (StaticType, Number) CheckInList(InListExpression list)
    {
        Check(list.Operand);
        foreach (var item in list.Items)
        {
            Check(item);
            if (item.Type == StaticType.Null)
            {
                throw RuleException.At("null_in_list", item.Extent, Text.Same("null"), new Text("a value", "un valor"),
                    new Text("Null is in no list: write `x == null or x in [...]`.", "Null no está en ninguna lista: escribe `x == null or x in [...]`."));
            }
            RequireComparable(list.Operand, item);
        }
        if (list.Operand.Type == StaticType.Null)
        {
            throw RuleException.At("type", list.Operand.Extent, Text.Same("null"), new Text("a value", "un valor"));
        }
        return (StaticType.Boolean, Number.Zero);
    }

    private static (StaticType, Number) CheckNegate(NegateExpression negate)
    {
        Check(negate.Operand);
        Require(negate.Operand, StaticType.Any, StaticType.Number, StaticType.Duration);
        return (negate.Operand.Type == StaticType.Duration ? StaticType.Duration : StaticType.Number, Number.Negate(negate.Operand.Rate)!.Value);
    }

    private static (StaticType, Number) CheckRowAggregate(RowAggregateExpression row)
    {
        if (row.Operand is null)
        {
            return (StaticType.Number, Number.Zero);
        }
        Check(row.Operand);
        if (row.Function is AggregateFunction.Sum or AggregateFunction.Min or AggregateFunction.Max)
        {
            Require(row.Operand, StaticType.Any, StaticType.Number);
        }
        return (row.Function is AggregateFunction.First or AggregateFunction.Last ? StaticType.Any : StaticType.Number, Number.Zero);
    }

    private static (StaticType, Number) CheckArithmetic(ArithmeticExpression arithmetic)
    {
        Check(arithmetic.Left);
        Check(arithmetic.Right);
        // Over numbers and what may be one, the result is a number; anything else must be one of the few temporal forms.
        var (left, right) = (arithmetic.Left, arithmetic.Right);
        if (left.Type is StaticType.Any or StaticType.Number && right.Type is StaticType.Any or StaticType.Number)
        {
            return (StaticType.Number, Number.Zero);
        }
        var type = (left.Type, arithmetic.Operator, right.Type) switch
        {
            (StaticType.Duration, ArithmeticOperator.Add or ArithmeticOperator.Subtract, StaticType.Duration) => StaticType.Duration,
            (StaticType.Instant, ArithmeticOperator.Add or ArithmeticOperator.Subtract, StaticType.Duration) => StaticType.Instant,
            (StaticType.Duration, ArithmeticOperator.Add, StaticType.Instant) => StaticType.Instant,
            (StaticType.Instant, ArithmeticOperator.Subtract, StaticType.Instant) => StaticType.Duration,
            (StaticType.Duration, ArithmeticOperator.Multiply or ArithmeticOperator.Divide, StaticType.Number) => StaticType.Duration,
            (StaticType.Number, ArithmeticOperator.Multiply, StaticType.Duration) => StaticType.Duration,
            _ => throw NoSuchArithmetic(arithmetic),
        };
        return (type, RateOf(arithmetic));
    }

    private static Number RateOf(ArithmeticExpression arithmetic)
    {
        var (left, right) = (arithmetic.Left, arithmetic.Right);
        switch (arithmetic.Operator)
        {
            case ArithmeticOperator.Add:
                return Number.Add(left.Rate, right.Rate) ?? throw NoSuchArithmetic(arithmetic);
            case ArithmeticOperator.Subtract:
                return Number.Subtract(left.Rate, right.Rate) ?? throw NoSuchArithmetic(arithmetic);
            default:
                var (duration, factor) = left.Type == StaticType.Duration ? (left, right) : (right, left);
                if (ConstantNumber(factor) is not { } constant || (arithmetic.Operator == ArithmeticOperator.Divide && constant == Number.Zero))
                {
                    throw RuleException.At("duration_factor", factor.Extent, Describe(factor), new Text("a constant number", "un número constante"),
                        new Text("A duration is multiplied or divided only by a constant.", "Una duración solo se multiplica o divide por una constante."));
                }
                return ScaledRate(arithmetic, duration.Rate, constant);
        }
    }

    /// <summary>A rate that six places cannot hold is refused here: rounded to 0 or 1 it would pass for what it is not.</summary>
    private static Number ScaledRate(ArithmeticExpression arithmetic, Number rate, Number constant)
    {
        var scaled = Arithmetic.Apply(arithmetic.Operator, rate, constant) ?? throw NoSuchArithmetic(arithmetic);
        var isExact = arithmetic.Operator == ArithmeticOperator.Multiply
            ? scaled.Micros * Number.Scale == rate.Micros * constant.Micros
            : scaled.Micros * constant.Micros == rate.Micros * Number.Scale;
        return isExact ? scaled : throw RuleException.At("rate", arithmetic.Extent,
            new Text("a duration that changes at a rate with more than six decimals", "una duración que cambia a un ritmo con más de seis decimales"),
            new Text("a difference that stands still or changes with time itself, such as since(A) > 30d", "una diferencia fija o que cambie con el tiempo, como since(A) > 30d"));
    }

    private static RuleException NoSuchArithmetic(ArithmeticExpression arithmetic)
    {
        var (left, right) = (arithmetic.Left, arithmetic.Right);
        if (left.Type == StaticType.Any || left.Type == StaticType.Number)
        {
            return RuleException.At("type", right.Extent, Describe(right), new Text("a number", "un número"));
        }
        return left.Type is StaticType.Instant or StaticType.Duration
            ? RuleException.At("type", right.Extent, Describe(right), left.Type == StaticType.Instant
                ? new Text("a duration (or, after -, an instant)", "una duración (o, tras -, un instante)")
                : new Text("a duration (or, after * and /, a constant number)", "una duración (o, tras * y /, un número constante)"))
            : RuleException.At("type", left.Extent, Describe(left), new Text("a number, an instant or a duration", "un número, un instante o una duración"));
    }

    private static void Require(Expression expression, params ReadOnlySpan<StaticType> types)
    {
        if (!types.Contains(expression.Type))
        {
            throw RuleException.At("type", expression.Extent, Describe(expression), Expected(types[^1] == StaticType.Any ? types[0] : types[1]));
        }
    }

    private static StaticType TypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Boolean => StaticType.Boolean,
        ValueKind.Number => StaticType.Number,
        ValueKind.Text => StaticType.Text,
        ValueKind.Instant => StaticType.Instant,
        ValueKind.Duration => StaticType.Duration,
        ValueKind.List => StaticType.List,
        _ => StaticType.Null,
    };

    private static Text Expected(StaticType type) => type switch
    {
        StaticType.Boolean => new Text("true or false", "true o false"),
        StaticType.Number => new Text("a number", "un número"),
        StaticType.Text => new Text("a text", "un texto"),
        StaticType.Instant => new Text("an instant, such as @2026-01-31", "un instante, como @2026-01-31"),
        StaticType.Duration => new Text("a duration, such as 90d", "una duración, como 90d"),
        StaticType.List => new Text("a list", "una lista"),
        _ => new Text("a value", "un valor"),
    };

    private static Text Describe(Expression expression)
    {
        var literal = expression is Literal { Value: var value } ? ", " + value : "";
        return expression.Type switch
        {
            StaticType.Boolean => new Text("a condition" + literal, "una condición" + literal),
            StaticType.Number => new Text("a number" + literal, "un número" + literal),
            StaticType.Text => new Text("a text" + literal, "un texto" + literal),
            StaticType.Instant => new Text("an instant" + literal, "un instante" + literal),
            StaticType.Duration => new Text("a duration" + literal, "una duración" + literal),
            StaticType.List => new Text("a list", "una lista"),
            StaticType.Null => Text.Same("null"),
            _ => new Text("a property or trait", "una propiedad o un atributo"),
        };
    }
}
