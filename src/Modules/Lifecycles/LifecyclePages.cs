using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Reads what the pages of lifecycles show for one visitor.</summary>
internal sealed class LifecyclePages(DataHost host, Visitor visitor)
{
    /// <summary>Histories longer than this are read as a sample first, so that the first numbers come at once.</summary>
    public const long SampleFrom = 1_000_000;

    private readonly WorkspaceEngine engine = visitor.Engine;

    public DefinitionService Service { get; } = new(host, visitor.Engine);

    public DraftStore Drafts { get; } = new(visitor.Engine.Id, visitor.UserId);

    public LifecyclesModel List(Text? error = null, string askedId = "")
    {
        var lifecycles = engine.Read(state =>
        {
            var people = StageCounts.Of(state);
            return LifecycleInfo.AllOf(state).Select((info, i) => new ListedLifecycle(info, state.Rules.VersionOf(info.Id), people[i])).ToList();
        });
        var drafts = host.Database.Read(connection => Drafts.All(connection, DefinitionKind.Lifecycle));
        return new LifecyclesModel(lifecycles, [.. drafts.Select(draft => draft.Id)],
            [.. ShippedDefinitions.Lifecycles.Select(file => LifecycleInfo.Of(file.Lifecycle!))], visitor.May(Core.Access.Permission.ChangeDefinitions), error, askedId);
    }

    /// <summary>Null if there is neither a definition in force nor a draft of the visitor's.</summary>
    public LifecycleHead? Head(string id)
    {
        var current = Service.Find(DefinitionKind.Lifecycle, id, null);
        var draft = host.Database.Read(connection => Drafts.Find(connection, DefinitionKind.Lifecycle, id));
        if (current is null && draft is null)
        {
            return null;
        }
        var label = LifecycleFile.Read(current?.Yaml ?? draft!.Yaml, id).Lifecycle?.Label ?? Text.Same(id);
        return new LifecycleHead(id, label, current, draft, Service.NewestNumber(DefinitionKind.Lifecycle, id), visitor);
    }

    public DefineModel Define(LifecycleHead head, Text? refusal = null)
    {
        var file = FileOf(head);
        var findings = Check(head, file);
        var picture = head.Draft is null && file.Lifecycle is { } inForce ? InForce(head, inForce, file.Yaml) : null;
        return new DefineModel(head, file, findings, picture, refusal);
    }

    public static DefinitionFile FileOf(LifecycleHead head) => LifecycleFile.Read(head.Draft?.Yaml ?? head.Current!.Yaml!, head.Id);

    /// <summary>What is wrong with a text under this address: all that its file shows, and an id that is not the address's.</summary>
    public IReadOnlyList<FileFinding> Check(LifecycleHead head, DefinitionFile file)
    {
        var findings = Service.Check([file]).Where(found => ReferenceEquals(found.File, file)).ToList();
        if (file.Id is { } id && id != head.Id)
        {
            findings.Insert(0, new FileFinding(file, new Diagnostic("other_id", Severity.Error, file.IdPlace.Line, file.IdPlace.Column, Text.Same(id), Text.Same(head.Id),
                new Text("Its history and everything that refers to it hang on the id.", "De ese id cuelgan su historia y todo lo que se refiere a él."))));
        }
        return findings;
    }

    /// <summary>Whether other definitions stand in the way of a replay: errors that the draft causes in them.</summary>
    public bool CanReplay(DefinitionFile file) => file.Lifecycle is not null && !Service.Check([file]).Any(found => found.IsError);

    public int StepFor(bool exact) => exact ? 1 : engine.Read(state => state.Staged.History.Count) is var events && events <= SampleFrom ? 1 : (int)Math.Min(1_000, (events / SampleFrom) + 1);

    public LifecycleDefinition? InForceDefinition(string id) => engine.Rules.Definitions.Lifecycles.FirstOrDefault(one => one.Id == id);

    public PictureModel Picture(LifecycleHead head, DefinitionFile file, Simulation simulation)
    {
        var shown = file.Lifecycle!;
        var people = shown.Stages.Select(stage => simulation.Sizes.First(size => size.Stage == stage.Id).Simulated * Math.Max(1, simulation.Step)).ToList();
        return new PictureModel(head.Id, shown, InForceDefinition(head.Id), head.Current?.Version ?? 0, people, simulation.Segments, simulation.Personas, simulation, RuleLines.Of(file.Yaml, shown));
    }

