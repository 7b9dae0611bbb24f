using Ciclo.Core.Time;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Sending;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>Messages of a real server, handed to a real mail service.</summary>
public sealed class OutboxTests
{
    [Fact]
    public async Task A_message_goes_out_once_for_its_key_and_the_journal_is_told_with_its_id()
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        Assert.Equal(1, await world.AddAsync(world.Draft("ana"), world.Draft("ana") with { TemplateId = "broken" }));
        Assert.Equal(0, await world.AddAsync(world.Draft("ana")));
        var mail = await world.Peer.NextAsync();
        var message = await world.InAsync("test/ana", MessageState.Sent);
        Assert.Equal(("shop@example.com", "ana@example.net"), (mail.From, mail.To));
        Assert.Equal($"<{message.Id}@example.com>", mail.Header("message-id"));
        Assert.Equal(("Q1", 1, "ana@example.net", "Hi ana ñ", 2), (message.ProviderId, message.Attempts, message.Address, message.Subject, message.Links));
        Assert.Equal("auto-generated", mail.Header("auto-submitted"));
        Assert.Contains("Email Sent", await world.EventsAsync("ana"));
        Assert.Single(world.Peer.All);
        var counts = world.Host.Database.Read(connection => MessageOutbox.CountsOf(connection, "default", "campaign:7"))["campaign:7:A"];
        Assert.Equal((1, 1, 0), (counts.Of("sent"), counts.People, counts.Opened));
    }

    [Fact]
    public async Task Mail_for_which_consent_counts_says_how_to_leave_by_one_click_and_by_mail()
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        await world.AddAsync(world.Draft("ana", purpose: "marketing"));
        var mail = await world.Peer.NextAsync();
        var message = await world.InAsync("test/ana", MessageState.Sent);
        Assert.StartsWith("<http", mail.Header("list-unsubscribe"), StringComparison.Ordinal);
        Assert.Contains($"<mailto:shop@example.com?subject=unsubscribe-{message.Id}>", mail.Header("list-unsubscribe"), StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("list-unsubscribe-post"));
        Assert.Equal("<marketing.example.com>", mail.Header("list-id"));
        Assert.Equal("7:marketing:campaign:example.com", mail.Header("feedback-id"));
    }

    [Fact]
    public async Task Each_message_that_is_not_sent_has_its_reason()
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        await world.PersonAsync("bad", "not an address@x");
        await world.Server.TrackAsync("none", new { plan = "free" });
        world.Policy.Says = asked => asked.HoldBack is null ? new SendVerdict(SendAnswer.Send) : new SendVerdict(SendAnswer.Never, "held_back");
        await world.AddAsync(
            world.Draft("ana", "a"), world.Draft("ana", "held") with { HoldBack = "true" }, world.Draft("bad", "bad"), world.Draft("none", "none"), world.Draft("nobody", "nobody"),
            world.Draft("ana", "broken", "broken"), world.Draft("ana", "gone", "gone"), world.Draft("ana", "late", dueIn: -Durations.Day, lasts: Durations.Hour), world.Draft("ana", "pigeon") with { Channel = "pigeon" });
        foreach (var (key, state, reason) in new[]
        {
            ("a", MessageState.Sent, ""), ("held", MessageState.HeldBack, "held_back"), ("bad", MessageState.HeldBack, Reasons.BadAddress), ("none", MessageState.HeldBack, Reasons.NoAddress),
            ("nobody", MessageState.HeldBack, Reasons.NoPerson), ("broken", MessageState.Failed, Reasons.Template), ("gone", MessageState.Failed, Reasons.NoTemplate),
            ("late", MessageState.Missed, Reasons.Expired), ("pigeon", MessageState.Failed, Reasons.NoChannel),
        })
        {
            Assert.Equal((key, state, reason), (key, (await world.InAsync(key, state)).State, world.Find(key).Reason));
        }
        Assert.Single(world.Peer.All);
    }

    [Fact]
    public async Task What_may_go_later_waits_until_then_and_a_second_message_sees_the_first()
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        var quiet = world.Host.NowMs + Durations.Hour;
        world.Policy.Says = asked => asked.NowMs < quiet ? new SendVerdict(SendAnswer.Later, "quiet_hours", quiet)
            : asked.SentBefore.Count > 0 ? new SendVerdict(SendAnswer.Never, "frequency_cap") : new SendVerdict(SendAnswer.Send);
        await world.AddAsync(world.Draft("ana", "first", purpose: "marketing", priority: 1), world.Draft("ana", "second", purpose: "marketing"));
        await world.UntilAsync(() => world.Find("first").Reason == "quiet_hours" && world.Find("second").Reason == "quiet_hours");
        Assert.Equal((MessageState.Due, quiet), (world.Find("first").State, world.Find("first").DueAt));
        world.Server.Clock.Advance(Durations.Hour + 1_000);
        // Any commit wakes the courier; the clock alone was moved by hand.
        await world.AddAsync(world.Draft("ana", "later", dueIn: Durations.Day));
        Assert.Equal(MessageState.Sent, (await world.InAsync("first", MessageState.Sent)).State);
        Assert.Equal("frequency_cap", (await world.InAsync("second", MessageState.HeldBack)).Reason);
        Assert.Single(world.Peer.All);
    }

    [Fact]
    public async Task What_has_not_left_can_be_called_back_by_the_beginning_of_its_key()
    {
        await using var world = await MessageWorld.StartAsync(isLive: false);
        await world.PersonAsync("ana");
        await world.AddAsync(world.Draft("ana", "run_1/a", dueIn: Durations.Hour), world.Draft("ana", "run_1/b", dueIn: Durations.Hour), world.Draft("ana", "run_10/a", dueIn: Durations.Hour));
        var cancelled = await world.Host.Database.WriteAsync((connection, transaction) => MessageOutbox.Cancel(connection, transaction, "default", "run_1/"), default);
        Assert.Equal((2, MessageState.Cancelled, MessageState.Due), (cancelled, world.Find("run_1/b").State, world.Find("run_10/a").State));
    }

    [Fact]
    public async Task Without_a_mail_service_messages_are_caught_with_what_they_say()
    {
        await using var world = await MessageWorld.StartAsync(isLive: false);
        await world.PersonAsync("ana");
        await world.AddAsync(world.Draft("ana"));
        var message = await world.InAsync("test/ana", MessageState.Caught);
        Assert.Contains("Hola ana, ñandú", world.Host.Database.Read(connection => BodyStore.Read(connection, "default", message.Id))!.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Email Sent", await world.EventsAsync("ana"));
        Assert.Empty(world.Peer.All);
    }

    [Fact]
    public async Task After_a_crash_only_what_was_under_way_is_in_doubt_and_nothing_goes_twice()
    {
        var now = 1_000_000L;
        Message Of(string id) => new(id, "default", id, "user_id:a", "email", "t", 1, "x", "s", "{}", null, 0, 0, 0, now + Durations.Day, MessageState.Sending, "", 0, "b", "", "", "", 0, now, "", "");
        var log = new Dictionary<string, Progress> { ["begun"] = new(null), ["taken"] = new(new SendResult(SendOutcome.Sent, "Q9")), ["put off"] = new(new SendResult(SendOutcome.Temporary, "451", Reasons.Busy)) };
        Assert.Equal((MessageState.Unknown, Reasons.Crash), (Outcomes.AfterCrash(Of("begun"), log, now).State, Outcomes.AfterCrash(Of("begun"), log, now).Reason));
        Assert.Equal((MessageState.Sent, "Q9"), (Outcomes.AfterCrash(Of("taken"), log, now).State, Outcomes.AfterCrash(Of("taken"), log, now).ProviderId));
        Assert.Equal(MessageState.Due, Outcomes.AfterCrash(Of("put off"), log, now).State);
        Assert.Equal((MessageState.Due, 0), (Outcomes.AfterCrash(Of("untouched"), log, now).State, Outcomes.AfterCrash(Of("untouched"), log, now).AttemptsMore));
        Assert.All(["begun", "taken", "untouched"], id => Assert.Equal(MessageState.Unknown, Outcomes.AfterCrash(Of(id), null, now).State));
        await Task.CompletedTask;
    }

    [Fact]
    public void The_log_of_a_batch_is_read_back_up_to_a_line_that_was_cut()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-sending-").FullName;
        var (one, two) = (new OutgoingMessage("msg_1", "a@example.com", "", "", "", "", "", "", ""), new OutgoingMessage("msg_2", "b@example.com", "", "", "", "", "", "", ""));
        using (var log = SendLog.Begin(folder, "b"))
        {
            log.Begin(one);
            log.End(one, new SendResult(SendOutcome.Permanent, "550 5.1.1\r\nnobody\tthere", Reasons.AddressRefused, 7, true));
            log.Begin(two);
        }
        var path = Path.Combine(folder, "b.log");
        File.AppendAllText(path, "=\tmsg_2\t0");
        var read = SendLog.Read(folder, "b")!;
        Assert.Equal(new SendResult(SendOutcome.Permanent, "550 5.1.1  nobody there", Reasons.AddressRefused, 7, true), read["msg_1"].Result);
        Assert.Null(read["msg_2"].Result);
        File.WriteAllText(path, "boot\tanother start\n>\tmsg_1\n");
        Assert.Null(SendLog.Read(folder, "b"));
        Assert.Null(SendLog.Read(folder, "none"));
        Directory.Delete(folder, recursive: true);
    }
}
