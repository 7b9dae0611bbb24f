using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Explain;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A lifecycle in the list: people by stage, as of now.</summary>
public sealed record ListedLifecycle(LifecycleInfo Info, int Version, IReadOnlyList<int> People);

public sealed record LifecyclesModel(
    IReadOnlyList<ListedLifecycle> Lifecycles, IReadOnlyList<string> Drafts, IReadOnlyList<LifecycleInfo> Frameworks, bool MayChange, Text? Error, string AskedId);

/// <summary>What stands over every tab of a lifecycle or segment. <see cref="Current"/> is null for one that only a draft has.</summary>
public sealed record DefinitionHead(DefinitionKind Kind, string Id, Text Label, DefinitionVersion? Current, DefinitionDraft? Draft, int Versions, Visitor Visitor)
{
    public bool MayChange => Visitor.May(Permission.ChangeDefinitions);

    /// <summary>The number that the draft would get.</summary>
    public int Next => Versions + 1;

    public string Path => $"/{SectionOf(Kind)}/{Id}";

    public static string SectionOf(DefinitionKind kind) => kind == DefinitionKind.Lifecycle ? "lifecycles" : "segments";
}

/// <summary>The tab with picture and text. <see cref="File"/> is the draft, or what is in force.</summary>
public sealed record DefineModel(DefinitionHead Head, DefinitionFile File, IReadOnlyList<FileFinding> Findings, PictureModel? Picture, Text? Refusal)
{
    public bool HasErrors => Findings.Any(found => found.IsError);
}

/// <summary>
/// Stages in order with their people. <see cref="Before"/>: the definition in force, null where the picture shows that one itself.
/// <see cref="Simulation"/> is null where <see cref="People"/> were read off the places.
/// </summary>
public sealed record PictureModel(
    string Id, LifecycleDefinition Shown, LifecycleDefinition? Before, int Version, IReadOnlyList<int> People, IReadOnlyDictionary<string, int> Segments,
    IReadOnlyList<int>? Personas, Simulation? Simulation, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>How many times as many people there are as were read.</summary>
    public int Scale => Math.Max(1, Simulation?.Step ?? 1);

    /// <summary>Half of the 95% interval of a number that was read off a sample, already scaled.</summary>
    public long Margin(int counted) => Simulation is not { Step: > 1, Profiles: > 0 } sample ? 0
        : (long)Math.Ceiling(1.96 * Scale * Math.Sqrt(counted * (1 - ((double)counted / sample.Profiles))));

    public int? ChangeOf(int stage) => Simulation is null || Before is null ? null
        : Simulation.Sizes.FirstOrDefault(size => size.Stage == Shown.Stages[stage].Id) is { } size ? (size.Simulated - size.Current) * Scale : null;

    public Rule? RuleBefore(string stage) => Before?.Stages.FirstOrDefault(one => one.Id == stage)?.When;
}

/// <summary>A draft held against the version in force.</summary>
public sealed record SimulationModel(DefinitionHead Head, LifecycleDefinition Shown, LifecycleDefinition? Before, Simulation Simulation, string Stage, MoversModel Movers, long Events);

public sealed record ShownMover(string Id, string Name, int From, int To, long At);

/// <summary>A page of those who would be elsewhere. <see cref="From"/> and <see cref="To"/> filter by stage id; empty: all.</summary>
public sealed record MoversModel(string Lifecycle, IReadOnlyList<StageMarkOf> Stages, IReadOnlyList<ShownMover> Page, int Total, int All, int Skip, string From, string To, bool MayExport, bool MayKeep)
{
    public const int PageSize = 25;
}

/// <summary>A stage of either definition as a page marks it.</summary>
public sealed record StageMarkOf(string Id, Text Label, int Position, int Count);

public sealed record VersionRow(DefinitionVersion Version, Text By, IReadOnlyList<(LineChange Change, string Part)>? Difference);

public sealed record HistoryModel(DefinitionHead Head, IReadOnlyList<VersionRow> Rows, VersionRow? Chosen);

public sealed record ExplainModel(DefinitionHead Head, string Who, string At, StageExplanation? Explained, Text? Persona, string? PersonId, string? PersonName, Text? Refusal);

/// <summary>A page for an address of a lifecycle or segment that is not there.</summary>
public sealed record Missing(string Section, string Id);
