using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Journeys;

/// <summary>People at a step: who came by, who waits there now, by the branch taken, and what became of what the step does.</summary>
public sealed record StepFigures(long Visits, long Here, IReadOnlyDictionary<int, long> Ways, IReadOnlyDictionary<string, long> Outcomes)
{
    public static StepFigures None { get; } = new(0, 0, new Dictionary<int, long>(), new Dictionary<string, long>());
}

/// <summary>How a journey stands over all its versions. <see cref="Ends"/>: of those who entered, by how they ended or why they were not let in.</summary>
public sealed record JourneyFigures(long Entered, long Inside, long Control, IReadOnlyDictionary<string, long> Ends, IReadOnlyDictionary<string, StepFigures> Steps)
{
    public static JourneyFigures Of(DataHost host, string workspace, string journey) => host.Database.Read(connection =>
    {
        var counts = RunStore.Counts(connection, workspace, journey);
        var standing = RunStore.Standing(connection, workspace, journey).Where(one => one.Status == RunStatus.Active).ToLookup(one => one.Step, one => one.People, StringComparer.Ordinal);
        var ends = counts.Where(count => count.Step == Deeds.EntryStep).GroupBy(count => count.Outcome).ToDictionary(group => group.Key, group => group.Sum(count => count.Visits), StringComparer.Ordinal);
        var steps = counts.Where(count => count.Step != Deeds.EntryStep).GroupBy(count => count.Step).ToDictionary(
            group => group.Key,
            group =>
            {
                var arrivals = group.Where(count => count.Way < 0).Sum(count => count.Visits);
                return new StepFigures(
                    arrivals > 0 ? arrivals : group.Sum(count => count.Visits), standing[group.Key].Sum(),
                    group.Where(count => count.Way >= 0).GroupBy(count => count.Way).ToDictionary(way => way.Key, way => way.Sum(count => count.Visits)),
                    group.Where(count => count.Outcome.Length > 0).GroupBy(count => count.Outcome).ToDictionary(outcome => outcome.Key, outcome => outcome.Sum(count => count.Visits), StringComparer.Ordinal));
            },
            StringComparer.Ordinal);
        return new JourneyFigures(ends.GetValueOrDefault("entered"), standing.Sum(group => group.Sum()), ends.GetValueOrDefault("control"), ends, steps);
    });
}
