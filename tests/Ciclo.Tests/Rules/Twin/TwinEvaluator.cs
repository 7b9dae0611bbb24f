using System.Numerics;
using System.Text.RegularExpressions;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>Where a lifecycle stands.</summary>
public sealed record TwinStay(string Stage, int Index, long Since);

/// <summary>What every profile has at one instant: the stage of each lifecycle, the segments it is in.</summary>
public sealed class TwinState
{
    public Dictionary<string, TwinStay> Stays { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Memberships { get; } = new(StringComparer.Ordinal);
}

/// <summary>Answers an expression at one instant by looking at everything that has happened until then. No result outlives a call.</summary>
public sealed class TwinEvaluator(TwinPerson person, TwinState state, TwinMoney money, long now, Zone zone, string? lifecycle)
{
    private readonly TwinAggregates aggregates = new(person, money, now, zone);

    /// <summary>Null, and anything that is not a boolean, is false where a condition is expected.</summary>
    public bool Holds(Expression expression) => Evaluate(expression, null) is true;

    /// <summary>What an atom says: `x in [a, b]` compares x with a and with b, and each of the two can change.</summary>
    public IEnumerable<bool> Answers(Expression atom) => atom is InListExpression list
        ? list.Items.Select(item => TwinCompare.Equal(Evaluate(list.Operand, null), Evaluate(item, null)) is true)
        : [Holds(atom)];

    public object? Evaluate(Expression expression) => Evaluate(expression, null);

    private object? Evaluate(Expression expression, TwinFact? row) => expression switch
    {
        Literal literal => Of(literal.Value),
        PathExpression { Root: PathRoot.Bare } path => row!.Property(path.Path),
        PathExpression { Root: PathRoot.Traits } path => person.Trait(path.Path, now),
        PathExpression { Root: PathRoot.Group } path => person.GroupTrait(path.Path, now),
        PathExpression { Root: PathRoot.Scores } path => person.Score(path.Path, now),
        PathExpression path => person.Consent(path.Path, now),
        AggregateExpression aggregate => aggregates.Evaluate(
            aggregate, aggregate.Window is { } window ? ((TwinDuration)Evaluate(window, null)!).Micros : null, (where, fact) => Evaluate(where, fact) is true),
        StageExpression stage => state.Stays.GetValueOrDefault(stage.Lifecycle ?? lifecycle!)?.Stage,
        TimeInStageExpression stage => state.Stays.TryGetValue(stage.Lifecycle ?? lifecycle!, out var stay) ? Ms(now - stay.Since) : null,
        MembershipExpression membership => state.Memberships.Contains(membership.Segment),
        AgeExpression => person.FirstSeen <= now ? Ms(now - person.FirstSeen.Value) : null,
        NowExpression => At(now),
        InstantExpression instant => Evaluate(instant.Operand, row) is string text && Instants.TryParse(text, zone, out var ms) ? At(ms) : null,
        AnniversaryExpression anniversary => Anniversary(Evaluate(anniversary.Operand, row)),
        NotExpression not => Evaluate(not.Operand, row) is not true,
        LogicalExpression { Operator: LogicalOperator.And } and => Evaluate(and.Left, row) is true && Evaluate(and.Right, row) is true,
        LogicalExpression or => Evaluate(or.Left, row) is true || Evaluate(or.Right, row) is true,
        ComparisonExpression comparison => Compare(comparison, row),
        TextExpression text => Ask(text, Evaluate(text.Left, row), Evaluate(text.Right, row)),
        InListExpression list => list.Items.Any(item => TwinCompare.Equal(Evaluate(list.Operand, row), Evaluate(item, row)) is true),
        NegateExpression negate => Evaluate(negate.Operand, row) switch
        {
            TwinNumber number => new TwinNumber(-number.Micros),
            TwinDuration duration => new TwinDuration(-duration.Micros),
            _ => null,
        },
        ArithmeticExpression arithmetic => TwinCompare.Compute(arithmetic.Operator, Evaluate(arithmetic.Left, row), Evaluate(arithmetic.Right, row)),
        _ => throw new NotSupportedException(expression.GetType().Name),
    };

    private object Compare(ComparisonExpression comparison, TwinFact? row)
    {
        var left = Evaluate(comparison.Left, row);
        var right = Evaluate(comparison.Right, row);
        if (IsNull(comparison.Left) || IsNull(comparison.Right))
        {
            return comparison.Operator switch
            {
                ComparisonOperator.Equal => left is null && right is null,
                ComparisonOperator.NotEqual => left is not null || right is not null,
                _ => false,
            };
        }
        return comparison.Operator switch
        {
            ComparisonOperator.Equal => TwinCompare.Equal(left, right) is true,
            ComparisonOperator.NotEqual => TwinCompare.Equal(left, right) is false,
            ComparisonOperator.Less => TwinCompare.Order(left, right) is < 0,
            ComparisonOperator.LessOrEqual => TwinCompare.Order(left, right) is <= 0,
            ComparisonOperator.Greater => TwinCompare.Order(left, right) is > 0,
            _ => TwinCompare.Order(left, right) is >= 0,
        };
    }

