using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>
/// Says what kind of thing a failing condition lacks, and weighs it, so that the cheapest branch of an `or` can be chosen: an event or a
/// value costs 1, waiting 1 and 1 more for each 30 days, an amount 1 to 5 by the part of it that is missing, a stage or segment 2, what can
/// never hold 1000.
/// </summary>
internal static class MissingKinds
{
    private const double Impossible = 1_000;

    internal static Missing Draft(Expression condition, bool wanted, RuleAsked asked, ProfileFold fold)
    {
        var blank = new Missing(MissingKind.Value, RuleText.Of(condition), !wanted) { Cost = 1, AskedAt = fold.Now };
        return condition switch
        {
            ComparisonExpression comparison => asked.IsTemporal(condition)
                ? MissingTime.Draft(blank, comparison, wanted, asked, fold)
                : OfComparison(blank, comparison, wanted, asked, fold),
            InListExpression list => OfList(blank, list, wanted, asked, fold),
            TextExpression text => blank with
            {
                Kind = MissingKind.Text, Subject = text.Left, TextOperator = text.Operator,
                Current = asked.ValueOf(text.Left, fold), Target = asked.ValueOf(text.Right, fold),
            },
            MembershipExpression => blank with { Kind = wanted ? MissingKind.InSegment : MissingKind.NotInSegment, Subject = condition, Cost = 2 },
            AggregateExpression { Function: AggregateFunction.Ever } ever => OfEvent(blank, ever, wanted),
            Literal => blank with { Kind = MissingKind.Never, Cost = Impossible },
            _ => blank with
            {
                Subject = condition, Operator = wanted ? ComparisonOperator.Equal : ComparisonOperator.NotEqual,
                Current = asked.ValueOf(condition, fold), Target = Value.True,
            },
        };
    }

    /// <summary>
    /// The draft with what time alone will do; <paramref name="at"/> is <see cref="Instants.Never"/> if nothing. Where the condition is one
    /// of time, waiting is what is missing; elsewhere it stands beside what could be done.
    /// </summary>
    internal static Missing Finish(Missing draft, long at)
    {
        if (at == Instants.Never)
        {
            return draft;
        }
        var wait = 1 + ((at - draft.AskedAt) / (30.0 * Durations.Day));
        return draft with { Kind = draft.IsTime ? MissingKind.NotBefore : draft.Kind, NotBefore = at, Cost = draft.IsTime ? wait : Math.Min(draft.Cost, wait) };
    }

    internal static Missing OfEvent(Missing blank, AggregateExpression call, bool wanted) => wanted
        ? blank with { Kind = MissingKind.HasEvent, Subject = call }
        : blank with { Kind = MissingKind.NoEvent, Subject = call, Cost = Impossible };

    private static Missing OfComparison(Missing blank, ComparisonExpression comparison, bool wanted, RuleAsked asked, ProfileFold fold)
    {
        var op = wanted ? comparison.Operator : Inverse(comparison.Operator);
        var (subject, other) = (comparison.Left, comparison.Right);
        if (subject is Literal)
        {
            (subject, other, op) = (other, subject, Mirror(op));
        }
        if (other.Type == StaticType.Null)
        {
            return OfNull(blank, subject, op == ComparisonOperator.Equal, asked, fold);
        }
        var draft = blank with { Subject = subject, Operator = op, Current = asked.ValueOf(subject, fold), Target = asked.ValueOf(other, fold) };
        if (draft.Target.IsNull)
        {
            return draft with { Kind = MissingKind.Present, Subject = other, Current = Value.Null };
        }
        return subject switch
        {
            StageExpression => draft with { Kind = op == ComparisonOperator.Equal ? MissingKind.StageIs : MissingKind.StageIsNot, Cost = 2 },
            AggregateExpression call when IsAmount(call.Function) && draft.Target.Kind == ValueKind.Number => MissingAmount.Draft(draft, call),
            _ => draft,
        };
    }

    private static Missing OfNull(Missing blank, Expression subject, bool wantsNull, RuleAsked asked, ProfileFold fold) => subject switch
    {
        AggregateExpression { Property: null } call => OfEvent(blank, call, !wantsNull),
        Literal => blank with { Kind = MissingKind.Never, Cost = Impossible },
        _ => blank with
        {
            Kind = wantsNull ? MissingKind.Absent : MissingKind.Present, Subject = subject, Current = asked.ValueOf(subject, fold),
        },
    };

    private static Missing OfList(Missing blank, InListExpression list, bool wanted, RuleAsked asked, ProfileFold fold)
    {
        var isStage = list.Operand is StageExpression;
        return blank with
        {
            Kind = (isStage, wanted) switch
            {
                (true, true) => MissingKind.StageIs,
                (true, false) => MissingKind.StageIsNot,
                (false, true) => MissingKind.OneOf,
                _ => MissingKind.NoneOf,
            },
            Subject = list.Operand,
            Current = asked.ValueOf(list.Operand, fold),
            Target = Value.Of([.. list.Items.Select(item => asked.ValueOf(item, fold))]),
            Cost = list.Items.Count == 0 ? Impossible : isStage ? 2 : 1,
        };
    }

    private static bool IsAmount(AggregateFunction function) => function is AggregateFunction.Count or AggregateFunction.Days
        or AggregateFunction.Distinct or AggregateFunction.Sum or AggregateFunction.Money;

    internal static ComparisonOperator Inverse(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Equal => ComparisonOperator.NotEqual,
        ComparisonOperator.NotEqual => ComparisonOperator.Equal,
        ComparisonOperator.Less => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.LessOrEqual => ComparisonOperator.Greater,
        ComparisonOperator.Greater => ComparisonOperator.LessOrEqual,
        _ => ComparisonOperator.Less,
    };

    private static ComparisonOperator Mirror(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };
}
