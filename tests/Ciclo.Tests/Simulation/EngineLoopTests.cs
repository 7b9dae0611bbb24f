using System.Globalization;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Simulation;

/// <summary>What the random lives cannot show: the loop itself, threads beside it, sizes, and single faults by name.</summary>
public sealed class EngineLoopTests : IAsyncLifetime
{
    private const long Start = 1_795_262_400_000;

    private readonly SimulatedStorage storage = new(1);
    private readonly SimulatedClock clock = new(Start);
    private readonly CancellationTokenSource stop = new();
    private WorkspaceEngine engine = null!;
    private Task loop = Task.CompletedTask;

    public async Task InitializeAsync() => engine = await OpenAsync();

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await engine.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task A_deadline_is_met_when_the_clock_gets_there_and_not_before()
    {
        loop = Task.Run(() => engine.RunAsync(stop.Token));
        await engine.FoldedAsync(await SendAsync("ana", 1), CancellationToken.None);
        await AsleepAsync();
        var end = engine.Feed.End;
        // It sleeps a minute at most, then looks again. Retention begins ten days and a millisecond after the order.
        clock.Advance(TimeSpan.FromDays(10));
        await AsleepAsync();
        Assert.Equal("onboarding", StageOf());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.Feed.WaitForMoreAsync(end, CancellationToken.None);
        Assert.Equal("retention", StageOf());
        Assert.Equal(Start + (10 * Durations.Day) + 1, engine.Feed.Read(null, 100)![^1].At);
    }

    [Fact]
    public async Task A_loop_at_rest_takes_a_turn_for_each_look_at_the_clock_and_none_besides()
    {
        // Real threads beside the loop: what they end must not wake it to ask again.
        using var crew = new FoldCrew(2);
        using var desk = new FoldCrew(1);
        await engine.DisposeAsync();
        engine = await WorkspaceEngine.OpenAsync("default", storage, EngineRules.All[0], clock, crew, desk, new JournalOptions(), CancellationToken.None);
        loop = Task.Run(() => engine.RunAsync(stop.Token));
        for (var order = 0; order < 200; order++)
        {
            await SendAsync("ana-" + order, 1);
        }
        await engine.RestAsync(CancellationToken.None);
        await AsleepAsync();
        var before = engine.Turns;
        for (var minute = 0; minute < 60; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await engine.RestAsync(CancellationToken.None);
            await AsleepAsync();
        }
        Assert.InRange(engine.Turns - before, 1, 60);
        await stop.CancelAsync();
        await loop;
        await engine.DisposeAsync();
        engine = await OpenAsync();
    }

    [Fact]
    public async Task A_clock_set_back_an_hour_takes_nothing_back_that_a_deadline_made_known()
    {
        await SendAsync("ana", 1);
        await TurnsAsync();
        clock.Advance(TimeSpan.FromDays(10) + TimeSpan.FromMinutes(1));
        await TurnsAsync();
        Assert.Equal("retention", StageOf());
        var end = engine.Feed.End;
        clock.Advance(TimeSpan.FromHours(-1));
        await engine.RebuildAsync(CancellationToken.None);
        await TurnsAsync();
        await engine.DisposeAsync();
        storage.Kill();
        engine = await OpenAsync();
        await engine.ApplyAsync(engine.Rules, CancellationToken.None);
        Assert.Equal(("retention", end), (StageOf(), engine.Feed.End));
    }

