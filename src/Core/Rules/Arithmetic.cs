using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>Arithmetic over known operands.</summary>
public static class Arithmetic
{
    public static Number? Apply(ArithmeticOperator op, Number left, Number right) => op switch
    {
        ArithmeticOperator.Add => Number.Add(left, right),
        ArithmeticOperator.Subtract => Number.Subtract(left, right),
        ArithmeticOperator.Multiply => Number.Multiply(left, right),
        _ => Number.Divide(left, right),
    };

    /// <summary>
    /// Milliseconds of a duration made of literals alone, a fraction counted as a whole one (instants are whole milliseconds, so a window
    /// of 333.3 ms holds what one of 334 ms holds); null if it is not constant or is out of range.
    /// </summary>
    public static long? ConstantDuration(Expression expression) => ConstantMicros(expression) is { } micros
        ? (long)(micros / Number.Scale + (micros % Number.Scale > 0 ? 1 : 0))
        : null;

    /// <summary>Millionths of a millisecond, so that multiplying and dividing by a constant lose nothing that a comparison could see.</summary>
    private static Int128? ConstantMicros(Expression expression) => expression switch
    {
        Literal { Value.Kind: ValueKind.Duration } literal => (Int128)literal.Value.AsMs * Number.Scale,
        NegateExpression negate => -ConstantMicros(negate.Operand),
        ArithmeticExpression { Operator: ArithmeticOperator.Add } sum => ConstantMicros(sum.Left) + ConstantMicros(sum.Right),
        ArithmeticExpression { Operator: ArithmeticOperator.Subtract } difference => ConstantMicros(difference.Left) - ConstantMicros(difference.Right),
        ArithmeticExpression scaled => scaled.Left.Type == StaticType.Duration
            ? Scaled(scaled.Operator, ConstantMicros(scaled.Left), Checker.ConstantNumber(scaled.Right))
            : Scaled(scaled.Operator, ConstantMicros(scaled.Right), Checker.ConstantNumber(scaled.Left)),
        _ => null,
    };

    /// <summary>
    /// A duration in millionths of a millisecond times or over a constant: as with numbers, rounded half to even, and null from 10^15 ms on.
    /// </summary>
    public static Int128? Scaled(ArithmeticOperator op, Int128? micros, Number? factor) =>
        micros is { } known && Number.FromMicros(known) is { } duration && factor is { } by
            ? (op == ArithmeticOperator.Multiply ? Number.Multiply(duration, by) : Number.Divide(duration, by))?.Micros
            : null;
}
