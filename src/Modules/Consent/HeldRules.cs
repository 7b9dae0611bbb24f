using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Consent;

/// <summary>
/// Rules that hold messages back, compiled for a state of the engine. A rule that cannot be compiled any more, because it names a segment that was deleted, holds everybody back: nobody is
/// written to by mistake, and the settings' page says which one it is.
/// </summary>
internal sealed class HeldRules
{
    private readonly FoldPlan? plan;
    private readonly int[] segments;
    private readonly object[] madeOf;

    public HeldRules(EngineState state, IReadOnlyList<string> rules)
    {
        madeOf = MadeOf(state);
        Broken = [];
        var zone = state.Rules.Zone;
        var found = new List<SegmentDefinition>();
        var needsOthers = false;
        foreach (var (rule, i) in rules.Select((rule, i) => (rule, i)))
        {
            try
            {
                var expression = Parser.Parse(rule, RuleContext.Segment, zone);
                Checker.CheckCondition(expression);
                needsOthers |= References.Of(expression).Any();
                found.Add(new SegmentDefinition($"?{i}", Text.Same(rule), zone, new Rule(rule, expression)));
            }
            catch (RuleException)
            {
                Broken = [.. Broken, i];
            }
        }
        var known = state.Rules.Definitions;
        try
        {
            plan = found.Count == 0 ? null : FoldPlan.Compile(
                needsOthers ? new DefinitionSet(known.Lifecycles, [.. known.Segments, .. found]) : new DefinitionSet([], found), state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
        }
        catch (KeyNotFoundException)
        {
            Broken = [.. Enumerable.Range(0, rules.Count)];
        }
        segments = plan is null ? [] : [.. found.Select(one => plan.SegmentIndex(one.Id))];
    }

    /// <summary>Indexes of the rules that cannot be asked.</summary>
    public IReadOnlyList<int> Broken { get; private init; }

    /// <summary>Whether they were compiled for what the engine holds now: a rebuild and other definitions need them anew.</summary>
    public bool IsFor(EngineState state) => madeOf.SequenceEqual(MadeOf(state), ReferenceEqualityComparer.Instance);

    /// <summary>What one thread asks with.</summary>
    public ProfileFold? NewFold() => plan is null ? null : new ProfileFold(plan);

    /// <summary>Whether any of the rules holds for a person as of an instant.</summary>
    public bool Holds(EngineState state, ProfileFold? fold, int profile, long now)
    {
        if (Broken.Count > 0 || fold is null)
        {
            return Broken.Count > 0;
        }
        fold.Reset();
        state.Staged.History.Fold(state.Staged.Identity.MembersOf(profile), fold, now);
        fold.AdvanceTo(Math.Max(now, fold.Now));
        return Array.Exists(segments, fold.IsMember);
    }

    private static object[] MadeOf(EngineState state) => [state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings, state.Rules.Definitions];
}
