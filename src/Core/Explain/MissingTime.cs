using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>What a comparison of instants or durations lacks if time alone does not mend it: a first event, a value, or another event.</summary>
internal static class MissingTime
{
    internal static Missing Draft(Missing blank, ComparisonExpression comparison, bool wanted, RuleAsked asked, ProfileFold fold)
    {
        var draft = blank with { IsTime = true };
        var calls = References.Walk(comparison).ToList();
        foreach (var call in calls.Where(call => call is AggregateExpression or PathExpression { Root: not PathRoot.Bare } && asked.ValueOf(call, fold).IsNull))
        {
            return call is AggregateExpression { Property: null } aggregate
                ? MissingKinds.OfEvent(draft, aggregate, true)
                : draft with { Kind = MissingKind.Present, Subject = call };
        }
        var op = wanted ? comparison.Operator : MissingKinds.Inverse(comparison.Operator);
        foreach (var call in calls.OfType<AggregateExpression>().Where(IsLatest))
        {
            var last = LastAt(call, asked, fold);
            if (WouldHold(comparison, op, call, last, asked, fold))
            {
                return draft with { Kind = MissingKind.NewEvent, Subject = call, LastAt = last };
            }
        }
        return draft with { Kind = MissingKind.TooLate, Cost = 1_000 };
    }

    private static bool IsLatest(AggregateExpression call) =>
        call.Function == AggregateFunction.Since || call is { Function: AggregateFunction.Last, Property: null };

    private static long LastAt(AggregateExpression call, RuleAsked asked, ProfileFold fold)
    {
        var value = asked.ValueOf(call, fold);
        return call.Function == AggregateFunction.Since ? fold.Now - value.AsMs : value.AsMs;
    }

    /// <summary>Whether the comparison would hold if the event happened now: the difference of its sides moves by what the call moves.</summary>
    private static bool WouldHold(ComparisonExpression comparison, ComparisonOperator op, AggregateExpression call, long last, RuleAsked asked, ProfileFold fold)
    {
        if (!asked.NodeOf(comparison.Left)!.TryTime(fold, out var left) || !asked.NodeOf(comparison.Right)!.TryTime(fold, out var right))
        {
            return false;
        }
        var key = Printer.Print(call);
        var weight = Weight(comparison.Left, key) - Weight(comparison.Right, key);
        var step = call.Function == AggregateFunction.Since ? last - fold.Now : fold.Now - last;
        return weight != 0 && Operators.Holds(op, Int128.Sign(left - right + ((Int128)step * weight * Number.Scale)));
    }

    /// <summary>How often a call counts in a sum of temporal parts; parts that are scaled count as unknown, 0.</summary>
    private static int Weight(Expression expression, string call) => expression switch
    {
        AggregateExpression => Printer.Print(expression) == call ? 1 : 0,
        NegateExpression negate => -Weight(negate.Operand, call),
        ArithmeticExpression { Operator: ArithmeticOperator.Add } sum => Weight(sum.Left, call) + Weight(sum.Right, call),
        ArithmeticExpression { Operator: ArithmeticOperator.Subtract } difference => Weight(difference.Left, call) - Weight(difference.Right, call),
        _ => 0,
    };
}