    [Fact]
    public async Task Turns_changes_of_rules_rebuilds_checkpoints_and_readers_side_by_side_lose_and_repeat_nothing()
    {
        loop = Task.Run(() => engine.RunAsync(stop.Token));
        var senders = Enumerable.Range(0, 3).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < 120; i++)
            {
                await SendAsync("u" + (i % 40), (sender * 1_000) + i);
            }
        })).ToList();
        var changers = new[]
        {
            Task.Run(async () =>
            {
                for (var i = 0; i < 12; i++)
                {
                    await engine.ApplyAsync(EngineRules.All[i % 6], CancellationToken.None);
                }
            }),
            Task.Run(async () =>
            {
                for (var i = 0; i < 8; i++)
                {
                    await engine.RebuildAsync(CancellationToken.None);
                }
            }),
            Task.Run(() =>
            {
                for (var i = 0; i < 200; i++)
                {
                    engine.Look(Encoding.UTF8.GetBytes("m" + i), 1);
                    Assert.True(engine.Read(state => EngineDump.Of(state).Count) > 0);
                }
            }),
        };
        await Task.WhenAll([.. senders, .. changers]);
        await engine.FoldedAsync(await SendAsync("last", 9_999), CancellationToken.None);
        await engine.ApplyAsync(EngineRules.All[0], CancellationToken.None);
        EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
        Assert.Equal(361, engine.Read(state => state.Staged.History.Count));
    }

    [Fact]
    public async Task More_new_moves_than_a_frame_holds_are_all_made_known()
    {
        const int Rows = 250_000;
        var feed = new Feed(Journal.Open(storage, "big", new JournalOptions()));
        var names = new Names();
        var (lifecycle, from, to) = (names.Add("customer"), names.Add("awareness"), names.Add("acquisition"));
        var rows = new MoveRows(WorkspaceRules.Empty, names);
        rows.Refresh();
        var packed = new FrameBuilder();
        for (var i = 0; i < Rows; i++)
        {
            rows.Write(packed, "prf_aaaaaaaaaaaaaaaaaaaa", new PlacedMove(lifecycle, from, to, i), false, Start);
        }
        feed.Add(packed);
        await feed.FlushAsync();
        Assert.Equal(Enumerable.Range(0, Rows).Select(at => (long)at), feed.Read(null, int.MaxValue)!.Select(row => row.At));
    }

    [Fact]
    public async Task A_full_disk_stops_no_loop_and_what_it_held_back_is_made_known_once_there_is_room()
    {
        await SendAsync("ana", 1);
        storage.Capacity = 0;
        loop = Task.Run(() => engine.RunAsync(stop.Token));
        await AsleepAsync();
        Assert.Equal("onboarding", StageOf());
        Assert.Empty(engine.Feed.Read(null, 10)!);
        storage.Capacity = long.MaxValue;
        var more = engine.Feed.WaitForMoreAsync(engine.Feed.End, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(1));
        await more;
        Assert.Equal(["awareness", "onboarding"], engine.Feed.Read(null, 10)!.Select(row => row.To));
        Assert.False(loop.IsCompleted);
    }

    [Fact]
    public async Task A_rebuild_that_is_cancelled_has_changed_nothing()
    {
        await SendAsync("ana", 1);
        await TurnsAsync();
        var before = engine.Read(EngineDump.Of);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.RebuildAsync(new CancellationToken(canceled: true)));
        await SendAsync("bea", 2);
        await TurnsAsync();
        Assert.Equal(before.Count + 1, engine.Read(EngineDump.Of).Count);
        EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
    }

    private Task<WorkspaceEngine> OpenAsync() =>
        WorkspaceEngine.OpenAsync("default", storage, EngineRules.All[0], clock, FoldCrew.Inline, FoldCrew.Inline, new JournalOptions(), CancellationToken.None);

    private async Task TurnsAsync()
    {
        while (await engine.TurnAsync(CancellationToken.None))
        {
        }
    }

    /// <summary>Returns when the loop waits for the clock.</summary>
    private async Task AsleepAsync()
    {
        while (clock.Waiting == 0)
        {
            await Task.Yield();
        }
    }

    private string StageOf() => engine.Read(state => state.PlaceNames[state.Placement.Of(state.Placement.Places.Profiles().First())!.Moves[^1].To]);

    private async Task<long> SendAsync(string user, int message)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $$"""{"userId":"{{user}}","messageId":"m{{message}}","event":"Order Completed","properties":{"revenue":5} }""");
        var frame = new FrameBuilder();
        new Admission(MessageIds.FromSystem()).Read(Encoding.UTF8.GetBytes(text), new RequestFacts(CallType.Track, clock.NowMs), frame);
        return await engine.AppendAsync(frame.Payload, CancellationToken.None);
    }
}