    public SimulationModel SimulationOf(LifecycleHead head, DefinitionFile file, Simulation simulation, string stage)
    {
        var (shown, before) = (file.Lifecycle!, InForceDefinition(head.Id));
        if (!simulation.Stages.Contains(stage))
        {
            stage = simulation.Sizes.OrderByDescending(size => Math.Abs(size.Simulated - size.Current)).First() is var most && most.Current != most.Simulated ? most.Stage : simulation.Stages[^1];
        }
        return new SimulationModel(head, shown, before, simulation, stage, Movers(head, file, simulation, "", "", 0), engine.Read(state => state.Staged.History.Count));
    }

    public MoversModel Movers(LifecycleHead head, DefinitionFile file, Simulation simulation, string from, string to, int skip)
    {
        var stages = Marks(simulation, file.Lifecycle!, InForceDefinition(head.Id));
        var found = Chosen(simulation, from, to);
        skip = Math.Clamp(skip, 0, Math.Max(0, found.Count - 1)) / MoversModel.PageSize * MoversModel.PageSize;
        var page = engine.Read(state => found.Skip(skip).Take(MoversModel.PageSize).Where(mover => state.Staged.Identity.IsProfile(mover.Profile)).Select(mover =>
            new ShownMover(state.Staged.Identity.PublicId(mover.Profile), PersonName.Of(ProfileCard.Of(state, mover.Profile)), mover.From, mover.To, mover.At)).ToList());
        return new MoversModel(head.Id, stages, page, found.Count, simulation.Movers.Count, skip, from, to, visitor.May(Core.Access.Permission.EraseAndExport), visitor.May(Core.Access.Permission.ChangePeople));
    }

    /// <summary>Who moves out of a stage or into one; empty: all.</summary>
    public static List<SimulatedMover> Chosen(Simulation simulation, string from, string to) =>
        [.. simulation.Movers.Where(mover => (from.Length == 0 || simulation.StageName(mover.From) == from) && (to.Length == 0 || simulation.StageName(mover.To) == to))];

    public HistoryModel History(LifecycleHead head, int? chosen)
    {
        var versions = Service.History(DefinitionKind.Lifecycle, head.Id);
        var names = UserNames.Of(host, versions.Select(version => version.AppliedBy));
        var rows = versions.Select(version => new VersionRow(version, names[version.AppliedBy], null)).ToList();
        var row = rows.FirstOrDefault(one => one.Version.Version == chosen);
        var before = row is null ? null : rows.FirstOrDefault(one => one.Version.Version == row.Version.Version - 1);
        return new HistoryModel(head, rows, row is null ? null : row with { Difference = LineDifference.Of(Lines(before?.Version.Yaml), Lines(row.Version.Yaml)) });
    }

    public Task<T> WriteAsync<T>(Func<Microsoft.Data.Sqlite.SqliteConnection, Microsoft.Data.Sqlite.SqliteTransaction, T> write, CancellationToken cancellation) =>
        host.Database.WriteAsync(write, cancellation);

    public Task SaveAsync(DefinitionDraft draft, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        Drafts.Put(connection, transaction, draft with { SavedAt = host.NowMs });
        return 0;
    }, cancellation);

    public Task DiscardAsync(DefinitionKind kind, string id, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        Drafts.Remove(connection, transaction, kind, id);
        return 0;
    }, cancellation);

    internal static string[] Lines(string? yaml) => yaml is null ? [] : yaml.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private PictureModel InForce(LifecycleHead head, LifecycleDefinition shown, string yaml) => engine.Read(state =>
    {
        var index = state.Placement.Plan.LifecycleIndex(head.Id);
        if (index < 0)
        {
            return new PictureModel(head.Id, shown, null, head.Current!.Version, [.. shown.Stages.Select(_ => 0)], new Dictionary<string, int>(), null, null, RuleLines.Of(yaml, shown));
        }
        var members = StageCounts.OfSegments(state);
        var segments = state.Placement.Plan.Lifecycles[index].SubSegments.ToDictionary(segment => state.Placement.Plan.Segments[segment].Id[(head.Id.Length + 1)..], segment => members[segment], StringComparer.Ordinal);
        return new PictureModel(head.Id, state.Placement.Plan.Lifecycles[index].Definition, null, head.Current!.Version, StageCounts.Of(state)[index], segments, null, null, RuleLines.Of(yaml, shown));
    });

    private static List<StageMarkOf> Marks(Simulation simulation, LifecycleDefinition shown, LifecycleDefinition? before) =>
    [
        .. simulation.Stages.Select(id => shown.IndexOf(id) is >= 0 and var index
            ? new StageMarkOf(id, shown.Stages[index].Label, index + 1, shown.Stages.Count)
            : new StageMarkOf(id, before!.Stages[before.IndexOf(id)].Label, before.IndexOf(id) + 1, before.Stages.Count)),
    ];
}
