using Ciclo.Core.Rules;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>A constant of a rule. Durations are in millionths of a millisecond, as the nodes compare them.</summary>
internal readonly record struct RuleConstant(ValueKind Kind, Int128 Micros, string? Text);

/// <summary>The ladders of a plan while it is compiled: one for each value that is compared with constants.</summary>
internal sealed class LadderBook(IReadOnlyList<LifecycleDefinition> lifecycles)
{
    private readonly Dictionary<(LadderKind, int, int), Ladder> known = [];

    public List<Ladder> All { get; } = [];

    public Ladder Of(LadderKind kind, Input? input, int lifecycle)
    {
        var key = (kind, input?.Index ?? -1, lifecycle);
        if (!known.TryGetValue(key, out var ladder))
        {
            ladder = new Ladder(All.Count, kind, input, lifecycle);
            All.Add(ladder);
            known.Add(key, ladder);
        }
        return ladder;
    }

    /// <summary>Puts a comparison of the ladder's value with a constant on it; false where a ladder cannot hold it.</summary>
    public bool TryAdd(Ladder ladder, int atom, ComparisonOperator op, RuleConstant constant)
    {
        if (constant.Kind == ValueKind.Text)
        {
            return TryAddStage(ladder, atom, op, constant.Text!);
        }
        if (constant.Kind == ValueKind.Number)
        {
            return AddWhole(ladder, atom, op, constant.Micros, true);
        }
        var (floor, rest) = Int128.DivRem(constant.Micros, Number.Scale);
        floor -= rest < 0 ? 1 : 0;
        return AddWhole(ladder, atom, op, floor, rest == 0);
    }

    private static bool AddWhole(Ladder ladder, int atom, ComparisonOperator op, Int128 floor, bool isExact)
    {
        if (!Ladder.CanHold(floor))
        {
            return false;
        }
        ladder.Add(atom, op, (long)floor, isExact);
        return true;
    }

    /// <summary>The value of an expression that reads nothing; false for all others, and for constants that are no number, duration or text.</summary>
    public static bool TryConstant(Expression expression, out RuleConstant constant)
    {
        constant = default;
        switch (expression)
        {
            case Literal { Value: { Kind: ValueKind.Number } number }:
                constant = new RuleConstant(ValueKind.Number, number.AsNumber.Micros, null);
                return true;
            case Literal { Value: { Kind: ValueKind.Duration } duration }:
                constant = new RuleConstant(ValueKind.Duration, (Int128)duration.AsMs * Number.Scale, null);
                return true;
            case Literal { Value: { Kind: ValueKind.Text } text }:
                constant = new RuleConstant(ValueKind.Text, 0, text.AsText);
                return true;
            case NegateExpression negate when TryConstant(negate.Operand, out var operand) && operand.Kind != ValueKind.Text:
                constant = operand with { Micros = -operand.Micros };
                return true;
            default:
                return false;
        }
    }

    private bool TryAddStage(Ladder ladder, int atom, ComparisonOperator op, string stage)
    {
        var stages = lifecycles[ladder.Lifecycle].Stages;
        for (var i = 0; i < stages.Count; i++)
        {
            if (stages[i].Id == stage && op is (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
            {
                ladder.Add(atom, op, i, true);
                return true;
            }
        }
        return false;
    }
}
