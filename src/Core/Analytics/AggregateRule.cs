using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Analytics;

/// <summary>A function over events that a rule calls. <paramref name="Path"/>: the property's number, -1 for none. <paramref name="WindowMs"/>: null for the whole past.</summary>
public sealed record AggregateCall(AggregateFunction Function, EventTest Events, int Path, long? WindowMs)
{
    /// <summary>Whether it takes a number from each event, and leaves out those without one.</summary>
    public bool TakesNumber => Function is AggregateFunction.Sum or AggregateFunction.Min or AggregateFunction.Max or AggregateFunction.Avg;

    /// <summary>Whether it depends on when events happened, beyond whether that is in the window.</summary>
    public bool TakesInstant => Function is AggregateFunction.First or AggregateFunction.Last or AggregateFunction.Since;
}

/// <summary>What a call has seen of one profile so far. It does not matter in which order events are added.</summary>
public struct AggregateTally
{
    private Int128 micros;
    private long count;
    private long at;

    public void AddEvent() => count++;

    public void AddInstant(AggregateFunction function, long instant)
    {
        at = count == 0 || (function == AggregateFunction.First ? instant < at : instant > at) ? instant : at;
        count++;
    }

    public void AddNumber(AggregateFunction function, Int128 number)
    {
        micros = function switch
        {
            AggregateFunction.Min => count == 0 || number < micros ? number : micros,
            AggregateFunction.Max => count == 0 || number > micros ? number : micros,
            _ => micros + number,
        };
        count++;
    }

    /// <summary>The function's value at <paramref name="now"/>, as rules.md section 3 defines it.</summary>
    public readonly Value Read(AggregateFunction function, long now) => function switch
    {
        AggregateFunction.Count => Value.Of(count),
        AggregateFunction.Ever => Value.Of(count > 0),
        AggregateFunction.Sum => Value.Of(Number.FromMicros(micros)),
        AggregateFunction.Avg => Value.Of(Number.Average(micros, count)),
        _ when count == 0 => Value.Null,
        AggregateFunction.Min or AggregateFunction.Max => Value.Of(Number.FromMicros(micros)),
        AggregateFunction.Since => Value.Duration(now - at),
        _ => Value.Instant(at),
    };
}

/// <summary>
/// A rule that only compares aggregates with constants and with one another. Its truth at one instant needs each event in its windows once, in
/// any order, and no state of a fold: no deadlines, no stages. What it does not cover is folded.
/// </summary>
public sealed class AggregateRule
{
    private readonly Expression condition;
    private readonly Zone zone;

    private AggregateRule(Expression condition, Zone zone, AggregateCall[] calls)
    {
        (this.condition, this.zone) = (condition, zone);
        Calls = calls;
    }

    /// <summary>Different calls, in order of appearance.</summary>
    public IReadOnlyList<AggregateCall> Calls { get; }

    /// <summary>Null for a rule of another form. The expression must have been checked.</summary>
    public static AggregateRule? TryCompile(Expression rule, Zone zone, Names eventNames, Names paths)
    {
        var calls = new List<AggregateCall>();
        var keys = new List<string>();
        return Rewrite(rule) is { } condition ? new AggregateRule(condition, zone, [.. calls]) : null;

        Expression? Rewrite(Expression one) => one switch
        {
            Literal => one,
            AggregateExpression aggregate => RewriteCall(aggregate),
            NotExpression not when Rewrite(not.Operand) is { } operand => Typed(new NotExpression(one.Extent, operand), one),
            NegateExpression { Type: StaticType.Number } negate when Rewrite(negate.Operand) is { } operand => Typed(new NegateExpression(one.Extent, operand), one),
            LogicalExpression logical when Both(logical.Left, logical.Right) is var (left, right) => Typed(new LogicalExpression(one.Extent, logical.Operator, left, right), one),
            ComparisonExpression comparison when Both(comparison.Left, comparison.Right) is var (left, right) =>
                Typed(new ComparisonExpression(one.Extent, comparison.Operator, left, right), one),
            // Arithmetic over durations keeps millionths in a fold; numbers are the same everywhere.
            ArithmeticExpression { Type: StaticType.Number } arithmetic when Both(arithmetic.Left, arithmetic.Right) is var (left, right) =>
                Typed(new ArithmeticExpression(one.Extent, arithmetic.Operator, left, right), one),
            _ => null,
        };

        (Expression Left, Expression Right)? Both(Expression left, Expression right) =>
            Rewrite(left) is { } first && Rewrite(right) is { } second ? (first, second) : null;

        PathExpression? RewriteCall(AggregateExpression aggregate)
        {
            if (!IsCovered(aggregate))
            {
                return null;
            }
            var key = Printer.Print(aggregate);
            if (!keys.Contains(key))
            {
                keys.Add(key);
                var path = aggregate.Property is { } property ? paths.Find(property) : Names.None;
                calls.Add(new AggregateCall(aggregate.Function, EventTest.Of(aggregate.Selector, zone, eventNames, paths), path, aggregate.WindowMs));
            }
            return Typed(new PathExpression(aggregate.Extent, PathRoot.Bare, "") { Binding = keys.IndexOf(key) }, aggregate);
        }
    }

    /// <summary>Whether the rule holds at <paramref name="now"/> for a profile with these tallies, one a call.</summary>
    public bool Holds(ReadOnlySpan<AggregateTally> tallies, long now)
    {
        var names = new CallValues(Calls, tallies, now);
        return Evaluator.Holds(condition, ref names, zone);
    }

    private static bool IsCovered(AggregateExpression aggregate) => aggregate.Function switch
    {
        AggregateFunction.Count or AggregateFunction.Ever or AggregateFunction.Since or AggregateFunction.Sum => true,
        AggregateFunction.Min or AggregateFunction.Max or AggregateFunction.Avg => true,
        AggregateFunction.First or AggregateFunction.Last => aggregate.Property is null,
        _ => false,
    };

    private static T Typed<T>(T made, Expression from)
        where T : Expression
    {
        (made.Type, made.Rate) = (from.Type, from.Rate);
        return made;
    }

    private readonly ref struct CallValues(IReadOnlyList<AggregateCall> calls, ReadOnlySpan<AggregateTally> tallies, long now) : INameSource
    {
        private readonly ReadOnlySpan<AggregateTally> tallies = tallies;

        public Value Get(PathExpression path) => tallies[path.Binding].Read(calls[path.Binding].Function, now);
    }
}
