using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Server;
using Ciclo.Tests.Simulation;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys.Tests;

/// <summary>A data directory under a clock that moves when a test says so; journeys act when it says so, too.</summary>
internal sealed class JourneyWorld : IAsyncDisposable, IAssignments
{
    public const long Start = 1_767_225_600_000;
    private int events;

    private JourneyWorld(string folder, SimulatedClock clock) => (Folder, Clock) = (folder, clock);

    public string Folder { get; }

    public SimulatedClock Clock { get; }

    public DataHost Host { get; private set; } = null!;

    public WorkspaceEngine Engine { get; private set; } = null!;

    public Conductor Conductor { get; private set; } = null!;

    /// <summary>Identifiers that land in control groups.</summary>
    public HashSet<string> Held { get; } = [];

    public static async Task<JourneyWorld> OpenAsync()
    {
        var world = new JourneyWorld(Directory.CreateTempSubdirectory("ciclo-journeys-").FullName, new SimulatedClock(Start));
        await world.StartAsync();
        return world;
    }

    public async Task RestartAsync()
    {
        Conductor.Dispose();
        await Host.DisposeAsync();
        await StartAsync();
    }

    public async Task<int> ApplyAsync(params string[] yamls)
    {
        var (findings, applied) = await new DefinitionService(Host, Engine).ApplyAsync([.. yamls.Select(yaml => DefinitionFile.Read(yaml, "test"))], Actor.CommandLine, default);
        Assert.DoesNotContain(findings, found => found.IsError);
        return applied[^1].Version;
    }

    /// <summary>Somebody does something; <paramref name="agoMs"/> earlier than now.</summary>
    public Task DoAsync(string user, string name, string properties = "{}", long agoMs = 0, string? id = null) =>
        AppendAsync(frame => OwnEvents.Track(frame, Identifier.UserId(user), id ?? $"e{++events}", name, System.Text.Encoding.UTF8.GetBytes(properties), false, Host.NowMs - agoMs, Host.NowMs));

    public async Task AppendAsync(Action<FrameBuilder> add)
    {
        var frame = new FrameBuilder();
        add(frame);
        await Engine.FoldedAsync(await Engine.AppendAsync(frame.Payload, default), default);
    }

    /// <summary>Lets time pass, and everything act that is due by then.</summary>
    public async Task PassAsync(long ms)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(ms));
        await SettleAsync();
    }

    public async Task SettleAsync()
    {
        // A tick of the engine takes the deadlines of the passed time in; its moves are in the feed once something later is folded.
        await DoAsync("nobody", "Tick");
        while (await Conductor.TurnAsync(Engine, default))
        {
        }
    }

    public List<Run> Runs(string journey) => Host.Database.Read(connection => RunStore.OfJourney(connection, Engine.Id, journey, null, null, 0, 1_000));

    public Run? RunOf(string journey, string user) => Runs(journey).Where(run => run.Person == "user_id:" + user).OrderByDescending(run => run.EnteredAt).FirstOrDefault();

    public List<Visit> Visits(Run run) => Host.Database.Read(connection => RunStore.Visits(connection, run.Id));

    /// <summary>The messages that were put into the outbox.</summary>
    public IReadOnlyList<MessageOutcome> Messages => Host.Database.Read(connection => MessageOutbox.OutcomesOf(connection, "default", "journey:", null, 1_000));

    public string Assign(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string experiment, IReadOnlyList<string> identifiers, IReadOnlyList<ArmShare> arms, long nowMs) =>
        arms.Count > 1 && identifiers.Any(Held.Contains) ? IAssignments.Control : arms[0].Arm;

    public async ValueTask DisposeAsync()
    {
        Conductor.Dispose();
        await Host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartAsync()
    {
        Host = DataHost.TryOpen(Folder, ModuleList.Migrations, ModuleList.RulesSource, Clock, new JournalOptions())!;
        Engine = await Host.WorkspaceAsync("default", default);
        Conductor = new Conductor(Host, this);
    }
}
