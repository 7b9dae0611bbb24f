using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Explain;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>Explains a profile's place from the engine's state: the same answer for the command, the API and the pages.</summary>
public static class Explanations
{
    /// <summary>Why a profile is in its stage; null if there is no such lifecycle.</summary>
    public static StageExplanation? OfStage(EngineState state, int profile, string lifecycle, long at)
    {
        var plan = state.Placement.Plan;
        var index = plan.LifecycleIndex(lifecycle);
        return index < 0 ? null : new Explainer(plan).ExplainStage(index, state.Rules.VersionOf(lifecycle), EventsOf(state, profile), at);
    }

    /// <summary>What the persona is called that an explanation names; null if it names none.</summary>
    public static Text? PersonaOf(EngineState state, StageExplanation? explained) => explained?.Persona is not { } id ? null
        : state.Placement.Plan.Lifecycles[state.Placement.Plan.LifecycleIndex(explained.Lifecycle)].Definition.Personas.FirstOrDefault(persona => persona.Id == id)?.Label;

    /// <summary>Why a profile is or is not in a segment; null if there is no such segment.</summary>
    public static SegmentExplanation? OfSegment(EngineState state, int profile, string segment, long at)
    {
        var plan = state.Placement.Plan;
        var index = plan.SegmentIndex(segment);
        return index < 0 ? null : new Explainer(plan).ExplainSegment(index, VersionOf(state, segment), EventsOf(state, profile), at);
    }

    private static int VersionOf(EngineState state, string segment)
    {
        // A sub-segment is part of its lifecycle's file.
        var slash = segment.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? state.Rules.Versions.GetValueOrDefault("segment:" + segment) : state.Rules.VersionOf(segment[..slash]);
    }

    private static List<TimedEvent> EventsOf(EngineState state, int profile) =>
        state.Staged.History.Read(state.Staged.Identity.MembersOf(profile));
}
