using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Journeys.TeamTasks;

namespace Ciclo.Modules.Journeys.Tests;

/// <summary>People led through journeys, on a clock that stands still between two steps.</summary>
public sealed class ConductorTests
{
    private const string Cart = """
        journey: cart
        trigger: { event: '"Product Added" where price > 10' }
        exits:
          - event: '"Order Completed"'
        steps:
          - id: pause
            wait: 4h
          - id: known
            if: traits.email != null
            then: [{ id: mailable, tag: mailable }]
            else: [{ id: unknown, tag: unknown }]
          - id: answer
            wait_until: { event: '"Cart Viewed"' }
            for: 2d
            met: [{ id: came, task: Call them }]
            timeout: [{ id: lost, set: { trait: lost_cart, value: true } }]
        """;

    [Fact]
    public async Task Somebody_goes_through_waits_and_branches_at_their_own_instants()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Cart);
        await world.PassAsync(1_000);
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.DoAsync("bea", "Product Added", """{"price":3}""");
        var entered = world.Host.NowMs;
        await world.PassAsync(5_000);
        var run = world.RunOf("cart", "ana")!;
        Assert.Equal((RunStatus.Active, "pause", entered, entered + (4 * Durations.Hour)), (run.Status, run.Step, run.EnteredAt, run.DueAt));
        Assert.Null(world.RunOf("cart", "bea"));
        Assert.Contains("\"price\":30", run.Data, StringComparison.Ordinal);

        await world.PassAsync(5 * Durations.Hour);
        run = world.RunOf("cart", "ana")!;
        Assert.Equal(("answer", entered + (4 * Durations.Hour) + (2 * Durations.Day)), (run.Step, run.DueAt));
        await world.DoAsync("ana", "Cart Viewed");
        await world.PassAsync(1_000);
        run = world.RunOf("cart", "ana")!;
        Assert.Equal(RunStatus.Done, run.Status);
        Assert.Equal(
            [("pause", -1, ""), ("known", 1, ""), ("unknown", -1, "done"), ("answer", -1, ""), ("answer", 0, ""), ("came", -1, "done")],
            world.Visits(run).Select(visit => (visit.Step, visit.Way, visit.Outcome)));
        Assert.Single(world.Host.Database.Read(connection => TaskStore.List(connection, "default", new TasksWanted(false), 0, 10)));
    }

    [Fact]
    public async Task Whoever_buys_leaves_and_may_come_again()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Cart);
        await world.PassAsync(1_000);
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.PassAsync(Durations.Hour);
        await world.DoAsync("ana", "Order Completed");
        await world.PassAsync(5 * Durations.Hour);
        Assert.Equal((RunStatus.Left, "exit"), (world.RunOf("cart", "ana")!.Status, world.RunOf("cart", "ana")!.Reason));
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.PassAsync(Durations.Minute);
        await world.PassAsync(3 * Durations.Day);
        Assert.Equal(RunStatus.Done, world.RunOf("cart", "ana")!.Status);
        Assert.Equal(2, world.Runs("cart").Count);
    }

    [Fact]
    public async Task A_restart_a_second_copy_and_a_late_event_repeat_nothing()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Cart);
        await world.PassAsync(Durations.Day);
        await world.DoAsync("ana", "Product Added", """{"price":30}""", id: "once");
        await world.PassAsync(Durations.Minute);
        await world.RestartAsync();
        await world.DoAsync("ana", "Product Added", """{"price":30}""", id: "once");
        await world.PassAsync(Durations.Minute);
        // Earlier than what let the person in: there are two entries now, and the person is inside.
        await world.DoAsync("ana", "Product Added", """{"price":40}""", agoMs: Durations.Hour);
        await world.PassAsync(5 * Durations.Hour);
        await world.RestartAsync();
        await world.PassAsync(Durations.Day);
        Assert.Single(world.Runs("cart"));
        Assert.Equal(1, world.Visits(world.Runs("cart")[0]).Count(visit => visit.Step == "unknown"));
    }

    [Fact]
    public async Task What_happened_before_the_journey_was_applied_or_long_ago_begins_nothing()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.PassAsync(1_000);
        await world.ApplyAsync(Cart);
        await world.PassAsync(3 * Durations.Day);
        await world.DoAsync("ana", "Product Added", """{"price":30}""", agoMs: 4 * Durations.Day);
        await world.DoAsync("bea", "Product Added", """{"price":30}""", agoMs: 2 * Durations.Day);
        await world.PassAsync(1_000);
        Assert.Empty(world.Runs("cart"));
        Assert.Equal(1, JourneyFigures.Of(world.Host, "default", "cart").Ends["missed"]);
    }

    [Fact]
    public async Task The_control_group_gets_nothing_and_is_counted()
    {
        await using var world = await JourneyWorld.OpenAsync();
        world.Held.Add("user_id:ana");
        await world.ApplyAsync(Cart + "\nholdout: 10\n");
        await world.PassAsync(1_000);
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.DoAsync("bea", "Product Added", """{"price":30}""");
        await world.PassAsync(5 * Durations.Hour);
        Assert.Equal(RunStatus.Control, world.RunOf("cart", "ana")!.Status);
        Assert.Empty(world.Visits(world.RunOf("cart", "ana")!));
        Assert.Equal("answer", world.RunOf("cart", "bea")!.Step);
        var figures = JourneyFigures.Of(world.Host, "default", "cart");
        Assert.Equal((1, 1, 1), (figures.Entered, figures.Control, figures.Inside));
    }

    [Fact]
    public async Task People_go_on_by_the_version_that_they_entered()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Cart);
        await world.PassAsync(1_000);
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.PassAsync(Durations.Hour);
        await world.ApplyAsync("""
            journey: cart
            trigger: { event: '"Product Added"' }
            steps:
              - { id: pause, wait: 30m }
              - { id: other, tag: other }
            """);
        await world.PassAsync(Durations.Minute);
        await world.DoAsync("bea", "Product Added", """{"price":1}""");
        await world.PassAsync(6 * Durations.Hour);
        Assert.Equal(["pause", "known", "unknown", "answer"], world.Visits(world.RunOf("cart", "ana")!).Select(visit => visit.Step));
        Assert.Equal(["pause", "other"], world.Visits(world.RunOf("cart", "bea")!).Select(visit => visit.Step));
        await world.DoAsync("ana", "Cart Viewed");
        await world.PassAsync(Durations.Minute);
        Assert.Equal(RunStatus.Done, world.RunOf("cart", "ana")!.Status);
    }

    [Fact]
    public async Task Whoever_meets_an_exit_while_the_journey_is_paused_gets_nothing_after_it()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Cart);
        await world.PassAsync(1_000);
        await world.DoAsync("ana", "Product Added", """{"price":30}""");
        await world.DoAsync("bea", "Product Added", """{"price":30}""");
        await world.PassAsync(Durations.Hour);
        await PauseAsync(world, true);
        await world.PassAsync(5 * Durations.Hour);
        await world.DoAsync("ana", "Order Completed");
        await world.DoAsync("carl", "Product Added", """{"price":30}""");
        await world.PassAsync(Durations.Hour);
        Assert.Equal((RunStatus.Left, "pause"), (world.RunOf("cart", "ana")!.Status, world.RunOf("cart", "bea")!.Step));
        await PauseAsync(world, false);
        await world.PassAsync(Durations.Minute);
        Assert.Equal(["pause"], world.Visits(world.RunOf("cart", "ana")!).Select(visit => visit.Step));
        Assert.Equal("answer", world.RunOf("cart", "bea")!.Step);
        Assert.Null(world.RunOf("cart", "carl"));
        Assert.Equal(1, JourneyFigures.Of(world.Host, "default", "cart").Ends["paused"]);
    }

    [Fact]
    public async Task A_late_order_a_merge_and_a_changed_rule_after_the_message_send_no_second_one()
    {
        const string Mail = "{journey: mail, trigger: {event: '\"Product Added\"'}, steps: [{id: w, wait: 1h}, {id: m, send: email, template: cart}, {id: after, wait: 2d}]}";
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Mail);
        await world.PassAsync(1_000);
        await world.DoAsync("ana", "Product Added");
        await world.PassAsync(Durations.Minute);
        // Before they say who they are they leave a cart, too: a person of their own as far as anybody knows.
        await world.AppendAsync(frame => OwnEvents.Track(frame, Identifier.AnonymousId("browser"), "b1", "Product Added", "{}"u8, false, world.Host.NowMs, world.Host.NowMs));
        await world.PassAsync(2 * Durations.Hour);
        Assert.Equal(2, world.Messages.Count);

        await world.DoAsync("ana", "Order Completed", agoMs: 150 * Durations.Minute);
        await world.DoAsync("ana", "Product Added", agoMs: 100 * Durations.Minute);
        await world.PassAsync(Durations.Minute);
        var error = await Profiles.Contracts.IdentityService.RunAsync(
            world.Host, world.Engine, IdentityCommandKind.Join, "user_id:ana", "anonymous_id:browser", world.Host.NowMs, "join-1", Actor.CommandLine, default);
        Assert.Null(error);
        await world.PassAsync(Durations.Hour);
        await world.ApplyAsync(Mail.Replace("1h", "2h", StringComparison.Ordinal));
        await world.RestartAsync();
        await world.PassAsync(6 * Durations.Hour);
        await world.PassAsync(3 * Durations.Day);
        Assert.Equal(2, world.Messages.Count);
    }

    private static Task PauseAsync(JourneyWorld world, bool isPaused) => world.Host.Database.WriteAsync((connection, transaction) =>
    {
        RecordStore.SetPaused(connection, transaction, "default", "cart", isPaused);
        return 0;
    }, default);

    [Fact]
    public async Task A_stage_a_segment_and_a_schedule_let_people_in()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync("""
            lifecycle: shop
            movement: free
            stages:
              - id: new
              - { id: buyer, when: 'count("Order Completed") >= 1' }
            """, """
            segment: regulars
            when: count("Order Completed") >= 2
            """);
        await world.ApplyAsync(
            "{journey: buyers, trigger: {enters_stage: shop/buyer}, steps: [{tag: buyer}]}",
            "{journey: regular, trigger: {enters_segment: regulars}, entry: once, steps: [{tag: regular}]}",
            "{journey: weekly, trigger: {schedule: {every: week, on: mon, at: '09:00', segment: regulars}}, steps: [{tag: weekly}]}");
        await world.SettleAsync();
        foreach (var user in new[] { "ana", "bea" })
        {
            await world.PassAsync(Durations.Minute);
            await world.DoAsync(user, "Order Completed");
        }
        await world.PassAsync(Durations.Minute);
        await world.DoAsync("bea", "Order Completed");
        await world.PassAsync(Durations.Minute);
        // 1 January 2026 was a Thursday.
        await world.PassAsync(5 * Durations.Day);
        Assert.Equal(["user_id:ana", "user_id:bea"], world.Runs("buyers").Select(run => run.Person).Order());
        Assert.Equal("user_id:bea", Assert.Single(world.Runs("regular")).Person);
        Assert.Equal("user_id:bea", Assert.Single(world.Runs("weekly")).Person);
    }
}
