using Ciclo.Core.Rules;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>How many events, days, distinct values, or how much of a sum, lies between what is and what a comparison asks.</summary>
internal static class MissingAmount
{
    private const double Impossible = 1_000;

    internal static Missing Draft(Missing draft, AggregateExpression call)
    {
        var isWhole = call.Function is AggregateFunction.Count or AggregateFunction.Days or AggregateFunction.Distinct;
        var current = draft.Current.AsNumber;
        var target = draft.Target.AsNumber;
        switch (draft.Operator)
        {
            case ComparisonOperator.GreaterOrEqual:
                return More(draft, isWhole ? Ceiling(target) : target, isWhole);
            case ComparisonOperator.Greater:
                return More(draft, isWhole ? Floor(target) + Number.Scale : target, isWhole);
            case ComparisonOperator.LessOrEqual:
                return Fewer(draft, isWhole ? Floor(target) : target, isWhole);
            case ComparisonOperator.Less:
                return Fewer(draft, isWhole ? Ceiling(target) - Number.Scale : target, isWhole);
            case ComparisonOperator.Equal when isWhole && Floor(target) != target:
                return draft with { Kind = MissingKind.Never, Cost = Impossible };
            case ComparisonOperator.Equal:
                return current < target ? More(draft, target, isWhole) : Fewer(draft, target, isWhole);
            default:
                return isWhole ? More(draft, (Micros)current + Number.Scale, true) : draft;
        }
    }

    private static Missing More(Missing draft, Micros target, bool isWhole)
    {
        var gap = target - draft.Current.AsNumber;
        var part = Math.Abs((double)gap.Value) / Math.Max(1.0, Math.Abs((double)target.Value));
        return draft with
        {
            Kind = MissingKind.More,
            Gap = Number.FromMicros(gap.Value),
            Target = Value.Of(Number.FromMicros(target.Value)),
            Cost = isWhole ? (double)gap.Value / Number.Scale : 1 + (4 * Math.Min(1, part)),
        };
    }

    private static Missing Fewer(Missing draft, Micros most, bool isWhole)
    {
        if (isWhole && most.Value < 0)
        {
            return draft with { Kind = MissingKind.Never, Cost = Impossible };
        }
        return draft with
        {
            Kind = MissingKind.Fewer,
            Gap = Number.FromMicros(draft.Current.AsNumber.Micros - most.Value),
            Target = Value.Of(Number.FromMicros(most.Value)),
            // Counts never shrink but by leaving their window, which the forecast sees; sums shrink by refunds.
            Cost = isWhole ? Impossible : 3,
        };
    }

    private static Micros Floor(Number number)
    {
        var (quotient, rest) = Int128.DivRem(number.Micros, Number.Scale);
        return new Micros((rest < 0 ? quotient - 1 : quotient) * Number.Scale);
    }

    private static Micros Ceiling(Number number)
    {
        var floor = Floor(number);
        return floor == number ? floor : floor + Number.Scale;
    }

    /// <summary>Millionths without the range of <see cref="Number"/>: a step beyond it is no error here.</summary>
    private readonly record struct Micros(Int128 Value)
    {
        public static implicit operator Micros(Number number) => new(number.Micros);

        public static Micros operator +(Micros a, long micros) => new(a.Value + micros);

        public static Micros operator -(Micros a, long micros) => new(a.Value - micros);

        public static Micros operator -(Micros a, Number b) => new(a.Value - b.Micros);
    }
}
