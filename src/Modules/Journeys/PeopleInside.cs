using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Journeys;

/// <summary>The runs of the people that a turn meets, as they are in the records and as the turn goes on. For one turn.</summary>
internal sealed class PeopleInside(DataHost host, string workspace)
{
    private readonly Dictionary<(string Journey, string Person), List<Run>> runs = [];

    /// <summary>Who is about to enter in this turn, and when: nobody enters twice at a time.</summary>
    private readonly Dictionary<(string Journey, string Person), long> entering = [];

    /// <summary>Looks up the runs of a row's person.</summary>
    public void Meet(WatchRow row) => Of(row.Version.Journey.Id, row.Identifiers);

    /// <summary>Whether the journey's way of letting people in again allows it.</summary>
    public bool MayEnter(Entrant entrant)
    {
        var entry = entrant.Version.Journey.Entry;
        var (journey, person) = (entrant.Version.Journey.Id, entrant.Identifiers[0]);
        var before = Of(journey, entrant.Identifiers).Where(run => run.Status is not (RunStatus.Untrue or RunStatus.Missed)).ToList();
        var last = before.Select(run => run.EnteredAt).Concat(entering.TryGetValue((journey, person), out var at) ? [at] : []).DefaultIfEmpty(long.MinValue).Max();
        return last == long.MinValue || (!entry.IsOnce && !entering.ContainsKey((journey, person)) && !before.Exists(run => run.Status == RunStatus.Active && run.EnteredAt <= entrant.At)
            && entrant.At - last >= entry.AfterMs);
    }

    public Entrant Entering(Entrant entrant)
    {
        entering[(entrant.Version.Journey.Id, entrant.Identifiers[0])] = entrant.At;
        return entrant;
    }

    /// <summary>A number for an entry that nothing but a request tells of: below zero, so that it is none of the ledger's.</summary>
    public int RequestNumber(Entrant entrant) =>
        Of(entrant.Version.Journey.Id, entrant.Identifiers).Where(run => run.Version == entrant.Version.Version).Select(run => run.Entry).Append(0).Min() - 1;

    /// <summary>The runs of a row's version that its person is or was in.</summary>
    public IEnumerable<Run> Inside(WatchRow row) => Of(row.Version.Journey.Id, row.Identifiers).Where(run => run.Version == row.Version.Version && run.EnteredAt <= row.At);

    public void Add(Run run, IReadOnlyList<string> identifiers) => Of(run.Journey, identifiers).Add(run);

    private List<Run> Of(string journey, IReadOnlyList<string> identifiers)
    {
        if (!runs.TryGetValue((journey, identifiers[0]), out var known))
        {
            runs.Add((journey, identifiers[0]), known = host.Database.Read(connection => RunStore.OfPerson(connection, workspace, journey, identifiers)));
        }
        return known;
    }
}
