using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Consent.Tests;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Templates;
using Ciclo.Modules.Templates.Content;
using Ciclo.Tests.Api;

namespace Ciclo.Modules.Onsite.Tests;

/// <summary>Messages that wait in the outbox for a visit, asked for over HTTP as the script of a site does.</summary>
public sealed class SiteMessageTests
{
    private const string Purpose = "service";

    [Fact]
    public async Task A_message_waits_for_the_visit_is_given_once_and_counts_as_sent_by_that()
    {
        await using var world = await StartAsync();
        var (server, key) = (world.Server, await world.Server.MakeKeyAsync(KeyKind.Write));
        await server.SendAsync(server.Identify("ana", 1, new JsonObject { ["first_name"] = "Ana <b>" }, "browser-1"));
        await AddAsync(server, "a", "user_id:ana");
        Assert.Equal("due", Outcome(server, "a").State);
        // Two windows of the same browser ask at once.
        var answers = await Task.WhenAll(AskAsync(server, key, "browser-1", "ana"), AskAsync(server, key, "browser-1", "ana"));
        var given = Assert.Single(answers, answer => answer is not null)!;
        Assert.Equal(("Hi Ana <b>", "Your box is packed.\nTwo days.", "Follow it", "/orders", "en"), (
            (string)given["content"]!["title"]!, (string)given["content"]!["text"]!, (string)given["content"]!["button"]!, (string)given["content"]!["href"]!, (string)given["language"]!));
        Assert.Equal("sent", Outcome(server, "a").State);
        Assert.Equal(204, await SeenAsync(server, key, (string)given["id"]!, "shown"));
        Assert.Equal(404, await SeenAsync(server, key, "msg_none", "shown"));
        Assert.Equal(400, await SeenAsync(server, key, (string)given["id"]!, "eaten"));
        Assert.Equal(204, await SeenAsync(server, key, (string)given["id"]!, "clicked"));
        var counts = await UntilAsync(server, () => server.Host.Database.Read(connection => MessageOutbox.CountsOf(connection, "default", "test:"))["test:a"], counts => counts.Clicked == 1 && counts.Delivered == 1);
        Assert.Equal((1, 1, 1), (counts.Of("sent"), counts.Delivered, counts.Clicked));
        await UntilAsync(server, () => server.Engine.Read(state => new[] { "In-App Message Sent", "In-App Message Delivered", "In-App Message Link Clicked" }.All(name => state.Staged.EventNames.Find(name) >= 0)), told => told);
    }

    [Fact]
    public async Task Only_a_browser_that_is_known_to_be_theirs_gets_what_is_written_to_a_person()
    {
        await using var world = await StartAsync();
        var (server, key) = (world.Server, await world.Server.MakeKeyAsync(KeyKind.Write));
        await server.SendAsync(server.Identify("ana", 1, [], "browser-1"), server.Identify("bea", 1, [], "browser-2"));
        await AddAsync(server, "a", "user_id:ana");
        Assert.Null(await AskAsync(server, key, null, "ana"));
        Assert.Null(await AskAsync(server, key, "guessed", "ana"));
        Assert.Null(await AskAsync(server, key, "browser-1", "bea"));
        Assert.Null(await AskAsync(server, key, "browser-2", "ana"));
        Assert.Null(await AskAsync(server, key, "browser-1", null, gpc: true));
        Assert.Equal("due", Outcome(server, "a").State);
        Assert.NotNull(await AskAsync(server, key, "browser-1", null));
        // A server of the shop's own asks with a secret key, by any reference.
        await AddAsync(server, "b", "user_id:ana");
        var (status, body, response) = await server.SendAsync(HttpMethod.Post, "/api/v1/onsite/message", server.Key, new JsonObject { ["user"] = "ana" });
        response.Dispose();
        Assert.Equal((200, "Hi there"), (status, (string)body!["content"]!["title"]!));
    }

    [Fact]
    public async Task Consent_caps_and_quiet_hours_hold_at_the_visit_and_what_nobody_came_for_is_missed()
    {
        await using var world = await StartAsync();
        var (server, key) = (world.Server, await world.Server.MakeKeyAsync(KeyKind.Write));
        await server.SendAsync(server.Identify("ana", 1, [], "browser-1"));
        await AddAsync(server, "news", "user_id:ana", "marketing");
        Assert.Null(await AskAsync(server, key, "browser-1", "ana"));
        Assert.Equal(("held_back", "no_consent"), (Outcome(server, "news").State, Outcome(server, "news").Reason));
        // One a day: the second waits for the next day, with its reason.
        await world.SetAsync(Open with { Caps = [new("", 1, 1)] });
        await AddAsync(server, "one", "user_id:ana");
        await AddAsync(server, "two", "user_id:ana", lasts: 3 * Durations.Day);
        Assert.NotNull(await AskAsync(server, key, "browser-1", "ana"));
        Assert.Null(await AskAsync(server, key, "browser-1", "ana"));
        var waits = Outcome(server, "two");
        Assert.Equal(("due", "frequency_cap"), (waits.State, waits.Reason));
        Assert.InRange(waits.DueAt - server.Host.NowMs, 23 * Durations.Hour, Durations.Day);
        // An hour that is quiet all day but one minute.
        var minute = (int)(server.Host.NowMs / Durations.Minute % 1440);
        await world.SetAsync(Open with { Quiet = new QuietHours((minute + 1430) % 1440, (minute + 60) % 1440) });
        await AddAsync(server, "late", "user_id:ana");
        Assert.Null(await AskAsync(server, key, "browser-1", "ana"));
        Assert.Equal(("due", "quiet_hours"), (Outcome(server, "late").State, Outcome(server, "late").Reason));
        // Nobody asks for it: its time ends by itself.
        await AddAsync(server, "short", "user_id:ana", lasts: 300);
        Assert.Equal("not_fetched", (await UntilAsync(server, () => Outcome(server, "short"), found => found.State == "missed")).Reason);
    }

