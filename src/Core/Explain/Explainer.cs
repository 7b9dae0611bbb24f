using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Core.Explain;

/// <summary>
/// Explains where a profile stands at an instant, from its events and a plan alone: it folds the events up to that instant, reads the
/// rules, and lets time run up to a year ahead to see what waiting does. Nothing is kept; the cost is three folds of one profile.
/// </summary>
public sealed class Explainer(FoldPlan plan, int newest = 5)
{
    /// <summary>
    /// Why the profile is in its stage of a lifecycle (by its index in the plan), and what each other stage lacks.
    /// <paramref name="events"/> are all of the profile's, in order; those after <paramref name="instant"/> are left out.
    /// </summary>
    public StageExplanation ExplainStage(int lifecycle, int version, IReadOnlyList<TimedEvent> events, long instant)
    {
        var definition = plan.Lifecycles[lifecycle].Definition;
        var asked = new RuleAsked(plan, definition.Zone, lifecycle);
        var past = UpTo(events, instant);
        var fold = FoldTo(past, instant);
        var blank = new StageExplanation(definition.Id, definition.Label, version, definition.Movement, definition.Zone, instant, null, null, [], null, null);
        if (!fold.IsEntered)
        {
            return blank;
        }
        var persona = fold.PersonaOf(lifecycle);
        var stages = StagesOf(definition, persona);
        var current = fold.StageOf(lifecycle);
        var reader = new CallReader(plan, past, newest);
        var stay = Stay(lifecycle, past, fold, asked) with { RuleNow = stages[current].When is { } rule ? reader.Read(rule, asked, fold) : null };
        var loopAt = fold.Loops.Where(loop => loop.Lifecycle == lifecycle && loop.At >= stay.Since).Select(loop => (long?)loop.At).LastOrDefault();
        var finder = new NeedFinder(fold, instant);
        var open = Enumerable.Range(0, stages.Count).Where(index => index != current)
            .Select(index => (Index: index, Need: NeedOf(stages[index].When, asked, finder), Reading: ReadingOf(stages[index].When, asked, fold, reader)))
            .ToList();
        var known = fold.Moves.Count;
        Forecast.Run(fold, instant + Forecast.HorizonMs, finder.Watches);
        return blank with
        {
            Persona = PersonaId(definition, persona),
            Stay = stay,
            Others = [.. open.Select(stage => new StageOutlook(stages[stage.Index].Id, stages[stage.Index].Label,
                IsAllowed(definition, stages, current, stage.Index), stage.Reading, stage.Need.Missing(), stage.Need.HoldsAt(instant)))],
            Next = NextMove(fold, known, lifecycle, definition),
            LoopAt = loopAt,
        };
    }

    /// <summary>Why the profile is in a segment or sub-segment (by its index in the plan), or what it lacks to be in it.</summary>
    public SegmentExplanation ExplainSegment(int segment, int version, IReadOnlyList<TimedEvent> events, long instant)
    {
        var compiled = plan.Segments[segment];
        var past = UpTo(events, instant);
        var fold = FoldTo(past, instant);
        var (rule, asked) = RuleOf(compiled, fold);
        var finder = new NeedFinder(fold, instant);
        var reading = fold.IsEntered ? ReadingOf(rule, asked, fold, new CallReader(plan, past, newest)) : null;
        var need = fold.IsEntered ? NeedOf(rule, asked, finder) : default;
        var isMember = fold.IsMember(segment);
        var since = fold.MembershipMoves.Where(move => move.Segment == segment).Select(move => (long?)move.At).LastOrDefault();
        var known = fold.MembershipMoves.Count;
        var stage = fold.IsEntered ? MissingStage(compiled, fold) : null;
        Forecast.Run(fold, instant + Forecast.HorizonMs, finder.Watches);
        IEnumerable<Missing> missing = rule is null && compiled.Lifecycle >= 0 && fold.IsEntered
            ? [new Missing(MissingKind.NotForPersona, compiled.Id, false)]
            : isMember ? [] : need.Missing();
        return new SegmentExplanation(compiled.Id, compiled.Label, version, asked.Zone, instant, isMember, since, reading,
            [.. stage is null ? missing : missing.Prepend(stage)], NextChange(fold, known, segment, isMember));
    }

    private readonly record struct NeedAndWatch(Need? Need, Watch? Watch, bool Holds)
    {
        public IReadOnlyList<Missing> Missing() => Need?.Cheapest() ?? [];

        public long? HoldsAt(long now) => Holds ? now : Watch is { At: not Instants.Never } watch ? watch.At : null;
    }

    private static NeedAndWatch NeedOf(Rule? rule, RuleAsked asked, NeedFinder finder)
    {
        if (rule is null)
        {
            return new NeedAndWatch(null, null, true);
        }
        var need = finder.Find(rule.Expression, true, asked);
        return ReferenceEquals(need, Need.Met) ? new NeedAndWatch(need, null, true) : new NeedAndWatch(need, finder.WatchFor(rule.Expression, asked), false);
    }