    private static bool IsNull(Expression expression) => expression is Literal { Value.Kind: ValueKind.Null };

    private static bool Ask(TextExpression text, object? left, object? right) => (text.Operator, left, right) switch
    {
        (TextOperator.Contains, TwinList list, not null) => list.Items.Any(item => TwinCompare.Equal(item, right) is true),
        (TextOperator.Contains, string whole, string part) => whole.Contains(part, StringComparison.Ordinal),
        (TextOperator.StartsWith, string whole, string part) => whole.StartsWith(part, StringComparison.Ordinal),
        (TextOperator.EndsWith, string whole, string part) => whole.EndsWith(part, StringComparison.Ordinal),
        (TextOperator.Matches, string whole, string pattern) => Regex.IsMatch(whole, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant),
        _ => false,
    };

    private TwinInstant? Anniversary(object? of)
    {
        var ms = of switch
        {
            TwinInstant instant => (long)BigInteger.Divide(instant.Micros, TwinMath.Million),
            string text when Instants.TryParse(text, zone, out var read) => read,
            _ => (long?)null,
        };
        return ms is { } known ? At(zone.Anniversary(known, now)) : null;
    }

    private static object? Of(Value value) => value.Kind switch
    {
        ValueKind.Null => null,
        ValueKind.Boolean => value.AsBoolean,
        ValueKind.Number => new TwinNumber((BigInteger)value.AsNumber.Micros),
        ValueKind.Text => value.AsText,
        ValueKind.Instant => At(value.AsMs),
        ValueKind.Duration => Ms(value.AsMs),
        _ => throw new NotSupportedException(value.Kind.ToString()),
    };

    private static TwinInstant At(long ms) => new(ms * TwinMath.Million);

    private static TwinDuration Ms(long ms) => new(ms * TwinMath.Million);
}

/// <summary>Equality, order and arithmetic. What is null, or of another type than wanted, gives null.</summary>
public static class TwinCompare
{
    public static bool? Equal(object? a, object? b) => (a, b) switch
    {
        (bool x, bool y) => x == y,
        _ => Order(a, b) is { } order ? order == 0 : null,
    };

    public static int? Order(object? a, object? b) => (a, b) switch
    {
        (TwinNumber x, TwinNumber y) => x.Micros.CompareTo(y.Micros),
        (string x, string y) => string.CompareOrdinal(x, y),
        (TwinInstant x, TwinInstant y) => x.Micros.CompareTo(y.Micros),
        (TwinDuration x, TwinDuration y) => x.Micros.CompareTo(y.Micros),
        _ => null,
    };

    public static object? Compute(ArithmeticOperator op, object? left, object? right) => (op, left, right) switch
    {
        (ArithmeticOperator.Add, TwinNumber a, TwinNumber b) => TwinMath.Number(a.Micros + b.Micros),
        (ArithmeticOperator.Subtract, TwinNumber a, TwinNumber b) => TwinMath.Number(a.Micros - b.Micros),
        (ArithmeticOperator.Multiply, TwinNumber a, TwinNumber b) => TwinMath.Multiply(a.Micros, b.Micros),
        (ArithmeticOperator.Divide, TwinNumber a, TwinNumber b) => TwinMath.Divide(a.Micros, b.Micros),
        (ArithmeticOperator.Add, TwinDuration a, TwinDuration b) => new TwinDuration(a.Micros + b.Micros),
        (ArithmeticOperator.Subtract, TwinDuration a, TwinDuration b) => new TwinDuration(a.Micros - b.Micros),
        (ArithmeticOperator.Add, TwinInstant a, TwinDuration b) => new TwinInstant(a.Micros + b.Micros),
        (ArithmeticOperator.Add, TwinDuration a, TwinInstant b) => new TwinInstant(a.Micros + b.Micros),
        (ArithmeticOperator.Subtract, TwinInstant a, TwinDuration b) => new TwinInstant(a.Micros - b.Micros),
        (ArithmeticOperator.Subtract, TwinInstant a, TwinInstant b) => new TwinDuration(a.Micros - b.Micros),
        (ArithmeticOperator.Multiply, TwinDuration a, TwinNumber b) => Scaled(a.Micros * b.Micros, TwinMath.Million),
        (ArithmeticOperator.Multiply, TwinNumber a, TwinDuration b) => Scaled(a.Micros * b.Micros, TwinMath.Million),
        (ArithmeticOperator.Divide, TwinDuration a, TwinNumber b) => b.Micros.IsZero ? null : Scaled(a.Micros * TwinMath.Million, b.Micros),
        _ => null,
    };

    /// <summary>As with numbers: rounded half to even to six places (of a millisecond), and null from 10^15 on.</summary>
    private static object? Scaled(BigInteger a, BigInteger b) => TwinMath.Number(TwinMath.HalfEven(a, b)) is TwinNumber ms ? new TwinDuration(ms.Micros) : null;
}
