using Ciclo.Core.Time;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Sending;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>A mail service that refuses, is busy, hangs, or closes the connection at the worst moment (F10).</summary>
public sealed class ProviderFaultTests
{
    [Fact]
    public async Task A_refusal_for_good_fails_the_message_and_a_dead_address_gets_nothing_more()
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        await world.PersonAsync("dead");
        world.Peer.Says = (step, to) => step == "rcpt" && to.StartsWith("dead", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        await world.AddAsync(world.Draft("dead"), world.Draft("ana"));
        var failed = await world.InAsync("test/dead", MessageState.Failed);
        Assert.Equal((Reasons.AddressRefused, "550 5.1.1 no such user"), (failed.Reason, failed.Answer));
        await world.InAsync("test/ana", MessageState.Sent);
        Assert.Equal(SuppressionReasons.HardBounce, world.Host.Database.Read(connection => Suppressions.Find(connection, "default", "email", "dead@example.net"))?.Reason);
        await world.ToldAsync();
        Assert.Contains("Email Bounced", await world.EventsAsync("dead"));
        Assert.Single(world.Peer.All);
    }

    [Theory]
    [InlineData("mail", "451 4.3.0 later")]
    [InlineData("rcpt", "450 4.2.1 greylisted")]
    [InlineData("data", "421 4.7.0 closing")]
    [InlineData("end", "452 4.3.1 full")]
    [InlineData("rcpt", "close")]
    [InlineData("rcpt", "hang")]
    public async Task What_was_not_taken_is_tried_again_after_a_while_and_arrives_once(string step, string answer)
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        world.Peer.Says = (at, _) => at == step ? answer : null;
        await world.AddAsync(world.Draft("ana"));
        await world.UntilAsync(() => world.Find("test/ana") is { State: MessageState.Due, Attempts: 1 });
        var waiting = world.Find("test/ana");
        Assert.InRange(waiting.DueAt - world.Host.NowMs, 20_000, 36_000);
        Assert.NotEqual("", waiting.Reason);
        world.Peer.Says = (_, _) => null;
        var before = world.Peer.All.Count;
        world.Server.Clock.Advance(60_000);
        await world.AddAsync(world.Draft("nobody"));
        Assert.Equal(2, (await world.InAsync("test/ana", MessageState.Sent)).Attempts);
        Assert.Equal(before + 1, world.Peer.All.Count);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("hang")]
    public async Task Silence_after_the_text_leaves_the_message_in_doubt_and_it_is_never_sent_again_by_itself(string answer)
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        world.Peer.Says = (at, _) => at == "end" ? answer : null;
        await world.AddAsync(world.Draft("ana"));
        Assert.Equal(Reasons.NoAnswer, (await world.InAsync("test/ana", MessageState.Unknown)).Reason);
        world.Peer.Says = (_, _) => null;
        world.Server.Clock.Advance(2 * Durations.Day);
        await Courier.RecoverAsync(MessageDesk.Of(world.Host));
        await world.AddAsync(world.Draft("nobody"));
        await world.InAsync("test/nobody", MessageState.HeldBack);
        Assert.Equal(MessageState.Unknown, world.Find("test/ana").State);
        Assert.Single(world.Peer.All);
    }

    [Fact]
    public async Task A_service_that_hangs_opens_its_circuit_and_nothing_waits_behind_it()
    {
        await using var world = await MessageWorld.StartAsync(with: settings => settings with { Connections = 3 });
        world.Peer.Says = (at, _) => at == "connect" ? "hang" : null;
        foreach (var i in Enumerable.Range(0, 20))
        {
            await world.PersonAsync($"u{i}");
        }
        var started = world.Host.NowMs;
        await world.AddAsync([.. Enumerable.Range(0, 20).Select(i => world.Draft($"u{i}"))]);
        var channel = MessageDesk.Of(world.Host).Channel("email")!;
        await world.UntilAsync(() => channel.RestsUntil("default", world.Host.NowMs) > 0);
        // Three connections fail at 0.4 s; with the usual 8 s it is open within 10 s as well. Who failed first may have begun another.
        Assert.InRange(world.Peer.Connections, 3, 5);
        Assert.True(SmtpPatience.Usual.Command < TimeSpan.FromSeconds(10) && SmtpPatience.Usual.Hang < TimeSpan.FromSeconds(10));
        Assert.Equal(MessageState.Due, (await world.InAsync("test/u19", MessageState.Due)).State);
        Assert.True(world.Find("test/u19").DueAt >= started);
        world.Peer.Says = (_, _) => null;
        world.Server.Clock.Advance(Durations.Minute);
        await world.AddAsync(world.Draft("nobody"));
        await world.InAsync("test/u19", MessageState.Sent);
        Assert.Equal(20, world.Peer.All.Select(mail => mail.To).Distinct().Count());
        Assert.Equal(20, world.Peer.All.Count);
    }

    [Fact]
    public void A_breaker_rests_longer_each_time_and_is_as_new_once_something_works()
    {
        var breaker = new Breaker();
        Assert.Equal(0, breaker.RestsUntil(0));
        breaker.Failed(Breaker.ConnectionWeight, 0);
        breaker.Failed(Breaker.ConnectionWeight, 0);
        Assert.Equal(0, breaker.RestsUntil(0));
        breaker.Failed(Breaker.ConnectionWeight, 0);
        Assert.Equal(15_000, breaker.RestsUntil(0));
        Assert.True(breaker.IsTrying && breaker.RestsUntil(15_000) == 0);
        breaker.Failed(Breaker.ConnectionWeight, 15_000);
        Assert.Equal(45_000, breaker.RestsUntil(15_000));
        for (var now = 45_000L; breaker.RestsUntil(now) < now + 300_000; now = breaker.RestsUntil(now))
        {
            breaker.Hangs(now);
        }
        breaker.Worked();
        Assert.Equal((0, false), (breaker.RestsUntil(45_000), breaker.IsTrying));
    }

    [Fact]
    public void A_domain_gets_as_many_a_minute_as_are_allowed_and_those_put_off_come_back_one_by_one()
    {
        var pace = new DomainPace();
        var sent = 0;
        var waiting = new PriorityQueue<int, long>(Enumerable.Range(0, 500).Select(i => (i, 0L)));
        var last = 0L;
        while (waiting.TryDequeue(out var i, out var at))
        {
            if (pace.Take("example.com", 120, at) is > 0 and var later)
            {
                Assert.True(later > at);
                waiting.Enqueue(i, later);
                continue;
            }
            (sent, last) = (sent + 1, at);
        }
        Assert.Equal(500, sent);
        Assert.InRange(last, (500 - 13) * 500L, 500 * 520L);
        Assert.Equal(0, pace.Take("other.example", 120, 0));
        Assert.Equal(0, pace.Take("example.com", 0, 0));
    }
}
