using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Demo;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Messages;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Predict.Reaching;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>Best channel and hour on histories: the demo shop's, and one whose people act by it.</summary>
public sealed class ReachOnHistoryTests
{
    private const int People = 60;
    private const int Morning = 8;
    private const int Evening = 19;

    private const string Journey = """
        journey: best
        trigger: { event: '"A"' }
        steps:
          - { id: hour, wait_for_hour: best }
          - { id: message, send: best, template: mail, onsite: site, purpose: news }
        """;

    [Fact]
    public async Task On_the_demo_shop_the_best_channel_beats_always_e_mail()
    {
        await using var world = await JourneyWorld.OpenAsync();
        var shop = new DemoShop(new DemoOptions(world.Host.NowMs) { Customers = 2_500, VisitorsPerCustomer = 0, Zone = "UTC" });
        using var csv = new StringWriter();
        var position = 0L;
        foreach (var frame in shop.Frames(csv))
        {
            position = await world.Engine.AppendAsync(frame.ToArray(), default);
        }
        await world.Engine.FoldedAsync(position, default);
        var desk = ReachDesk.Of(world.Host);
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);

        var card = desk.Find("default")!.Card!;
        var replay = card.Replay!;
        Assert.True(replay.Result.Gain.IsGain && replay.Result.Gain.Value > 0.02, replay.Result.ToString());
        Assert.Equal(["email", "onsite", "whatsapp"], card.Channels.Select(line => line.Channel));
        Assert.Equal(3, replay.Always.Count);
        Assert.All(replay.Always, one => Assert.True(one.Value.Value < replay.Result.Chosen.Value, one.ToString()));

