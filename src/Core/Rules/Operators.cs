using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>
/// The operators over values, with the language's null: every operator over null, or over a value of a type it does not want, is false;
/// arithmetic over either is null.
/// </summary>
public static class Operators
{
    public static bool Compare(ComparisonOperator op, in Value left, in Value right)
    {
        if (left.Kind != right.Kind)
        {
            return false;
        }
        return left.Kind switch
        {
            ValueKind.Number => Holds(op, left.AsNumber.CompareTo(right.AsNumber)),
            ValueKind.Text => Holds(op, string.CompareOrdinal(left.AsText, right.AsText)),
            ValueKind.Instant or ValueKind.Duration => Holds(op, left.AsMs.CompareTo(right.AsMs)),
            ValueKind.Boolean => op switch
            {
                ComparisonOperator.Equal => left.AsBoolean == right.AsBoolean,
                ComparisonOperator.NotEqual => left.AsBoolean != right.AsBoolean,
                _ => false,
            },
            _ => false,
        };
    }

    public static bool Holds(ComparisonOperator op, int sign) => op switch
    {
        ComparisonOperator.Equal => sign == 0,
        ComparisonOperator.NotEqual => sign != 0,
        ComparisonOperator.Less => sign < 0,
        ComparisonOperator.LessOrEqual => sign <= 0,
        ComparisonOperator.Greater => sign > 0,
        _ => sign >= 0,
    };

    public static bool TestText(TextExpression expression, in Value left, in Value right)
    {
        if (expression.Operator == TextOperator.Contains && left.Kind == ValueKind.List)
        {
            return Contains(left.AsList, right);
        }
        if (left.Kind != ValueKind.Text || right.Kind != ValueKind.Text)
        {
            return false;
        }
        return expression.Operator switch
        {
            TextOperator.Contains => left.AsText.Contains(right.AsText, StringComparison.Ordinal),
            TextOperator.StartsWith => left.AsText.StartsWith(right.AsText, StringComparison.Ordinal),
            TextOperator.EndsWith => left.AsText.EndsWith(right.AsText, StringComparison.Ordinal),
            _ => expression.Pattern!.IsMatch(left.AsText),
        };
    }

    public static Value Arithmetic(ArithmeticOperator op, in Value left, in Value right) =>
        left.Kind == ValueKind.Number && right.Kind == ValueKind.Number
            ? Value.Of(Rules.Arithmetic.Apply(op, left.AsNumber, right.AsNumber))
            : Value.Null;

    private static bool Contains(Value[] items, in Value wanted)
    {
        if (wanted.Kind is not (ValueKind.Text or ValueKind.Number or ValueKind.Boolean))
        {
            return false;
        }
        foreach (var item in items)
        {
            if (item == wanted)
            {
                return true;
            }
        }
        return false;
    }
}
