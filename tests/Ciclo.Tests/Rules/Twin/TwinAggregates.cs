using System.Numerics;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>The functions over events, each by filtering the whole list of events at or before now.</summary>
public sealed class TwinAggregates(TwinPerson person, TwinMoney money, long now, Zone zone)
{
    public object? Evaluate(AggregateExpression aggregate, BigInteger? windowMicros, Func<Expression, TwinFact, bool> holds)
    {
        var facts = person.Until(now)
            .Where(f => Selects(aggregate.Selector, f.Event))
            .Where(f => windowMicros is not { } window || f.Event.At * TwinMath.Million > now * TwinMath.Million - window)
            .Where(f => aggregate.Selector.Where is not { } where || holds(where, f))
            .ToList();
        return aggregate.Property is { } property ? OverProperty(aggregate.Function, facts, property) : OverEvents(aggregate.Function, facts);
    }

    private object? OverEvents(AggregateFunction function, List<TwinFact> facts) => function switch
    {
        AggregateFunction.Count => Count(facts.Count),
        AggregateFunction.Ever => facts.Count > 0,
        AggregateFunction.Days => Count(facts.Select(f => zone.DayOf(f.Event.At)).Distinct().Count()),
        AggregateFunction.First => facts.Count == 0 ? null : new TwinInstant(facts[0].Event.At * TwinMath.Million),
        AggregateFunction.Last => facts.Count == 0 ? null : new TwinInstant(facts[^1].Event.At * TwinMath.Million),
        AggregateFunction.Since => facts.Count == 0 ? null : new TwinDuration((now - facts[^1].Event.At) * TwinMath.Million),
        _ => throw new NotSupportedException(function.ToString()),
    };

    private object? OverProperty(AggregateFunction function, List<TwinFact> facts, string property)
    {
        var values = facts.Select(f => f.Property(property)).Where(value => value is not null).Select(value => value!).ToList();
        var numbers = values.OfType<TwinNumber>().Select(number => number.Micros).ToList();
        return function switch
        {
            AggregateFunction.First => values.FirstOrDefault(),
            AggregateFunction.Last => values.LastOrDefault(),
            AggregateFunction.Distinct => Count(values.SelectMany(v => v is TwinList list ? list.Items : [v]).Distinct().Count()),
            AggregateFunction.Sum => TwinMath.Number(Total(numbers)),
            AggregateFunction.Money => TwinMath.Number(Total(facts.Select(f => Converted(f, property)).OfType<BigInteger>())),
            _ when numbers.Count == 0 => null,
            AggregateFunction.Min => new TwinNumber(numbers.Min()),
            AggregateFunction.Max => new TwinNumber(numbers.Max()),
            AggregateFunction.Avg => TwinMath.Number(TwinMath.HalfEven(Total(numbers), numbers.Count)),
            _ => throw new NotSupportedException(function.ToString()),
        };
    }

    private BigInteger? Converted(TwinFact fact, string property)
    {
        if (fact.Property(property) is not TwinNumber amount)
        {
            return null;
        }
        if (fact.Property("currency") is not string currency || currency == money.Currency)
        {
            return amount.Micros;
        }
        return money.RateMicros(currency, fact.Event.At) is { } rate && TwinMath.Multiply(amount.Micros, rate) is TwinNumber converted ? converted.Micros : null;
    }

    private static BigInteger Total(IEnumerable<BigInteger> numbers) => numbers.Aggregate(BigInteger.Zero, (sum, number) => sum + number);

    private static TwinNumber Count(int count) => new(count * TwinMath.Million);

    /// <summary>What has origin system is matched by its name alone.</summary>
    private static bool Selects(EventSelector selector, TwinEvent e) => selector.Kind switch
    {
        SelectorKind.Named => e.Type == CallType.Track && e.Name == selector.Name,
        SelectorKind.Page => e.Type == CallType.Page && e.Origin == Origin.Customer,
        SelectorKind.Screen => e.Type == CallType.Screen && e.Origin == Origin.Customer,
        SelectorKind.Identify => e.Type == CallType.Identify && e.Origin == Origin.Customer,
        _ => e.Origin == Origin.Customer,
    };
}
