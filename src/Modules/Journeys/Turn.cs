using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>A run as a turn changes it, with the steps that it came by meanwhile.</summary>
internal sealed class OpenRun(Run run, JourneyVersion version, bool isNew)
{
    public Run Run { get; set; } = run;

    public JourneyVersion Version { get; } = version;

    public bool IsNew { get; } = isNew;

    public bool IsChanged { get; set; } = isNew;

    public List<JourneyVisit> Visits { get; } = [];

    public JourneyPosition Position => new(Run.Step.Length == 0 ? JourneyProgram.End : Version.Program.NodeOf(Run.Step), Run.SinceAt, Run.DueAt, Run.Seed);
}

/// <summary>
/// Somebody about to enter. <paramref name="Ledger"/>: the entry's number, 0 where the ledger does not count it; <paramref name="Identifiers"/>: all of the person's, the strongest first;
/// <paramref name="Refusal"/>: why not after all, empty for whoever enters.
/// </summary>
internal sealed record Entrant(JourneyVersion Version, IReadOnlyList<string> Identifiers, int Ledger, long At, string Data, string Refusal);

/// <summary>
/// Decides what becomes of the people in journeys, as of one reading of the workspace's state: entries, exits, what was waited for, and runs that are due, each at its own instant.
/// Nothing is written; <see cref="Conductor"/> does that in one transaction.
/// </summary>
internal sealed class Turn(JourneyShelf shelf, EngineState state, Journal journal, BestReach reach) : IDisposable
{
    private readonly Dictionary<JourneyProgram, (PersonDesk Desk, PersonFacts Facts)?> desks = [];

    /// <summary>Runs that came up in this turn, by their ids.</summary>
    public Dictionary<string, OpenRun> Runs { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var desk in desks.Values)
        {
            desk?.Desk.Dispose();
        }
    }

    public OpenRun Open(Run run, JourneyVersion version) => Runs.TryGetValue(run.Id, out var known) ? known : Runs[run.Id] = new OpenRun(run, version, false);

    /// <summary>Begins a run.</summary>
    public OpenRun Enter(Entrant entrant, string workspace, bool isControl)
    {
        var (version, person) = (entrant.Version, entrant.Identifiers[0]);
        var id = Run.IdOf(workspace, version.Journey.Id, version.Version, person, entrant.Ledger);
        var run = new Run(id, workspace, version.Journey.Id, version.Version, person, entrant.Ledger, RunStatus.Active, "", entrant.At, Instants.Never, entrant.At, null, "", entrant.Data);
        var open = Runs[id] = new OpenRun(run, version, true);
        if (isControl)
        {
            open.Run = run with { Status = RunStatus.Control, EndedAt = entrant.At };
        }
        else if (FactsOf(version, person) is { } facts)
        {
            Settle(open, JourneyMachine.Enter(version.Program, run.Seed, entrant.At, facts, open.Visits));
        }
        else
        {
            End(open, RunStatus.Left, entrant.At, "broken");
        }
        return open;
    }

    /// <summary>Lets a run go on as far as it is due by an instant.</summary>
    public void Wake(OpenRun open, long until)
    {
        while (open.Run is { Status: RunStatus.Active } run && run.DueAt <= until)
        {
            if (FactsOf(open.Version, run.Person) is not { } facts)
            {
                End(open, RunStatus.Left, until, PersonFacts.ProfileOf(state, run.Person) < 0 ? "gone" : "broken");
                return;
            }
            Settle(open, JourneyMachine.Wake(open.Version.Program, open.Position, facts, open.Visits));
        }
    }

    /// <summary>What a watch tells of somebody inside. Of a journey that is paused people are let out, and nobody goes on.</summary>
    public void Hear(OpenRun open, int watch, long at, bool isPaused)
    {
        if (!isPaused)
        {
            Wake(open, at - 1);
        }
        if (open.Run.Status != RunStatus.Active || at < open.Run.EnteredAt)
        {
            return;
        }
        if (open.Version.Program.IsExit(watch))
        {
            // What happened in the instant of the entry let the person in, not out.
            if (at > open.Run.EnteredAt)
            {
                End(open, RunStatus.Left, at, watch == open.Version.Program.GoalWatch ? "goal" : "exit");
            }
        }
        else if (!isPaused && FactsOf(open.Version, open.Run.Person) is { } facts)
        {
            var met = JourneyMachine.Meet(open.Version.Program, open.Position, watch, at, facts, open.Visits);
            if (met != open.Position)
            {
                Settle(open, met);
            }
        }
    }

    public static void End(OpenRun open, RunStatus status, long at, string reason)
    {
        open.Run = open.Run with { Status = status, Step = "", DueAt = Instants.Never, EndedAt = at, Reason = reason };
        open.IsChanged = true;
    }

    private static void Settle(OpenRun open, JourneyPosition position)
    {
        open.IsChanged = true;
        open.Run = position.IsOver
            ? open.Run with { Status = RunStatus.Done, Step = "", SinceAt = position.Since, DueAt = Instants.Never, EndedAt = position.Since }
            : open.Run with { Step = open.Version.Program.Nodes[position.Node].Step.Id, SinceAt = position.Since, DueAt = position.Due };
    }

    private PersonFacts? FactsOf(JourneyVersion version, string person)
    {
        var profile = PersonFacts.ProfileOf(state, person);
        if (profile < 0)
        {
            return null;
        }
        if (!desks.TryGetValue(version.Program, out var known))
        {
            if (shelf.RulesOf(state, version.Program) is { } rules)
            {
                var desk = new PersonDesk(state, rules);
                known = (desk, new PersonFacts(state, journal, version.Program, desk, reach));
            }
            desks.Add(version.Program, known);
        }
        return known?.Facts.Of(profile);
    }
}
