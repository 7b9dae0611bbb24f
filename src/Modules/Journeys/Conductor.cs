using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>
/// Leads people through journeys: acts on what the feed tells, on requests, and on runs that are due. What a turn decides and how far it read go into one transaction, with what is to be
/// sent: after a crash the same turn is taken again, and nothing is done twice. One turn at a time in a workspace.
/// </summary>
internal sealed class Conductor(DataHost host, IAssignments assignments) : IDisposable
{
    /// <summary>Rows, requests and due runs of one turn, at most.</summary>
    public const int MostAtOnce = 1_000;

    private const string Treated = "treated";

    private readonly JourneyShelf shelf = JourneyShelf.Of(host);
    private readonly HashSet<JourneyVersion> defined = [];
    private readonly SemaphoreSlim one = new(1, 1);

    public void Dispose() => one.Dispose();

    /// <summary>Acts on some of what there is to do; false if there was nothing.</summary>
    public async Task<bool> TurnAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            return await ActAsync(engine, cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Takes everybody out of a journey, with what has not left for them yet; between two turns, so that no turn lets them in again.</summary>
    public async Task EndAllAsync(WorkspaceEngine engine, string journey, Actor by, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await host.Database.WriteAsync((connection, transaction) =>
            {
                var ended = RunStore.EndAll(connection, transaction, engine.Id, journey, "ended", host.NowMs);
                ended.ForEach(version => RunStore.Count(connection, transaction, engine.Id, journey, version.Version, Deeds.EntryStep, -1, "ended", version.Runs));
                MessageOutbox.Cancel(connection, transaction, engine.Id, $"journey/{journey}/");
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(engine.Id, by, AuditActions.JourneyEmptied, journey, $"people={ended.Sum(version => version.Runs)}"));
                return 0;
            }, cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>When there is something to do by the clock alone; null if there is not.</summary>
    public long? NextDue(string workspace) => host.Database.Read(connection =>
    {
        var settings = RecordStore.Settings(connection, workspace);
        var schedules = shelf.InForce(connection, workspace).Where(version => version.Journey.Trigger is ScheduleTrigger && !IsPaused(settings, version.Journey.Id))
            .Select(version => settings.GetValueOrDefault(version.Journey.Id).NextAt ?? 0);
        return schedules.Select(at => (long?)at).Append(RunStore.NextDue(connection, workspace)).Min();
    });

    /// <summary>Where the feed is read from next; its end while no journey was ever published.</summary>
    public long PositionOf(WorkspaceEngine engine) => host.Database.Read(connection => RecordStore.Position(connection, engine.Id)) ?? engine.Feed.End;

    private static bool IsPaused(Dictionary<string, (bool IsPaused, long? NextAt)> settings, string journey) => settings.GetValueOrDefault(journey).IsPaused;

    private async Task<bool> ActAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var now = host.NowMs;
        // Also what people did with tasks, and what a crash left behind, though nobody is led anywhere now.
        await new EventPost(host).SendAsync(engine, cancellation);
        await new ScheduleBoard(host, shelf).AskAsync(engine, now, cancellation);
        var (position, settings, inForce, requests) = host.Database.Read(connection => (
            RecordStore.Position(connection, engine.Id), RecordStore.Settings(connection, engine.Id),
            shelf.InForce(connection, engine.Id).ToDictionary(version => version.Journey.Id, StringComparer.Ordinal), RecordStore.Requests(connection, engine.Id, MostAtOnce)));
        if (position is null && inForce.Count == 0)
        {
            return false;
        }
        var from = position ?? 0;
        var fed = new List<FeedRow>();
        var to = engine.Feed.ReadWatches(from, MostAtOnce, fed);
        var rows = engine.Read(state => FeedReading.Read(state, fed, (journey, version) => host.Database.Read(connection => shelf.Find(connection, engine.Id, journey, version))));
        // What is due is decided by all that is known to have happened before.
        var due = fed.Count >= MostAtOnce ? [] : host.Database.Read(connection => RunStore.Due(connection, engine.Id, now, MostAtOnce));
        if (to == from && due.Count == 0 && requests.Count == 0)
        {
            return false;
        }
        // Looked up before the state is held: those who write to it wait meanwhile.
        var versions = host.Database.Read(connection =>
            due.Select(run => (run.Journey, run.Version)).Distinct().ToDictionary(one => one, one => shelf.Find(connection, engine.Id, one.Journey, one.Version)));
        var people = new PeopleInside(host, engine.Id);
        rows.ForEach(people.Meet);
        var entrants = Entrants(engine, rows, requests, inForce, settings, people, now);
        var arms = await AssignAsync(engine.Id, entrants, now, cancellation);
        var opened = engine.Read(state =>
        {
            using var turn = new Turn(shelf, state, engine.Journal, new BestReach(host, engine.Id));
            Decide(turn, engine.Id, rows, entrants, arms, people, settings, now);
            foreach (var run in due.Where(run => versions[(run.Journey, run.Version)] is not null))
            {
                turn.Wake(turn.Open(run, versions[(run.Journey, run.Version)]!), now);
            }
            return turn.Runs.Values.Where(open => open.IsChanged).ToList();
        });
        await host.Database.WriteAsync((connection, transaction) =>
        {
            var deeds = new Deeds(connection, transaction, engine, now, new BestReach(host, engine.Id));
            opened.ForEach(deeds.Put);
            entrants.ForEach(deeds.Note);
            foreach (var run in due.Where(run => versions[(run.Journey, run.Version)] is null))
            {
                deeds.GiveUp(run);
            }
            foreach (var request in requests)
            {
                if (!inForce.ContainsKey(request.Journey))
                {
                    deeds.Refuse(request, "over");
                }
                RecordStore.CloseRequest(connection, transaction, request.Id);
            }
            deeds.Flush();
            RecordStore.SetPosition(connection, transaction, engine.Id, to);
            return 0;
        }, cancellation);
        await new EventPost(host).SendAsync(engine, cancellation);
        return true;
    }

    /// <summary>Who enters: by rows of the feed that go beyond the ledger, and by requests; as often as the journey lets them.</summary>
    private List<Entrant> Entrants(
        WorkspaceEngine engine, List<WatchRow> rows, List<Request> requests, Dictionary<string, JourneyVersion> inForce, Dictionary<string, (bool IsPaused, long? NextAt)> settings,
        PeopleInside people, long now)
    {
        var entrants = new List<Entrant>();
        var ledgers = new Dictionary<(string, int, string), int>();
        foreach (var row in rows.Where(row => row.IsEntry && inForce.GetValueOrDefault(row.Version.Journey.Id)?.Version == row.Version.Version).OrderBy(row => row.At))
        {
            var key = (row.Version.Journey.Id, row.Version.Version, row.Identifiers[0]);
            if (!ledgers.TryGetValue(key, out var acted))
            {
                acted = host.Database.Read(connection => RunStore.Entries(connection, engine.Id, key.Item1, key.Item2, row.Identifiers));
            }
            // The place shows all entries; those that the ledger has were acted upon, whichever they are by today's evidence.
            if (row.Entries <= acted)
            {
                continue;
            }
            ledgers[key] = acted + 1;
            var properties = row.EventAddress is { } address ? EventRow.Read(engine.Journal, address).Properties : "{}";
            var entrant = new Entrant(row.Version, row.Identifiers, acted + 1, row.At, DataOf(properties), "");
            entrants.Add(
                now - row.At > JourneyLimits.ActWithinMs ? entrant with { Refusal = "missed" }
                : IsPaused(settings, row.Version.Journey.Id) ? entrant with { Refusal = "paused" }
                : !people.MayEnter(entrant) ? entrant with { Refusal = "again" }
                : people.Entering(entrant));
        }
        foreach (var request in requests)
        {
            if (!inForce.TryGetValue(request.Journey, out var version))
            {
                continue;
            }
            var identifiers = engine.Read(state => PersonFacts.ProfileOf(state, request.Person) is >= 0 and var profile ? PersonFacts.IdentifiersOf(state, profile) : [request.Person]);
            var entrant = new Entrant(version, identifiers, 0, now, DataOf(request.Data), "");
            entrants.Add(IsPaused(settings, request.Journey) ? entrant with { Refusal = "paused" } : !people.MayEnter(entrant) ? entrant with { Refusal = "again" } : people.Entering(entrant));
        }
        return entrants;
    }

    /// <summary>Who of those who enter gets nothing. A journey that sends nothing that needs consent and holds nobody out has no control group, not even the global one.</summary>
    private async Task<Dictionary<Entrant, bool>> AssignAsync(string workspace, List<Entrant> entrants, long now, CancellationToken cancellation)
    {
        var arms = new Dictionary<Entrant, bool>(ReferenceEqualityComparer.Instance);
        foreach (var entrant in entrants.Where(entrant => entrant.Refusal.Length == 0))
        {
            arms.Add(entrant, false);
        }
        var measured = arms.Keys.Where(entrant => entrant.Version.Program.IsMeasured).ToList();
        if (measured.Count > 0)
        {
            await host.Database.WriteAsync((connection, transaction) =>
            {
                foreach (var version in measured.Select(entrant => entrant.Version).Distinct().Where(version => !defined.Contains(version)))
                {
                    ExperimentBook.Define(connection, transaction, workspace, DraftOf(version.Journey), now);
                }
                foreach (var entrant in measured)
                {
                    var journey = entrant.Version.Journey;
                    arms[entrant] = assignments.Assign(connection, transaction, workspace, ExperimentOf(journey.Id), entrant.Identifiers, ArmsOf(journey), now) == IAssignments.Control;
                }
                return 0;
            }, cancellation);
            defined.UnionWith(measured.Select(entrant => entrant.Version));
        }
        return arms;
    }

    /// <summary>The name under which a journey's effect is counted.</summary>
    public static string ExperimentOf(string journey) => "journey:" + journey;

    private static ArmShare[] ArmsOf(Journey journey) => journey.Holdout == 0
        ? [new ArmShare(Treated, 1)]
        : [new ArmShare(Treated, 100 - journey.Holdout), new ArmShare(IAssignments.Control, journey.Holdout)];

    private static ExperimentDraft DraftOf(Journey journey) => new(
        ExperimentOf(journey.Id), journey.Label.En, [new ArmShare(Treated, 100 - Math.Max(journey.Holdout, 1)), new ArmShare(IAssignments.Control, Math.Max(journey.Holdout, 1))],
        journey.Goal is { Happening: { IsEvent: true } goal } ? goal.Text : "\"Order Completed\"", journey.Goal?.Value ?? "orders",
        WindowDays: (int)Math.Clamp((journey.Goal?.WithinMs ?? 7 * Durations.Day) / Durations.Day, 1, 365), Href: "/journeys/" + journey.Id);

    /// <summary>Takes rows and entries in the order of their instants: of one instant, what lets people out or on comes before what lets them in.</summary>
    private void Decide(
        Turn turn, string workspace, List<WatchRow> rows, List<Entrant> entrants, Dictionary<Entrant, bool> arms, PeopleInside people, Dictionary<string, (bool IsPaused, long? NextAt)> settings, long now)
    {
        var steps = rows.Where(row => !row.IsEntry).Select(row => (row.At, Order: 0, Row: (WatchRow?)row, Entrant: (Entrant?)null))
            .Concat(entrants.Where(arms.ContainsKey).Select(entrant => (entrant.At, Order: 1, Row: (WatchRow?)null, Entrant: (Entrant?)entrant)))
            .OrderBy(step => step.At).ThenBy(step => step.Order);
        foreach (var (at, _, row, entrant) in steps)
        {
            if (entrant is not null)
            {
                people.Add(turn.Enter(entrant with { Ledger = entrant.Ledger > 0 ? entrant.Ledger : people.RequestNumber(entrant) }, workspace, arms[entrant]).Run, entrant.Identifiers);
                continue;
            }
            foreach (var run in people.Inside(row!).Select(known => turn.Open(known, row!.Version)).Where(open => open.Run.Status == RunStatus.Active).ToList())
            {
                if (row!.TakesEntryBack)
                {
                    if (run.Run.EnteredAt == row.At)
                    {
                        Turn.End(run, RunStatus.Untrue, now, "untrue");
                    }
                }
                else if (row.IsOn && !row.IsWithdrawn && row.Watch != JourneyProgram.Start)
                {
                    turn.Hear(run, row.Watch, at, IsPaused(settings, row.Version.Journey.Id));
                }
            }
        }
    }

    /// <summary>What a run begins with: the properties of the event, none of them where they are too many to carry along.</summary>
    private static string DataOf(string properties) => properties.Length <= JourneyLimits.LargestData ? properties : "{}";
}

/// <summary>Limits of journeys that are not in their files.</summary>
internal static class JourneyLimits
{
    /// <summary>What was due longer ago than this is recorded as missed, and not done.</summary>
    public const long ActWithinMs = 24 * Durations.Hour;

    /// <summary>Characters of JSON that a run begins with.</summary>
    public const int LargestData = 16 * 1024;
}
