using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A segment in the list. <see cref="UsedBy"/>: ids of definitions whose rules name it. <see cref="Version"/>: 0 for a sub-segment, which has its lifecycle's.</summary>
public sealed record ListedSegment(SegmentInfo Info, int Version, int Members, IReadOnlyList<string> UsedBy);

public sealed record SegmentsModel(
    IReadOnlyList<ListedSegment> Segments, int People, IReadOnlyList<LifecycleInfo> Lifecycles, IReadOnlyList<string> Drafts, IReadOnlyList<string> Chosen, bool MayChange, Text? Error, string AskedId);

public sealed record SegmentSizesModel(IReadOnlyList<ListedSegment> Segments, SegmentReplay Replay);

public sealed record OverlapModel(IReadOnlyList<SegmentInfo> Segments, SegmentReplay Replay);

/// <summary>One segment: its rule as a form where the form can say it (<see cref="Form"/>), and as text.</summary>
public sealed record SegmentModel(DefinitionHead Head, DefinitionFile File, IReadOnlyList<FileFinding> Findings, SegmentForm? Form, bool IsText, SegmentNames Names, Text? Refusal)
{
    public bool HasErrors => Findings.Any(found => found.IsError);
}

/// <summary>What the form offers to choose from.</summary>
public sealed record SegmentNames(IReadOnlyList<string> Events, IReadOnlyList<string> Properties, IReadOnlyList<string> Traits, IReadOnlyList<LifecycleInfo> Lifecycles, IReadOnlyList<SegmentInfo> Segments);

public sealed record FormModel(DefinitionHead Head, SegmentForm Form, SegmentNames Names, string Text, Text? Error);

public sealed record SamplePerson(string Id, string Name);

/// <summary><see cref="Before"/>: members in force, null where there are none to compare with.</summary>
public sealed record PreviewModel(string Id, SegmentReplay Replay, int? Before, IReadOnlyList<SamplePerson> Sample, bool ShowsPeople, bool IsDraft);

/// <summary>A finer group of a stage, which is written in its lifecycle's file.</summary>
public sealed record SubSegmentModel(string Id, Text Label, LifecycleInfo Lifecycle, int Stage, Rule? Rule, int Members, bool MayExport);
