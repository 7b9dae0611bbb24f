using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>Where the bare names of an expression get their values: an event's properties, a row's columns.</summary>
public interface INameSource
{
    Value Get(PathExpression path);
}

/// <summary>
/// Evaluates what stands after `where` and in import maps: literals, names and operators, with no history behind them.
/// The expression has been checked in <see cref="RuleContext.Where"/> or <see cref="RuleContext.Row"/>.
/// </summary>
public static class Evaluator
{
    public static bool Holds<TNames>(Expression condition, scoped ref TNames names, Zone zone)
        where TNames : INameSource, allows ref struct => Evaluate(condition, ref names, zone).AsBoolean;

    public static Value Evaluate<TNames>(Expression expression, scoped ref TNames names, Zone zone)
        where TNames : INameSource, allows ref struct
    {
        switch (expression)
        {
            case Literal literal:
                return literal.Value;
            case PathExpression path:
                return names.Get(path);
            case RowAggregateExpression aggregate:
                return names.Get(aggregate.Result);
            case NotExpression not:
                return Value.Of(!Holds(not.Operand, ref names, zone));
            case LogicalExpression { Operator: LogicalOperator.And } and:
                return Value.Of(Holds(and.Left, ref names, zone) && Holds(and.Right, ref names, zone));
            case LogicalExpression or:
                return Value.Of(Holds(or.Left, ref names, zone) || Holds(or.Right, ref names, zone));
            case ComparisonExpression comparison:
                return Value.Of(Compare(comparison, ref names, zone));
            case TextExpression text:
                return Value.Of(Operators.TestText(text, Evaluate(text.Left, ref names, zone), Evaluate(text.Right, ref names, zone)));
            case InListExpression list:
                return Value.Of(IsIn(list, ref names, zone));
            case NegateExpression negate:
                return Negate(Evaluate(negate.Operand, ref names, zone));
            case ArithmeticExpression arithmetic:
                return Calculate(arithmetic, Evaluate(arithmetic.Left, ref names, zone), Evaluate(arithmetic.Right, ref names, zone));
            case InstantExpression instant:
                return ReadInstant(Evaluate(instant.Operand, ref names, zone), zone);
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} has no meaning without a history.");
        }
    }

    /// <summary>An instant, such as a column of times holds, is its own reading.</summary>
    public static Value ReadInstant(in Value text, Zone zone) =>
        text.Kind == ValueKind.Instant ? text : text.Kind == ValueKind.Text && Instants.TryParse(text.AsText, zone, out var ms) ? Value.Instant(ms) : Value.Null;

    private static bool Compare<TNames>(ComparisonExpression comparison, scoped ref TNames names, Zone zone)
        where TNames : INameSource, allows ref struct
    {
        var left = Evaluate(comparison.Left, ref names, zone);
        var right = Evaluate(comparison.Right, ref names, zone);
        if (comparison.Left.Type == StaticType.Null || comparison.Right.Type == StaticType.Null)
        {
            var bothNull = left.IsNull && right.IsNull;
            return comparison.Operator == ComparisonOperator.Equal ? bothNull : !bothNull;
        }
        return Operators.Compare(comparison.Operator, left, right);
    }

    private static bool IsIn<TNames>(InListExpression list, scoped ref TNames names, Zone zone)
        where TNames : INameSource, allows ref struct
    {
        var operand = Evaluate(list.Operand, ref names, zone);
        foreach (var item in list.Items)
        {
            if (Operators.Compare(ComparisonOperator.Equal, operand, Evaluate(item, ref names, zone)))
            {
                return true;
            }
        }
        return false;
    }

    private static Value Negate(in Value value) => value.Kind switch
    {
        ValueKind.Number => Value.Of(Number.Negate(value.AsNumber)),
        ValueKind.Duration => Value.Duration(-value.AsMs),
        _ => Value.Null,
    };

    private static Value Calculate(ArithmeticExpression arithmetic, in Value left, in Value right)
    {
        if (left.IsNull || right.IsNull)
        {
            return Value.Null;
        }
        var isSum = arithmetic.Operator is ArithmeticOperator.Add or ArithmeticOperator.Subtract;
        switch (arithmetic.Type)
        {
            case StaticType.Instant or StaticType.Duration when isSum:
                var ms = arithmetic.Operator == ArithmeticOperator.Add ? left.AsMs + right.AsMs : left.AsMs - right.AsMs;
                return arithmetic.Type == StaticType.Instant ? Value.Instant(ms) : Value.Duration(ms);
            case StaticType.Duration:
                var (duration, factor) = left.Kind == ValueKind.Duration ? (left, right) : (right, left);
                var micros = Arithmetic.Scaled(arithmetic.Operator, (Int128)duration.AsMs * Number.Scale, factor.AsNumber);
                return micros is { } known ? Value.Duration((long)(known / Number.Scale)) : Value.Null;
            default:
                return Operators.Arithmetic(arithmetic.Operator, left, right);
        }
    }
}
