using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>A lifecycle as pages name it: its stages in order, with their labels.</summary>
public sealed record LifecycleInfo(string Id, Text Label, IReadOnlyList<StageInfo> Stages)
{
    public static IReadOnlyList<LifecycleInfo> AllOf(EngineState state) => [.. state.Placement.Plan.Lifecycles.Select(lifecycle => Of(lifecycle.Definition))];

    public static LifecycleInfo Of(LifecycleDefinition definition) =>
        new(definition.Id, definition.Label, [.. definition.Stages.Select(stage => new StageInfo(stage.Id, stage.Label))]);

    public int IndexOf(string stage) => Stages.TakeWhile(one => one.Id != stage).Count() is var index && index < Stages.Count ? index : -1;

    public StageMark Mark(int stage, Locale locale) => new(locale.Say(Stages[stage].Label), stage + 1, Stages.Count);

    /// <summary>The mark of a stage by its id; null for one that the lifecycle no longer has.</summary>
    public StageMark? Mark(string stage, Locale locale) => IndexOf(stage) is >= 0 and var index ? Mark(index, locale) : null;

    /// <summary>The lifecycle that pages open with: the one called customer, else the first.</summary>
    public static int DefaultOf(IReadOnlyList<LifecycleInfo> lifecycles)
    {
        var index = lifecycles.TakeWhile(lifecycle => lifecycle.Id != "customer").Count();
        return index < lifecycles.Count ? index : 0;
    }
}

public sealed record StageInfo(string Id, Text Label);

/// <summary>A segment as pages name it. A sub-segment says whose it is: <see cref="Lifecycle"/> and <see cref="Stage"/> (its index), else null and -1.</summary>
public sealed record SegmentInfo(string Id, Text Label, string? Lifecycle, int Stage)
{
    public static IReadOnlyList<SegmentInfo> AllOf(EngineState state) =>
    [
        .. state.Placement.Plan.Segments.Select(segment => new SegmentInfo(segment.Id, segment.Label,
            segment.Lifecycle < 0 ? null : state.Placement.Plan.Lifecycles[segment.Lifecycle].Definition.Id, segment.Lifecycle < 0 ? -1 : segment.Stage)),
    ];
}