        // The truth stands beside the data; nobody who learns reads it.
        var truth = csv.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))
            .Where(cells => cells[1].Length > 0).ToDictionary(cells => "user_id:" + cells[1], cells => (Liked: cells[^2] switch { "Email" => "email", "Onsite" => "onsite", _ => "whatsapp" }, Hour: int.Parse(cells[^1], CultureInfo.InvariantCulture)));
        var shelf = desk.Shelf("default")!;
        var (told, right, near) = world.Engine.Read(state =>
        {
            var (told, right, near) = (0, 0, 0);
            foreach (var (person, liked) in truth)
            {
                var profile = state.Staged.Identity.Find(person) is >= 0 and var node ? state.Staged.Identity.ProfileOf(node) : -1;
                if (profile >= 0 && SentFold.Of(state, profile, null) is { Messages.Count: >= 8, Seen.Length: >= 5 } known)
                {
                    var answer = shelf.For(known, state.Now, shelf.Known);
                    told++;
                    right += ReachChannels.Ids[answer.Channels[0].Channel] == liked.Liked ? 1 : 0;
                    near += Math.Abs(answer.Best.Hour - liked.Hour) is <= 3 or >= 21 ? 1 : 0;
                }
            }
            return (told, right, near);
        });
        Assert.True(told > 100 && right > 0.5 * told, $"{right} of {told} channels; by chance a third would be.");
        Assert.True(near > 0.5 * told, $"{near} of {told} hours within three; by chance three in ten would be.");
    }

    [Fact]
    public async Task Journeys_take_the_channel_and_the_hour_of_each_person_once_it_is_approved()
    {
        await using var world = await ShopAsync();
        MessageDesk.Of(world.Host).With([new Way("email", "Email"), new Way("onsite", "In-App Message")], null, null);
        await world.ApplyAsync(Journey);
        await world.PassAsync(1_000);
        await world.DoAsync("u0", "A");
        await world.PassAsync(1_000);
        Assert.Equal(("email", "mail", BestReach.NotUsed.En), Sent(world, "u0"));

        var desk = ReachDesk.Of(world.Host);
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await desk.DecideAsync("default", true, Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        await world.Engine.RestAsync(default);
        Assert.True(world.Engine.Read(state =>
        {
            using var rules = new PersonDesk(state, new PersonRules(state, ["""scores.best_channel == "onsite" and scores.best_hour >= 18"""]));
            return rules.Holds(0, ProfileOf(state, "u1"), world.Host.NowMs) && !rules.Holds(0, ProfileOf(state, "u2"), world.Host.NowMs);
        }));

        for (var i = 1; i < 41; i++)
        {
            await world.DoAsync($"u{i}", "A");
        }
        await world.PassAsync(1_000);
        var waiting = world.RunOf("best", "u1")!;
        Assert.InRange(world.Engine.Read(state => state.Rules.Zone.ToLocal(waiting.DueAt)) / Durations.Hour % 24, Evening - 1, Evening + 1);
        await world.PassAsync(24 * Durations.Hour);
        var sent = Enumerable.Range(1, 40).Select(i => (Liked: i % 2 == 0 ? "email" : "onsite", Sent: Sent(world, $"u{i}"))).ToList();
        var drawn = sent.Count(one => one.Sent.Why.StartsWith("Drawn by chance", StringComparison.Ordinal));
        Assert.InRange(drawn, 0, 12);
        Assert.All(sent.Where(one => !one.Sent.Why.StartsWith("Drawn", StringComparison.Ordinal)), one => Assert.Equal(one.Liked, one.Sent.Channel));
        Assert.All(sent, one => Assert.Equal(one.Sent.Channel == "email" ? "mail" : "site", one.Sent.Template));
        Assert.Contains(sent, one => one.Sent.Why.StartsWith("Answered 3 of 6 on the site", StringComparison.Ordinal));

        // Whoever may not be written to on the site gets e-mail; an hour that is quiet is not chosen.
        MessageDesk.Of(world.Host).With([new Way("email", "Email"), new Way("onsite", "In-App Message")], null, new Strict());
        world.Engine.Read(state =>
        {
            var reach = new BestReach(world.Host, "default");
            Assert.Equal("email", reach.Channel(state, ProfileOf(state, "u1"), ["email", "onsite"], "news", 1).Channel);
            Assert.NotInRange(reach.NextAt(state, ProfileOf(state, "u1"), Zone.Utc, state.Now)!.Hour, 12, 23);
            return 0;
        });
    }

    [Fact]
    public void The_best_of_one_channel_is_refused_where_it_is_written()
    {
        var read = JourneyFile.Read(Journey, "test").Journey!;
        Assert.Equal((HourStep.Best, SendStep.Best, "mail", "site"), (((HourStep)read.Steps[0]).Minute, ((SendStep)read.Steps[1]).Channel, ((SendStep)read.Steps[1]).TemplateOf("email"), ((SendStep)read.Steps[1]).TemplateOf("onsite")));
        Assert.Null(JourneyFile.Read(Journey.Replace(", onsite: site", "", StringComparison.Ordinal), "test").Journey);
        Assert.Null(JourneyFile.Read(Journey.Replace("send: best", "send: email", StringComparison.Ordinal), "test").Journey);
    }

    [Fact]
    public async Task Without_messages_it_says_what_to_send()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.DoAsync("ana", "Order Completed");
        var desk = ReachDesk.Of(world.Host);
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(world.Engine, default);
        var record = desk.Find("default")!;
        Assert.Null(record.Card);
        Assert.Contains("at least 50 are needed", record.Refusal!.Value.En, StringComparison.Ordinal);
        Assert.Contains("Envía mensajes", record.Refusal!.Value.Es, StringComparison.Ordinal);
    }

    /// <summary>Even numbers answer e-mail of the morning, when they look around, odd ones messages on the site of the evening.</summary>
    internal static async Task<JourneyWorld> ShopAsync()
    {
        var world = await JourneyWorld.OpenAsync();
        var day = world.Host.NowMs - (world.Host.NowMs % Durations.Day);
        await world.AppendAsync(frame =>
        {
            for (var person = 0; person < People; person++)
            {
                for (var message = 0; message < 12; message++)
                {
                    var isMail = message % 2 == 0;
                    var (own, hour) = (person % 2 == 0 ? Morning : Evening, message / 2 % 2 == 0 ? Morning : Evening);
                    var (id, prefix, at) = ($"m-{person}-{message}", isMail ? "Email" : "In-App Message", day - ((60 - (message * 4)) * Durations.Day) + (hour * Durations.Hour));
                    Tell($"{prefix} Sent", at, true);
                    if (isMail == (person % 2 == 0) && hour == own)
                    {
                        Tell($"{prefix} Link Clicked", at + Durations.Hour, false);
                    }
                    OwnEvents.Track(frame, Identifier.UserId($"u{person}"), id + "-look", "Product Viewed", "{}"u8, false, at + Durations.Day + ((own - hour) * Durations.Hour) + (20 * Durations.Minute), world.Host.NowMs);

                    void Tell(string name, long when, bool isSystem) => OwnEvents.Track(
                        frame, Identifier.UserId($"u{person}"), $"{id}-{name}", name, Encoding.UTF8.GetBytes($$"""{"message_id":"{{id}}"}"""), isSystem, when, world.Host.NowMs);
                }
            }
        });
        return world;
    }

    private static (string Channel, string Template, string Why) Sent(JourneyWorld world, string user)
    {
        var found = world.Messages.Single(message => message.Person == "user_id:" + user);
        var data = world.Host.Database.Read(connection => ListStore.Find(connection, "default", found.Id))!.Data;
        return (found.Channel, found.TemplateId, ReachChoice.Of(data)?.Why.En ?? "");
    }

    private static int ProfileOf(EngineState state, string user) => state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:" + user));

    /// <summary>Nobody consented to messages on the site; from noon on it is quiet.</summary>
    private sealed class Strict : ISendPolicy
    {
        public IReadOnlyDictionary<string, Text> Reasons { get; } = new Dictionary<string, Text>();

        public IReadOnlyList<SendVerdict> Ask(EngineState state, string workspaceId, IReadOnlyList<SendQuestion> questions) =>
        [
            .. questions.Select(question => question.Channel == "onsite" ? new SendVerdict(SendAnswer.Never, "no_consent")
                : question.NowMs / Durations.Hour % 24 >= 12 ? new SendVerdict(SendAnswer.Later, "quiet_hours", question.NowMs) : new SendVerdict(SendAnswer.Send)),
        ];
    }

    /// <summary>A channel whose address is the person.</summary>
    internal sealed class Way(string id, string prefix) : IChannel
    {
        public string Id => id;

        public Text Label => Text.Same(id);

        public string EventPrefix => prefix;

        public string? AddressTrait => null;

        public int BatchSize => 1;

        public bool IsLive(string workspaceId) => false;

        public string? Normalize(string address) => address;

        public Task SendAsync(string workspaceId, IReadOnlyList<OutgoingMessage> messages, ISendLog log, CancellationToken cancellation) => Task.CompletedTask;

        public IReadOnlyDictionary<int, long> Pace(string workspaceId, IReadOnlyList<string> addresses, long nowMs) => new Dictionary<int, long>();

        public long RestsUntil(string workspaceId, long nowMs) => 0;
    }
}
