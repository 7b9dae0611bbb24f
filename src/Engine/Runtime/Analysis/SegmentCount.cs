using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// Who meets a rule as of an instant, without defining a segment: the clock stands there, later events are not seen, identities and
/// definitions are today's. Inside <see cref="WorkspaceEngine.Read{T}"/>.
/// </summary>
public sealed class SegmentCount
{
    private const string AdHocId = "?";
    private readonly EngineState state;
    private readonly Rule rule;
    private readonly Zone zone;
    private readonly long at;
    private readonly Lazy<(FoldPlan Plan, int Segment)> made;
    private long rowsRead;

    /// <summary>Throws <see cref="RuleException"/> with the place of a mistake in the rule, <see cref="ArgumentException"/> for a segment or lifecycle that is not defined.</summary>
    /// <param name="state">What is read.</param>
    /// <param name="rule">A condition as a segment's `when`.</param>
    /// <param name="zone">Where its dates and days stand.</param>
    /// <param name="at">The instant.</param>
    public SegmentCount(EngineState state, string rule, Zone zone, long at)
    {
        (this.state, this.zone, this.at) = (state, zone, at);
        var expression = Parser.Parse(rule, RuleContext.Segment, zone);
        Checker.CheckCondition(expression);
        this.rule = new Rule(rule, expression);
        made = new Lazy<(FoldPlan Plan, int Segment)>(MakePlan);
        Compiled = AggregateRule.TryCompile(expression, zone, state.Staged.EventNames, state.Staged.Paths);
    }

    /// <summary>Events of which an instant or a property may have been read, where the rule need not be folded: what a test of cost counts.</summary>
    public long RowsRead => Interlocked.Read(ref rowsRead);

    private (FoldPlan Plan, int Segment) Plan => made.Value;

    /// <summary>Null for a rule that has to be folded.</summary>
    public AggregateRule? Compiled { get; }

    public long Count(CancellationToken cancellation = default) => Compiled is { } compiled
        ? ProfileRanges.Run(state.Staged.Identity, (from, to) => Each(compiled, from, to, null), cancellation).Sum()
        : Folded().Count;

    /// <summary>The profiles, ascending.</summary>
    public IReadOnlyList<int> Profiles(CancellationToken cancellation = default) => Compiled is { } compiled
        ? [.. ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var found = new List<int>();
            Each(compiled, from, to, found);
            return found;
        }, cancellation).SelectMany(part => part)]
        : Folded();

    /// <summary>
    /// Those of them whose numbers lie from <paramref name="from"/> up to, not including, <paramref name="to"/>, ascending: who asks slice by slice, each in a
    /// read of its own, keeps no fold waiting for a whole scan. Every slice is asked as of the same instant.
    /// </summary>
    public IReadOnlyList<int> Within(int from, int to, CancellationToken cancellation = default)
    {
        if (Compiled is null)
        {
            // Here, and not side by side below, where a segment that is not defined would be told as several failures.
            _ = Plan;
        }
        var (cores, size) = (Environment.ProcessorCount, to - from);
        var parts = new List<int>[cores];
        Parallel.For(0, cores, new ParallelOptions { CancellationToken = cancellation }, part =>
        {
            var (first, end) = (from + (int)((long)size * part / cores), from + (int)((long)size * (part + 1) / cores));
            var found = parts[part] = [];
            if (Compiled is { } compiled)
            {
                Each(compiled, first, end, found);
            }
            else
            {
                FoldEach(first, end, found);
            }
        });
        return [.. parts.SelectMany(part => part)];
    }

    /// <summary>The same by folding every profile up to the instant, whatever the rule is.</summary>
    internal List<int> Folded()
    {
        var (plan, index) = Plan;
        return Queries.Replay<int>(state, plan, at, (profile, fold, into) =>
        {
            if (fold.IsMember(index))
            {
                into.Add(profile);
            }
        });
    }

    private void FoldEach(int from, int to, List<int> found)
    {
        var (plan, index) = Plan;
        var identity = state.Staged.Identity;
        var fold = new ProfileFold(plan);
        using var reader = Refolding.ReaderFor(plan, state.Staged.History);
        for (var node = from; node < to; node++)
        {
            if (identity.IsProfile(node))
            {
                Refolding.Run(fold, reader, identity.MembersOf(node), at, at);
                if (fold.IsMember(index))
                {
                    found.Add(node);
                }
            }
        }
    }

    private (FoldPlan Plan, int Segment) MakePlan()
    {
        var segment = new SegmentDefinition(AdHocId, Text.Same(AdHocId), zone, rule);
        var known = state.Rules.Definitions;
        var definitions = References.Of(rule.Expression).Any() ? new DefinitionSet(known.Lifecycles, [.. known.Segments, segment]) : new DefinitionSet([], [segment]);
        var plan = Compile(definitions);
        return (plan, plan.SegmentIndex(AdHocId));
    }

    private FoldPlan Compile(DefinitionSet definitions)
    {
        try
        {
            return FoldPlan.Compile(definitions, state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
        }
        catch (KeyNotFoundException unknown)
        {
            throw new ArgumentException($"The rule names a segment or lifecycle that is not defined ({unknown.Message}). Define it first, or name another.", unknown);
        }
    }

    private long Each(AggregateRule compiled, int from, int to, List<int>? found)
    {
        using var scan = new TallyScan(state, compiled.Calls, at, from, to);
        var holdsForNothing = compiled.Holds(new AggregateTally[compiled.Calls.Count], at);
        var members = 0L;
        while (scan.Next())
        {
            for (var i = 0; i < scan.Count; i++)
            {
                if ((scan.IsTouched(i) ? compiled.Holds(scan.Tallies(i), at) : holdsForNothing) && scan.IsEntered(i))
                {
                    members++;
                    found?.Add(scan.Profile(i));
                }
            }
        }
        Interlocked.Add(ref rowsRead, scan.RowsRead);
        return members;
    }
}