    [Fact]
    public async Task An_open_page_hears_of_a_message_at_once()
    {
        await using var world = await StartAsync();
        var (server, key) = (world.Server, await world.Server.MakeKeyAsync(KeyKind.Write));
        await server.SendAsync(server.Identify("ana", 1, [], "browser-1"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/onsite/live?writeKey={key}&anonymousId=browser-1");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await HearAsync(lines, "event: ready");
        await AddAsync(server, "a", "user_id:ana");
        await HearAsync(lines, "event: message");
        Assert.NotNull(await AskAsync(server, key, "browser-1", null));
    }

    private static ConsentSettings Open => ConsentSettings.Initial with
    {
        Purposes = [.. ConsentSettings.Initial.Purposes, new(Purpose, "Service", "Servicio", ConsentDefault.OptOut)], Quiet = null, Caps = [],
    };

    private static async Task<ConsentWorld> StartAsync()
    {
        var world = await ConsentWorld.StartAsync();
        await world.SetAsync(Open);
        var content = new TemplateContent("Packed", new Dictionary<string, LocaleContent>(StringComparer.Ordinal)
        {
            ["en"] = new()
            {
                Subject = "Hi {{ person.first_name | default: \"there\" }}",
                Blocks = [new Block("t", BlockKind.Text) { Text = "Your **box** is packed." }, new Block("u", BlockKind.Text) { Text = "Two days." }, new Block("b", BlockKind.Button) { Label = "Follow it", Href = "/orders" }],
            },
        }) { Channel = "onsite" };
        Assert.Null((await TemplateService.Of(world.Server.Host).ApplyAsync("default", "packed", content, Actor.CommandLine, default)).Error);
        // What a site cannot show is refused.
        var hero = content.With("en", content.Locales["en"] with { Blocks = [new Block("h", BlockKind.Hero)] });
        Assert.Equal("bad_onsite", (await TemplateService.Of(world.Server.Host).ApplyAsync("default", "hero", hero, Actor.CommandLine, default)).Error?.Code);
        return world;
    }

    private static Task AddAsync(ApiServer server, string key, string person, string purpose = Purpose, long lasts = Durations.Day) => server.Host.Database.WriteAsync((connection, transaction) => MessageOutbox.AddMany(
        connection, transaction, "default", [new MessageDraft(key, person, "onsite", "packed", purpose, "test:" + key, "{}", null, 0, server.Host.NowMs, server.Host.NowMs + lasts)], server.Host.NowMs), default);

    private static MessageOutcome Outcome(ApiServer server, string key) => server.Host.Database.Read(connection => MessageOutbox.Find(connection, "default", key))!;

    private static async Task<JsonNode?> AskAsync(ApiServer server, string key, string? anonymous, string? user, bool gpc = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/onsite/message") { Content = new StringContent(new JsonObject { ["writeKey"] = key, ["anonymousId"] = anonymous, ["userId"] = user }.ToJsonString()) };
        if (gpc)
        {
            request.Headers.TryAddWithoutValidation("Sec-GPC", "1");
        }
        using var response = await server.Client.SendAsync(request);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        return (int)response.StatusCode == 204 ? null : JsonNode.Parse(await response.Content.ReadAsStringAsync());
    }

    private static async Task<int> SeenAsync(ApiServer server, string key, string id, string what)
    {
        using var response = await server.Client.PostAsync(new Uri("/v1/onsite/seen", UriKind.Relative), new StringContent(new JsonObject { ["writeKey"] = key, ["id"] = id, ["what"] = what }.ToJsonString()));
        return (int)response.StatusCode;
    }

    /// <summary>Looks again after each commit, until it is so.</summary>
    private static async Task<T> UntilAsync<T>(ApiServer server, Func<T> read, Func<T, bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var (seen, changes) = (server.Host.Database.Commits, server.Engine.Changes);
            var found = read();
            if (isSo(found))
            {
                return found;
            }
            await Task.WhenAny(server.Host.Database.CommittedAsync(seen, limit.Token), server.Engine.ChangedAsync(changes, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task HearAsync(StreamReader lines, string wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line == wanted)
            {
                return;
            }
        }
        Assert.Fail($"The stream ended before '{wanted}'.");
    }
}
