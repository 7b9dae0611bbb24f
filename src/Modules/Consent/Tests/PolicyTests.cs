using System.Diagnostics;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Tests;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>What decides whether a message leaves, over random settings and histories, and what an answer costs.</summary>
public sealed class PolicyTests
{
    private static readonly string[] Zones = ["Europe/Madrid", "America/New_York", "Asia/Kathmandu", "America/Mexico_City"];

    [Fact]
    public async Task Answers_are_those_of_the_description()
    {
        await using var world = await ConsentWorld.StartAsync();
        var (random, start) = (new Random(3), world.Server.Start);
        var histories = Enumerable.Range(0, 80).Select(_ => Enumerable.Range(0, random.Next(9)).Select(_ => Random(random, start)).DistinctBy(one => one.At).ToList()).ToList();
        histories.ForEach(history => history.Add(new Happened(start - 1, "solved")));
        foreach (var part in histories.SelectMany((history, i) => history.Select(one => world.Call($"u{i}", one))).Chunk(200))
        {
            await world.Server.SendAsync(part);
        }
        await world.Server.Host.Database.WriteAsync((connection, transaction) => Suppressions.Add(connection, transaction, "default", "email", " BAD@example.com", SuppressionReasons.Complaint, 1), default);
        var profiles = histories.Select((_, i) => world.ProfileOf($"u{i}")).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 30; round++)
        {
            var settings = Settings(random);
            await world.SetAsync(settings);
            var questions = Enumerable.Range(0, 100).Select(_ =>
            {
                var now = start + random.NextInt64(120 * Durations.Day);
                var sent = Enumerable.Range(0, random.Next(6)).Select(_ => now - random.NextInt64(10 * Durations.Day)).ToList();
                return (Who: random.Next(histories.Count), Question: new SendQuestion(
                    0, random.Next(2) == 0 ? "email" : "sms", random.Next(20) switch { 0 => "", 1 => "bad@EXAMPLE.com", _ => "ana@example.com" },
                    new[] { "marketing", "reviews", "transactional", "unheard_of" }[random.Next(4)], null, sent, now, [.. sent.Where((_, i) => i % 2 == 0)]));
            }).ToList();
            var verdicts = world.Ask([.. questions.Select(one => one.Question with { Profile = profiles[one.Who] })]);
            foreach (var ((who, question), verdict) in questions.Zip(verdicts))
            {
                var isSuppressed = question.Channel == "email" && question.Address.StartsWith("bad@", StringComparison.Ordinal);
                var (reason, notBefore) = PolicyReference.Decide(
                    settings, histories[who], question.Channel, question.Address, isSuppressed, question.Purpose, question.SentBefore, question.SentOnChannel!, "UTC", question.NowMs);
                Assert.True((reason, notBefore) == (verdict.Reason ?? "", verdict.NotBefore), $"round {round}, u{who}, {question}: {reason} {notBefore} expected, {verdict} found");
                Assert.Equal(reason.Length == 0 ? SendAnswer.Send : notBefore > 0 ? SendAnswer.Later : SendAnswer.Never, verdict.Answer);
                seen.Add(reason);
            }
        }
        Assert.Equal(["", "frequency_cap", "held_back", "no_address", "no_consent", "not_confirmed", "paused", "quiet_hours", "suppressed", "withdrawn"], seen.Order(StringComparer.Ordinal));
        Assert.All(seen.Where(reason => reason.Length > 0), reason => Assert.Contains(reason, SendPolicy.Of(world.Server.Host).Reasons));
    }

    [Fact]
    public async Task A_rule_of_the_message_holds_back_what_is_transactional_too_and_a_broken_rule_holds_everybody()
    {
        await using var world = await ConsentWorld.StartAsync();
        await world.Server.SendAsync(world.Call("ana", new Happened(world.Server.Start, "opened")), world.Call("bea", new Happened(world.Server.Start, "solved")));
        var now = world.Server.Host.NowMs;
        SendQuestion Ask(string user, string rule) => new(world.ProfileOf(user), "email", "a@example.com", "transactional", rule, [], now);
        const string Open = """count("Ticket Opened") > count("Ticket Solved")""";
        Assert.Equal(["held_back", null, "held_back", "erased"], world.Ask([Ask("ana", Open), Ask("bea", Open), Ask("bea", """in("gone")"""), Ask("bea", "") with { Profile = -1 }]).Select(verdict => verdict.Reason));
    }

    [Fact]
    public async Task What_an_answer_allocates_does_not_grow_with_the_history()
    {
        await using var world = await ConsentWorld.StartAsync();
        var start = world.Server.Start;
        await world.SetAsync(ConsentSettings.Initial with { Quiet = null });
        await world.Server.SendAsync(world.Call("short", new Happened(start, "consent", "marketing", "", true)));
        foreach (var part in Enumerable.Range(0, 4).Select(part => Enumerable.Range(0, 250).Select(i => world.Call("long", new Happened(start + (part * 1_000) + i, "consent", "marketing", "email", i % 2 == 0)))))
        {
            await world.Server.SendAsync([.. part]);
        }
        var now = world.Server.Host.NowMs;
        long Of(string user) => Allocated.By(() => world.Ask([.. Enumerable.Repeat(new SendQuestion(world.ProfileOf(user), "email", "a@example.com", "marketing", null, [], now), 64)]));
        var (few, many) = (Of("short"), Of("long"));
        Assert.True(many < few + 65_536, $"{few} bytes for 1 event, {many} for 1,000");
        Assert.InRange(few / 64, 1, 4_096);
    }

    /// <summary>A figure for people, of this machine: run by hand with CICLO_MEASURE=1.</summary>
    [Fact]
    public async Task Answers_come_quickly()
    {
        await using var world = await ConsentWorld.StartAsync();
        var (start, random, people) = (world.Server.Start, new Random(5), 200);
        for (var i = 0; i < people; i++)
        {
            await world.Server.SendAsync([
                .. Enumerable.Range(0, 40).Select(day => world.Server.Page($"a{i}", day)).Select(page => { page["userId"] = $"u{i}"; return page; }),
                world.Call($"u{i}", new Happened(start, "consent", "marketing", "", true)), world.Call($"u{i}", new Happened(start + 1, "trait", Zone: Zones[i % Zones.Length]))]);
        }
        var now = world.Server.Host.NowMs;
        var questions = Enumerable.Range(0, people).Select(i => new SendQuestion(world.ProfileOf($"u{i}"), "email", $"u{i}@example.com", "marketing", null, [now - Durations.Day], now)).ToList();
        world.Ask(questions);
        var rounds = Environment.GetEnvironmentVariable("CICLO_MEASURE") is null ? 1 : 300;
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < rounds; round++)
        {
            Assert.Equal(people, world.Ask(questions).Count);
        }
        if (rounds > 1)
        {
            Console.WriteLine($"{rounds * people / clock.Elapsed.TotalSeconds:#,##0} answers a second");
        }
    }

    private static Happened Random(Random random, long start)
    {
        var at = start + random.NextInt64(100 * Durations.Day);
        return random.Next(12) switch
        {
            < 6 => new Happened(at, "consent", random.Next(2) == 0 ? "marketing" : "reviews", random.Next(3) switch { 0 => "", 1 => "email", _ => "sms" }, random.Next(3) > 0, random.Next(3) switch { 0 => "double_opt_in", 1 => "form", _ => "" }),
            6 => new Happened(at, "pause", Pause: random.Next(3) == 0 ? 0 : at + (30 * Durations.Day)),
            7 => new Happened(at, "opened"),
            8 => new Happened(at, "solved"),
            9 or 10 => new Happened(at, "visit", Zone: Zones[random.Next(Zones.Length)]),
            _ => new Happened(at, "trait", Zone: Zones[random.Next(Zones.Length)]),
        };
    }

    private static ConsentSettings Settings(Random random) => ConsentSettings.Initial with
    {
        Purposes =
        [
            new("marketing", "News", "Novedades", random.Next(2) == 0 ? ConsentDefault.OptIn : ConsentDefault.OptOut, random.Next(2) == 0),
            new("reviews", "Reviews", "Opiniones", ConsentDefault.OptOut, random.Next(3) == 0), new("transactional", "Orders", "Pedidos", ConsentDefault.Transactional),
        ],
        Quiet = random.Next(3) == 0 ? null : new QuietHours(random.Next(720), 720 + random.Next(720)),
        Caps = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new FrequencyCap(random.Next(3) switch { 0 => "email", 1 => "sms", _ => "" }, random.Next(1, 4), random.Next(1, 8)))],
        HoldBacks = random.Next(2) == 0 ? [] : [new HoldBack("Open complaint", "Queja abierta", """count("Ticket Opened") > count("Ticket Solved")""")],
    };
}
