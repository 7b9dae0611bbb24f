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
    /// <summary>By rule the number of its segment in the plan; -1 for one that cannot be asked.</summary>
    private readonly int[] segments;
    private readonly object[] madeOf;

    /// <param name="state">What is read.</param>
    /// <param name="rules">Conditions as a segment's `when`, in the workspace's zone.</param>
    public PersonRules(EngineState state, IReadOnlyList<string> rules)
        : this(state, [.. rules.Select(rule => Read(state, rule))])
    {
    }

    /// <param name="state">What is read.</param>
    /// <param name="rules">Rules with the zones that they go by; null for one that could not be read.</param>
    public PersonRules(EngineState state, IReadOnlyList<SegmentDefinition?> rules)
    {
        madeOf = MadeOf(state);
        segments = new int[rules.Count];
        Array.Fill(segments, -1);
        var found = new List<SegmentDefinition>();
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is { } rule)
            {
                found.Add(rule with { Id = $"{WatchStages.Mark}{i}" });
            }
        }
        var known = state.Rules.Definitions;
        try
        {
            Plan = found.Count == 0 ? null : FoldPlan.Compile(
                (found.Exists(one => References.Of(one.When.Expression).Any()) ? known : DefinitionSet.Empty) with { Watches = found },
                state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
        }
        catch (KeyNotFoundException)
        {
            // A rule names a segment or lifecycle that is not there any more: which one is not told, so none is asked.
            return;
        }
        var next = Plan?.Segments.Length ?? 0;
        for (var i = 0; i < rules.Count; i++)
        {
            segments[i] = rules[i] is null ? -1 : next++;
        }
    }

    /// <summary>Null where there is nothing to ask.</summary>
    internal FoldPlan? Plan { get; }

    /// <summary>Whether a rule cannot be asked: it cannot be read, or it or another names what is not defined.</summary>
    public bool IsBroken(int rule) => segments[rule] < 0;

    /// <summary>Whether they were compiled for what the engine holds now: a rebuild and other definitions need them anew.</summary>
    public bool IsFor(EngineState state) => madeOf.SequenceEqual(MadeOf(state), ReferenceEqualityComparer.Instance);

    /// <summary>What one thread asks with; null where there is nothing to ask.</summary>
    public ProfileFold? NewFold() => Plan is null ? null : new ProfileFold(Plan);

    /// <summary>Goes to a person as of an instant; <see cref="Holds"/> answers for them then.</summary>
    public static void Open(EngineState state, ProfileFold fold, int profile, long now)
    {
        fold.Reset();
        state.Staged.History.Fold(state.Staged.Identity.MembersOf(profile), fold, now);
        fold.AdvanceTo(Math.Max(now, fold.Now));
    }

    /// <summary>Whether a rule holds for the person whom the fold was opened for.</summary>
    public bool Holds(ProfileFold fold, int rule) => segments[rule] >= 0 && fold.IsMember(segments[rule]);

    /// <summary>The rule that a move of the fold is about; -1 for a segment's.</summary>
    internal int RuleOf(MembershipMove move) => Array.IndexOf(segments, move.Segment);

    private static SegmentDefinition? Read(EngineState state, string rule)
    {
        try
        {
            var expression = Parser.Parse(rule, RuleContext.Segment, state.Rules.Zone);
            Checker.CheckCondition(expression);
            return new SegmentDefinition("", Text.Same(rule), state.Rules.Zone, new Rule(rule, expression));
        }
        catch (RuleException)
        {
            // Told by IsBroken.
            return null;
        }
    }

    private static object[] MadeOf(EngineState state) => [state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings, state.Rules.Definitions];
}
