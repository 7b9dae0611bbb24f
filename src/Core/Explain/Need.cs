using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Core.Explain;

/// <summary>What must change for a condition to hold, as a tree: all of some parts, or any of them.</summary>
internal abstract record Need
{
    internal static Need Met { get; } = new AllOf([]);

    /// <summary>The cheapest way: every failing part of an `and`, the cheapest branch of an `or` (the first of equals).</summary>
    internal abstract IReadOnlyList<Missing> Cheapest();

    internal sealed record AllOf(IReadOnlyList<Need> Parts) : Need
    {
        internal override IReadOnlyList<Missing> Cheapest() => [.. Parts.SelectMany(part => part.Cheapest()).DistinctBy(missing => (missing.Condition, missing.IsNegated))];
    }

    internal sealed record AnyOf(IReadOnlyList<Need> Parts) : Need
    {
        internal override IReadOnlyList<Missing> Cheapest() => Parts.Select(part => part.Cheapest()).MinBy(way => way.Sum(missing => missing.Cost))!;
    }

    internal sealed record One(Missing Draft, Watch Watch, long FarChange) : Need
    {
        internal override IReadOnlyList<Missing> Cheapest() => [MissingKinds.Finish(Draft, Watch.At == Instants.Never ? FarChange : Watch.At)];
    }
}

/// <summary>
/// Finds what a condition lacks at the instant its fold stands at. Each failing part gets a watch; after <see cref="Forecast.Run"/> over
/// <see cref="Watches"/> the needs know what time alone will mend.
/// </summary>
internal sealed class NeedFinder(ProfileFold fold, long now)
{
    internal List<Watch> Watches { get; } = [];

    internal Watch WatchFor(Expression condition, RuleAsked asked) => Add(new Watch(condition, true, asked));

    internal Need Find(Expression condition, bool wanted, RuleAsked asked)
    {
        if (asked.Holds(condition, fold) == wanted)
        {
            return Need.Met;
        }
        switch (condition)
        {
            case NotExpression not:
                return Find(not.Operand, !wanted, asked);
            case LogicalExpression logical:
                Need[] parts = [Find(logical.Left, wanted, asked), Find(logical.Right, wanted, asked)];
                var needsAll = (logical.Operator == LogicalOperator.And) == wanted;
                return needsAll ? new Need.AllOf(parts) : new Need.AnyOf(parts);
            default:
                var draft = MissingKinds.Draft(condition, wanted, asked, fold);
                return new Need.One(draft, Add(new Watch(condition, wanted, asked)), FarChange(condition, asked));
        }
    }

    /// <summary>A threshold of time beyond the forecast: where both sides only drift, the crossing is known without waiting for it.</summary>
    private long FarChange(Expression condition, RuleAsked asked)
    {
        if (!asked.IsTemporal(condition))
        {
            return Instants.Never;
        }
        var comparison = (ComparisonExpression)condition;
        var drifts = asked.NodeOf(comparison.Left)!.NextJump(fold) == Instants.Never && asked.NodeOf(comparison.Right)!.NextJump(fold) == Instants.Never;
        var at = drifts ? asked.AtomOf(condition).NextChange(fold) : Instants.Never;
        return at > now + Forecast.HorizonMs ? at : Instants.Never;
    }

    private Watch Add(Watch watch)
    {
        Watches.Add(watch);
        return watch;
    }
}
