using System.Globalization;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Faults;

namespace Ciclo.Tests.Simulation;

/// <summary>Clients that send again, as they do after a lost answer or from a queue on a telephone.</summary>
public sealed class RedeliveryTests
{
    private const long Start = 1_795_262_400_000;

    private static readonly TimeSpan[] Later =
        [TimeSpan.Zero, TimeSpan.FromHours(23), TimeSpan.FromHours(25), TimeSpan.FromDays(29)];

    [Fact]
    public async Task An_event_delivered_2_to_10_times_across_restarts_and_up_to_29_days_later_has_one_effect()
    {
        var (sent, repeated) = (0, 0L);
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var events = random.Next(5, 40);
            var copies = await DeliverAsync(seed, random, events, deliversAgain: true);
            var once = await DeliverAsync(seed, new Random(seed), events, deliversAgain: false);
            Assert.True(copies.Shown.SequenceEqual(once.Shown), $"seed {seed}: delivered again it shows\n{string.Join('\n', copies.Shown)}\nand once\n{string.Join('\n', once.Shown)}");
            Assert.True(copies.Moves == once.Moves, $"seed {seed}: {copies.Moves} moves made known in place of {once.Moves}");
            Assert.Equal((events, 0L), (once.Kept, once.Duplicates));
            Assert.Equal(events, copies.Kept);
            Assert.InRange(copies.Duplicates, events, events * 9L);
            (sent, repeated) = (sent + events, repeated + copies.Duplicates);
        }
        Figures.Say("F5", $"{sent:N0} events and {repeated:N0} copies of them, after 0 and 23 h, 25 h and 29 d, across 120 restarts, crashes and rebuilds: {sent:N0} counted");
    }

    [Fact]
    public async Task After_30_days_of_receipt_the_same_id_is_another_event()
    {
        var clock = new SimulatedClock(Start);
        await using var engine = await OpenAsync(new SimulatedStorage(1), clock);
        foreach (var (days, kept) in new[] { (0, 1), (29, 1), (1, 2), (29, 2), (32, 3) })
        {
            clock.Advance(TimeSpan.FromDays(days));
            await SendAsync(engine, clock, 1, 1);
            await TurnsAsync(engine);
            Assert.Equal(kept, engine.Read(state => state.Staged.History.Count));
        }
    }

    private static async Task<(List<string> Shown, long Kept, long Duplicates, int Moves)> DeliverAsync(int seed, Random random, int events, bool deliversAgain)
    {
        var (storage, clock) = (new SimulatedStorage(seed), new SimulatedClock(Start));
        var engine = await OpenAsync(storage, clock);
        var copies = Enumerable.Range(0, events).Select(_ => random.Next(2, 11)).ToArray();
        foreach (var number in Enumerable.Range(0, events))
        {
            await SendAsync(engine, clock, number, 1);
            copies[number]--;
        }
        var waited = TimeSpan.Zero;
        foreach (var later in Later)
        {
            clock.Advance(later - waited);
            waited = later;
            foreach (var number in Enumerable.Range(0, events).Where(_ => deliversAgain))
            {
                var now = later == Later[^1] ? copies[number] : random.Next(copies[number] + 1);
                copies[number] -= now;
                await SendAsync(engine, clock, number, now);
            }
            engine = await RestartAsync(engine, storage, clock, seed);
        }
        await TurnsAsync(engine);
        var (shown, kept, duplicates) = engine.Read(state => (EngineDump.Of(state).Where(line => line.StartsWith("prf_", StringComparison.Ordinal)).ToList(), state.Staged.History.Count, state.Staged.Duplicates));
        var moves = engine.Feed.Read(null, int.MaxValue)!.Count;
        await engine.DisposeAsync();
        return (shown, kept, duplicates, moves);
    }

    /// <summary>A clean end with a checkpoint, a kill, a crash, or a rebuild from the journal.</summary>
    private static async Task<WorkspaceEngine> RestartAsync(WorkspaceEngine engine, SimulatedStorage storage, SimulatedClock clock, int seed)
    {
        await TurnsAsync(engine);
        switch (seed % 4)
        {
            case 0:
                await engine.DisposeAsync();
                storage.Kill();
                break;
            case 1:
                await engine.CheckpointAsync(CancellationToken.None);
                storage.Kill();
                break;
            case 2:
                storage.Crash();
                break;
            default:
                await engine.RebuildAsync(CancellationToken.None);
                return engine;
        }
        try
        {
            await engine.DisposeAsync();
        }
        catch (Exception error) when (error is JournalFailedException or IOException or ObjectDisposedException)
        {
            // The machine under it is gone.
        }
        return await OpenAsync(storage, clock);
    }

    private static Task<WorkspaceEngine> OpenAsync(SimulatedStorage storage, SimulatedClock clock) =>
        WorkspaceEngine.OpenAsync("default", storage, EngineRules.All[0], clock, FoldCrew.Inline, FoldCrew.Inline, new JournalOptions { Salt = 1 }, CancellationToken.None);

    private static async Task TurnsAsync(WorkspaceEngine engine)
    {
        while (await engine.TurnAsync(CancellationToken.None))
        {
        }
    }

    private static async Task SendAsync(WorkspaceEngine engine, SimulatedClock clock, int number, int times)
    {
        // The instant is the client's, so that a copy says the same; revenue tells events apart.
        var item = string.Create(CultureInfo.InvariantCulture,
            $$"""{"type":"track","userId":"u{{number % 7}}","messageId":"m{{number}}","timestamp":"2026-11-21T10:00:00Z","event":"Order Completed","properties":{"revenue":{{number}}} }""");
        for (; times > 0; times--)
        {
            var frame = new FrameBuilder();
            new Admission(MessageIds.FromSystem()).Read(
                Encoding.UTF8.GetBytes($$"""{"batch":[{{item}}]}"""), new RequestFacts(null, clock.NowMs), frame);
            await engine.AppendAsync(frame.Payload.ToArray(), CancellationToken.None);
        }
    }
}
