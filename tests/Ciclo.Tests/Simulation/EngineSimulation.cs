using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Simulation;

/// <summary>
/// One random life of a workspace on a simulated disk, network and clock. It is driven turn by turn from one thread, so a seed replays exactly.
/// What must hold is asked for after each quiet moment: see <see cref="CheckAsync"/>.
/// </summary>
internal sealed class EngineSimulation
{
    private readonly Random random;
    private readonly SimulatedStorage storage;
    private readonly SimulatedClock clock = new(1_795_262_400_000);
    private readonly EngineClients clients;
    private readonly SimulatedNetwork network;
    private readonly Admission admission;
    private readonly FrameBuilder frame = new();
    private readonly List<byte[]> acknowledged = [];
    private readonly List<byte[]> doubtful = [];
    private readonly JournalOptions options;
    private readonly HistoryOptions history;
    private readonly List<string> story = [];
    private WorkspaceRules rules = EngineRules.All[0];
    private WorkspaceEngine engine = null!;
    private uint lastImport;
    private int commands;
    private long latest = 1_795_262_400_000;

    public EngineSimulation(int seed)
    {
        random = new Random(seed);
        storage = new SimulatedStorage(seed);
        clients = new EngineClients(new Random(seed + 1));
        network = new SimulatedNetwork(new Random(seed + 3));
        var ids = new Random(seed + 2);
        admission = new Admission(new MessageIds(ids.NextBytes));
        // Memory for hardly an event, so that files are written and merged all the time; or for all.
        history = random.Next(2) == 0 ? new HistoryOptions { MemoryBytes = 1, FanIn = 2 + random.Next(3) } : new HistoryOptions();
        options = new JournalOptions { Salt = (ulong)seed, SegmentBytes = random.Next(2) == 0 ? 20_000 : 1 << 20 };
        Steps = random.Next(15, 60);
    }

    public int Steps { get; set; }

    /// <summary>What was done, one line a step.</summary>
    public IReadOnlyList<string> Story => story;

    public async Task RunAsync()
    {
        try
        {
            await OpenAsync();
            for (var step = 0; step < Steps; step++)
            {
                await SurviveAsync(ActAsync);
            }
            storage.FaultAt = 0;
            await SurviveAsync(() => network.HealAsync(TakeAsync));
            clock.Advance(TimeSpan.FromDays(random.Next(1, 3)));
            await SurviveAsync(CheckAsync);
            network.HoldAllArrived(EngineChecks.Frames(engine));
            await CheckNothingIsNewAfterAsync("a clean restart", async () =>
            {
                await engine.DisposeAsync();
                storage.Kill();
                await OpenAsync();
            });
            await CheckNothingIsNewAfterAsync("a rebuild", () => engine.RebuildAsync(CancellationToken.None));
        }
        finally
        {
            storage.FaultAt = 0;
            await AbandonAsync();
        }
    }

    private async Task ActAsync()
    {
        var dice = random.Next(100);
        await (dice switch
        {
            < 32 => SendAsync(),
            < 46 => TurnAsync(),
            < 58 => PassTimeAsync(),
            < 63 => CommandAsync(),
            < 70 => ImportAsync(),
            < 73 => UndoAsync(),
            < 79 => CheckpointAsync(),
            < 85 => ApplyAsync(),
            < 87 => RebuildAsync(),
            < 90 => CheckAsync(),
            < 93 => KillAsync(),
            < 97 => CrashAsync(),
            _ => PlanPowerCutAsync(),
        });
    }

    private async Task SendAsync() => Tell("send: " + await network.SendAsync(clients.Batch(clock.NowMs), TakeAsync));

    /// <summary>What the server does with a request: nothing of a body that cannot be read is kept.</summary>
    private async Task<bool> TakeAsync(ReadOnlyMemory<byte> body)
    {
        frame.Clear();
        var result = admission.Read(body.Span, new RequestFacts(null, clock.NowMs), frame);
        if (result.Error != BodyError.None)
        {
            return false;
        }
        await AppendAsync(frame.Payload.ToArray());
        return true;
    }

    private async Task AppendAsync(byte[] payload)
    {
        try
        {
            await engine.AppendAsync(payload, CancellationToken.None);
        }
        catch (JournalFailedException)
        {
            doubtful.Add(payload);
            throw;
        }
        acknowledged.Add(payload);
    }

    private async Task AppendAsync<T>(RecordKind kind, T body, JsonTypeInfo<T> type)
    {
        frame.Clear();
        frame.Begin(kind);
        using (var json = new Utf8JsonWriter(frame))
        {
            JsonSerializer.Serialize(json, body, type);
        }
        frame.End();
        await AppendAsync(frame.Payload.ToArray());
    }

    private async Task TurnAsync()
    {
        Tell("turn");
        await engine.TurnAsync(CancellationToken.None);
    }

    private Task PassTimeAsync()
    {
        var by = random.Next(10) switch
        {
            0 => TimeSpan.FromDays(random.Next(10, 32)),
            1 or 2 => Back(),
            3 => TimeSpan.FromHours(1),
            < 7 => TimeSpan.FromHours(random.Next(1, 80)),
            _ => TimeSpan.FromMilliseconds(random.Next(1, 5_000_000)),
        };
        Tell($"time {by}");
        clock.Advance(by);
        latest = Math.Max(latest, clock.NowMs);
        return Task.CompletedTask;
    }

