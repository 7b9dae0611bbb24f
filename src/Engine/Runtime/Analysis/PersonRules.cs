using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// Rules that are asked of one person at a time, compiled once for a state of the engine. Inside <see cref="WorkspaceEngine.Read{T}"/>; what it is made of may be used by several threads, each
/// with a fold of its own (<see cref="NewFold"/>).
/// </summary>
public sealed class PersonRules
{
    private readonly FoldPlan? plan;

    /// <summary>By rule the number of its segment in the plan; -1 for one that cannot be asked.</summary>
    private readonly int[] segments;
    private readonly object[] madeOf;

    /// <param name="state">What is read.</param>
    /// <param name="rules">Conditions as a segment's `when`.</param>
    public PersonRules(EngineState state, IReadOnlyList<string> rules)
    {
        madeOf = MadeOf(state);
        segments = new int[rules.Count];
        Array.Fill(segments, -1);
        var (zone, found, needsOthers) = (state.Rules.Zone, new List<SegmentDefinition>(), false);
        for (var i = 0; i < rules.Count; i++)
        {
            try
            {
                var expression = Parser.Parse(rules[i], RuleContext.Segment, zone);
                Checker.CheckCondition(expression);
                needsOthers |= References.Of(expression).Any();
                found.Add(new SegmentDefinition($"?{i}", Text.Same(rules[i]), zone, new Rule(rules[i], expression)));
            }
            catch (RuleException)
            {
                // Told by IsBroken.
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
            // A rule names a segment or lifecycle that is not there any more: which one is not told, so none is asked.
            found.Clear();
        }
        found.ForEach(one => segments[int.Parse(one.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)] = plan!.SegmentIndex(one.Id));
    }

    /// <summary>Whether a rule cannot be asked: it cannot be read, or it or another names what is not defined.</summary>
    public bool IsBroken(int rule) => segments[rule] < 0;

    /// <summary>Whether they were compiled for what the engine holds now: a rebuild and other definitions need them anew.</summary>
    public bool IsFor(EngineState state) => madeOf.SequenceEqual(MadeOf(state), ReferenceEqualityComparer.Instance);

    /// <summary>What one thread asks with; null where there is nothing to ask.</summary>
    public ProfileFold? NewFold() => plan is null ? null : new ProfileFold(plan);

    /// <summary>Goes to a person as of an instant; <see cref="Holds"/> answers for them then.</summary>
    public static void Open(EngineState state, ProfileFold fold, int profile, long now)
    {
        fold.Reset();
        state.Staged.History.Fold(state.Staged.Identity.MembersOf(profile), fold, now);
        fold.AdvanceTo(Math.Max(now, fold.Now));
    }

    /// <summary>Whether a rule holds for the person whom the fold was opened for.</summary>
    public bool Holds(ProfileFold fold, int rule) => segments[rule] >= 0 && fold.IsMember(segments[rule]);

    private static object[] MadeOf(EngineState state) => [state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings, state.Rules.Definitions];
}