    private static RuleReading? ReadingOf(Rule? rule, RuleAsked asked, ProfileFold fold, CallReader reader) =>
        rule is null ? null : reader.Read(rule, asked, fold);

    private StageStay Stay(int lifecycle, IReadOnlyList<TimedEvent> past, ProfileFold fold, RuleAsked asked)
    {
        var definition = plan.Lifecycles[lifecycle].Definition;
        var moves = fold.Moves.Where(move => move.Lifecycle == lifecycle).ToList();
        var last = moves[^1];
        var path = moves.Select(move => new StageStep(move.From < 0 ? null : definition.Stages[move.From].Id, definition.Stages[move.To].Id, move.At));
        var before = UpTo(past, last.At);
        var then = FoldTo(before, last.At);
        var persona = then.PersonaOf(lifecycle);
        var stage = StagesOf(definition, persona)[last.To];
        var rule = last.From < 0 || stage.When is null ? null : new CallReader(plan, before, newest).Read(stage.When, asked, then);
        var reason = last.From < 0 ? MoveReason.FirstEvent : rule is { Holds: false } && last.To == 0 ? MoveReason.NothingElseHeld : MoveReason.Rule;
        return new StageStay(stage.Id, stage.Label, last.At, reason, PersonaId(definition, persona), rule, null, [.. path]);
    }

    private static bool IsAllowed(LifecycleDefinition definition, IReadOnlyList<StageDefinition> stages, int current, int stage) =>
        definition.Movement == Movement.Free || stage >= current || stages[current].ReturnsTo.Contains(stage);

    /// <summary>The first instant ahead at which the stage held changes; several moves of one instant are one.</summary>
    private static ScheduledMove? NextMove(ProfileFold fold, int known, int lifecycle, LifecycleDefinition definition)
    {
        var ahead = fold.Moves.Skip(known).Where(move => move.Lifecycle == lifecycle).ToList();
        if (ahead.Count == 0)
        {
            return null;
        }
        var last = ahead.Last(move => move.At == ahead[0].At);
        return new ScheduledMove(definition.Stages[ahead[0].From].Id, definition.Stages[last.To].Id, last.At);
    }

    /// <summary>The first instant ahead that ends with another answer; in and out within one instant is no change.</summary>
    private static long? NextChange(ProfileFold fold, int known, int segment, bool isMember) => fold.MembershipMoves.Skip(known)
        .Where(move => move.Segment == segment)
        .GroupBy(move => move.At)
        .Where(moves => moves.Last().Entered != isMember)
        .Select(moves => (long?)moves.Key)
        .FirstOrDefault();

    private (Rule? Rule, RuleAsked Asked) RuleOf(CompiledSegment compiled, ProfileFold fold)
    {
        if (compiled.Definition is { } segment)
        {
            return (segment.When, new RuleAsked(plan, segment.Zone, -1));
        }
        var definition = plan.Lifecycles[compiled.Lifecycle].Definition;
        var stages = StagesOf(definition, fold.IsEntered ? fold.PersonaOf(compiled.Lifecycle) : definition.Personas.Count);
        var id = compiled.Id[(compiled.Id.LastIndexOf('/') + 1)..];
        var rule = stages[compiled.Stage].Segments.FirstOrDefault(candidate => candidate.Id == id)?.When;
        return (rule, new RuleAsked(plan, definition.Zone, compiled.Lifecycle));
    }

    private Missing? MissingStage(CompiledSegment compiled, ProfileFold fold)
    {
        if (compiled.Lifecycle < 0 || fold.StageOf(compiled.Lifecycle) == compiled.Stage)
        {
            return null;
        }
        var definition = plan.Lifecycles[compiled.Lifecycle].Definition;
        return new Missing(MissingKind.StageIs, $"stage(\"{definition.Id}\") == \"{definition.Stages[compiled.Stage].Id}\"", false)
        {
            Subject = new StageExpression(default, definition.Id),
            Operator = ComparisonOperator.Equal,
            Current = fold.StageIdOf(compiled.Lifecycle),
            Target = Values.Value.Of(definition.Stages[compiled.Stage].Id),
        };
    }

    private static IReadOnlyList<StageDefinition> StagesOf(LifecycleDefinition definition, int persona) =>
        persona < definition.Personas.Count ? definition.Personas[persona].Stages : definition.Stages;

    private static string? PersonaId(LifecycleDefinition definition, int persona) =>
        persona < definition.Personas.Count ? definition.Personas[persona].Id : null;

    private static List<TimedEvent> UpTo(IReadOnlyList<TimedEvent> events, long instant) => [.. events.TakeWhile(e => e.At <= instant)];

    private ProfileFold FoldTo(IReadOnlyList<TimedEvent> events, long instant)
    {
        var fold = new ProfileFold(plan);
        foreach (var timed in events)
        {
            fold.Add(timed.Read());
        }
        fold.AdvanceTo(instant);
        return fold;
    }
}
