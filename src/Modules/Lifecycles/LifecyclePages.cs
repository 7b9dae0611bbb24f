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
internal sealed class LifecyclePages(DataHost host, Visitor visitor) : DefinitionPages(host, visitor, DefinitionKind.Lifecycle)
{
    /// <summary>Histories longer than this are read as a sample first, so that the first numbers come at once.</summary>
    public const long SampleFrom = 1_000_000;

    public LifecyclesModel List(Text? error = null, string askedId = "")
    {
        var lifecycles = Engine.Read(state =>
        {
            var people = StageCounts.Of(state);
            return LifecycleInfo.AllOf(state).Select((info, i) => new ListedLifecycle(info, state.Rules.VersionOf(info.Id), people[i])).ToList();
        });
        return new LifecyclesModel(lifecycles, Drafts,
            [.. ShippedDefinitions.Lifecycles.Select(file => LifecycleInfo.Of(file.Lifecycle!))], Visitor.May(Core.Access.Permission.ChangeDefinitions), error, askedId);
    }

    public DefineModel Define(DefinitionHead head, Text? refusal = null)
    {
        var file = FileOf(head);
        var findings = Check(head, file);
        var picture = head.Draft is null && file.Lifecycle is { } inForce ? InForce(head, inForce, file.Yaml) : null;
        return new DefineModel(head, file, findings, picture, refusal);
    }

    public int StepFor(bool exact) => exact ? 1 : Engine.Read(state => state.Staged.History.Count) is var events && events <= SampleFrom ? 1 : (int)Math.Min(1_000, (events / SampleFrom) + 1);

    public LifecycleDefinition? InForceDefinition(string id) => Engine.Rules.Definitions.Lifecycles.FirstOrDefault(one => one.Id == id);

    public PictureModel Picture(DefinitionHead head, DefinitionFile file, Simulation simulation)
    {
        var shown = file.Lifecycle!;
        var people = shown.Stages.Select(stage => simulation.Sizes.First(size => size.Stage == stage.Id).Simulated * Math.Max(1, simulation.Step)).ToList();
        return new PictureModel(head.Id, shown, InForceDefinition(head.Id), head.Current?.Version ?? 0, people, simulation.Segments, simulation.Personas, simulation, RuleLines.Of(file.Yaml, shown));
    }

    public SimulationModel SimulationOf(DefinitionHead head, DefinitionFile file, Simulation simulation, string stage)
    {
        var (shown, before) = (file.Lifecycle!, InForceDefinition(head.Id));
        if (!simulation.Stages.Contains(stage))
        {
            stage = simulation.Sizes.OrderByDescending(size => Math.Abs(size.Simulated - size.Current)).First() is var most && most.Current != most.Simulated ? most.Stage : simulation.Stages[^1];
        }
        return new SimulationModel(head, shown, before, simulation, stage, Movers(head, file, simulation, "", "", 0), Engine.Read(state => state.Staged.History.Count));
    }

    public MoversModel Movers(DefinitionHead head, DefinitionFile file, Simulation simulation, string from, string to, int skip)
    {
        var stages = Marks(simulation, file.Lifecycle!, InForceDefinition(head.Id));
        var found = Chosen(simulation, from, to);
        skip = Math.Clamp(skip, 0, Math.Max(0, found.Count - 1)) / MoversModel.PageSize * MoversModel.PageSize;
        var page = Engine.Read(state => found.Skip(skip).Take(MoversModel.PageSize).Where(mover => state.Staged.Identity.IsProfile(mover.Profile)).Select(mover =>
            new ShownMover(state.Staged.Identity.PublicId(mover.Profile), PersonName.Of(ProfileCard.Of(state, mover.Profile)), mover.From, mover.To, mover.At)).ToList());
        return new MoversModel(head.Id, stages, page, found.Count, simulation.Movers.Count, skip, from, to, Visitor.May(Core.Access.Permission.EraseAndExport), Visitor.May(Core.Access.Permission.ChangePeople));
    }

    /// <summary>Who moves out of a stage or into one; empty: all.</summary>
    public static List<SimulatedMover> Chosen(Simulation simulation, string from, string to) =>
        [.. simulation.Movers.Where(mover => (from.Length == 0 || simulation.StageName(mover.From) == from) && (to.Length == 0 || simulation.StageName(mover.To) == to))];

    private PictureModel InForce(DefinitionHead head, LifecycleDefinition shown, string yaml) => Engine.Read(state =>
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