    /// <summary>An hour back, or forward to where it went back from: the clock is never further behind than that.</summary>
    private TimeSpan Back() => TimeSpan.FromMilliseconds(Math.Max(-(double)Durations.Hour, latest - Durations.Hour - clock.NowMs));

    private async Task CommandAsync()
    {
        var (a, b) = (clients.Identifier(), clients.Identifier());
        if (a == b)
        {
            return;
        }
        var record = new IdentityCommandRecord((IdentityCommandKind)random.Next(3), a, b, clock.NowMs, "c" + commands++, "test");
        Tell($"{record.Kind} {a} {b}");
        await AppendAsync(RecordKind.IdentityCommand, record, RecordJson.Default.IdentityCommandRecord);
    }

    private async Task ImportAsync()
    {
        lastImport++;
        var replaces = random.Next(3) == 0;
        Tell($"import {lastImport}{(replaces ? " that replaces" : "")}");
        await AppendAsync(RecordKind.ImportStarted, new ImportStartedRecord(lastImport, "shop", "f", clock.NowMs), RecordJson.Default.ImportStartedRecord);
        for (var frames = random.Next(1, 3); frames > 0; frames--)
        {
            frame.Clear();
            for (var left = random.Next(1, 5); left > 0; left--)
            {
                clients.Import(frame, lastImport, replaces, clock.NowMs);
            }
            await AppendAsync(frame.Payload.ToArray());
            if (random.Next(3) == 0)
            {
                await TurnAsync();
            }
        }
        await AppendAsync(RecordKind.ImportEnded, new ImportEndedRecord(lastImport, clock.NowMs, 1, 0, 0), RecordJson.Default.ImportEndedRecord);
    }

    private async Task UndoAsync()
    {
        if (lastImport == 0)
        {
            return;
        }
        var id = (uint)random.Next(1, (int)lastImport + 1);
        Tell($"undo {id}");
        await AppendAsync(RecordKind.ImportUndone, new ImportUndoneRecord(id, clock.NowMs, "test"), RecordJson.Default.ImportUndoneRecord);
    }

    private Task CheckpointAsync()
    {
        Tell("checkpoint");
        return engine.CheckpointAsync(CancellationToken.None);
    }

    private async Task ApplyAsync()
    {
        // The records hold the new rules before the engine hears of them: a crash in between starts under the new ones.
        var number = random.Next(EngineRules.All.Count);
        rules = EngineRules.All[number];
        Tell($"apply {number}");
        await engine.ApplyAsync(rules, CancellationToken.None);
    }

    private async Task RebuildAsync()
    {
        Tell("rebuild");
        await engine.RebuildAsync(CancellationToken.None);
    }

    private async Task KillAsync()
    {
        Tell("kill");
        storage.Kill();
        await AbandonAsync();
        await OpenAsync();
    }

    private async Task CrashAsync()
    {
        Tell("crash");
        storage.Crash();
        await AbandonAsync();
        await OpenAsync();
    }

    private Task PlanPowerCutAsync()
    {
        storage.Fault = Fault.PowerCut;
        storage.FaultAt = storage.Operations + random.Next(1, 12);
        Tell($"power cut at {storage.FaultAt}");
        return Task.CompletedTask;
    }

    /// <summary>Acts; where the power goes meanwhile, starts again as often as it takes.</summary>
    private async Task SurviveAsync(Func<Task> act)
    {
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception error) when (error is JournalFailedException or IOException)
            {
                Tell($"down at: {storage.Faulted}");
                storage.Crash();
                await AbandonAsync();
                if (random.Next(3) == 0)
                {
                    await PlanPowerCutAsync();
                }
                act = OpenAsync;
            }
        }
    }

    private async Task OpenAsync() =>
        engine = await WorkspaceEngine.OpenAsync("default", storage, rules, clock, FoldCrew.Inline, FoldCrew.Inline, options, CancellationToken.None, history);

    /// <summary>The process is gone: its threads end, and nothing they still try reaches the disk.</summary>
    private async Task AbandonAsync()
    {
        try
        {
            await engine.DisposeAsync();
        }
        catch (Exception error) when (error is JournalFailedException or IOException or ObjectDisposedException)
        {
            // That is what a machine that is down answers.
        }
    }

    private async Task CheckNothingIsNewAfterAsync(string what, Func<Task> act)
    {
        Tell(what);
        var before = engine.Feed.End;
        await act();
        await CheckAsync();
        Assert.True(before == engine.Feed.End, $"After {what} the feed has new rows.");
    }

    /// <summary>Nothing acknowledged is lost, places equal the reference's, the feed adds up to them, and no move was made known twice.</summary>
    private async Task CheckAsync()
    {
        while (await engine.TurnAsync(CancellationToken.None))
        {
        }
        Tell("check");
        EngineChecks.Hold(engine, Frames());
    }

    /// <summary>The journal's frames: what was acknowledged, in order, and else only what was on its way when the power went.</summary>
    private List<byte[]> Frames()
    {
        var frames = EngineChecks.Frames(engine).ToList();
        var next = 0;
        foreach (var payload in frames)
        {
            if (next < acknowledged.Count && payload.AsSpan().SequenceEqual(acknowledged[next]))
            {
                next++;
            }
            else
            {
                Assert.Contains(doubtful, candidate => payload.AsSpan().SequenceEqual(candidate));
            }
        }
        Assert.Equal(acknowledged.Count, next);
        return frames;
    }

    private void Tell(string line) => story.Add($"{Instants.Format(clock.NowMs)} {line}");
}
