using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys;
using Ciclo.Tests.Api;

namespace Ciclo.Modules.Onsite.Tests;

/// <summary>Which content a visitor gets, over HTTP, as a site and a server ask for it.</summary>
public sealed class PersonaliseTests
{
    private const string Carts = """count("Product Added", 3d) > 0 and count("Order Completed", 3d) == 0""";

    [Fact]
    public async Task The_best_piece_that_fits_the_live_profile_fills_each_slot()
    {
        await using var server = await ApiServer.StartAsync();
        await PutAsync(server, Make("everybody", "banner") with { Priority = 1 });
        await PutAsync(server, Make("carts", "banner") with { Priority = 9, When = Carts });
        await PutAsync(server, Make("off", "banner") with { Priority = 50, IsOn = false });
        await PutAsync(server, Make("over", "banner") with { Priority = 60, From = 1, To = 2 });
        await PutAsync(server, Make("gone", "hero") with { When = """in("deleted")""" });
        Assert.Equal("everybody", await PieceAsync(server, "ana", "banner"));
        await server.SendAsync(Track(server, "ana", "Product Added"));
        Assert.Equal("carts", await PieceAsync(server, "ana", "banner"));
        await server.SendAsync(Track(server, "ana", "Order Completed"));
        Assert.Equal("everybody", await PieceAsync(server, "ana", "banner"));
        // A rule that names what is not there fits nobody, and a slot without a piece is left out.
        Assert.Null(await PieceAsync(server, "ana", "hero"));
        Assert.Equal("everybody", await PieceAsync(server, "stranger", "banner"));
    }

    [Fact]
    public async Task The_text_is_in_the_language_of_the_page_and_no_address_runs_anything()
    {
        await using var server = await ApiServer.StartAsync();
        await PutAsync(server, Make("hello", "banner"));
        var (key, texts) = (await server.MakeKeyAsync(KeyKind.Write), new List<string>());
        foreach (var locale in new[] { "es-MX", "en", "fr" })
        {
            var answer = await AskAsync(server, key, new JsonObject { ["slots"] = new JsonArray("banner"), ["locale"] = locale });
            texts.Add((string)answer["slots"]!["banner"]!["content"]!["title"]!);
        }
        Assert.Equal(["Hola", "Hello", "Hello"], texts);
        Assert.Equal("bad_address", (await TryAsync(server, Make("bad", "banner") with { Texts = Texts(new PieceText("x", Button: "y", Href: "javascript:alert(1)")) }))?.Code);
        Assert.Equal("bad_address", (await TryAsync(server, Make("bad", "banner") with { Texts = Texts(new PieceText("x", Button: "y", Href: "//elsewhere.example")) }))?.Code);
        Assert.Equal("bad_json", (await TryAsync(server, Make("bad", "banner") with { Texts = Texts(new PieceText(Json: "[1]")) }))?.Code);
        Assert.Equal("bad_rule", (await TryAsync(server, Make("bad", "banner") with { When = "count(" }))?.Code);
    }

    [Fact]
    public async Task Who_asks_not_to_be_followed_gets_only_what_everybody_gets()
    {
        await using var server = await ApiServer.StartAsync();
        await PutAsync(server, Make("everybody", "banner"));
        await PutAsync(server, Make("carts", "banner") with { Priority = 9, When = Carts });
        await server.SendAsync(Track(server, "ana", "Product Added"), Track(server, "bea", "Product Added"));
        var key = await server.MakeKeyAsync(KeyKind.Write);
        JsonObject Ana() => new() { ["userId"] = "ana", ["slots"] = new JsonArray("banner") };
        Assert.Equal("carts", (string)(await AskAsync(server, key, Ana()))["slots"]!["banner"]!["piece"]!);
        Assert.Equal("everybody", (string)(await AskAsync(server, key, Ana(), gpc: true))["slots"]!["banner"]!["piece"]!);
        // The same by a word of the person on personalization.
        await server.SendAsync(new JsonObject
        {
            ["type"] = "track", ["event"] = "Segment Consent Preference Updated", ["userId"] = "bea", ["messageId"] = "no-1",
            ["context"] = new JsonObject { ["consent"] = new JsonObject { ["categoryPreferences"] = new JsonObject { ["personalization"] = false } } },
        });
        Assert.Equal("everybody", await PieceAsync(server, "bea", "banner"));
    }

    [Fact]
    public async Task Those_held_out_see_nothing_and_stay_held_out_after_they_say_who_they_are()
    {
        await using var server = await ApiServer.StartAsync();
        await PutAsync(server, Make("offer", "banner") with { Holdout = 0.5 });
        var key = await server.MakeKeyAsync(KeyKind.Write);
        var arms = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            var slot = (await AskAsync(server, key, new JsonObject { ["anonymousId"] = $"a{i}", ["slots"] = new JsonArray("banner") }))["slots"]!["banner"]!;
            arms[$"a{i}"] = (string)slot["arm"]!;
            Assert.Equal(arms[$"a{i}"] == "control", slot["content"] is null);
        }
        Assert.InRange(arms.Values.Count(arm => arm == "control"), 12, 48);
        await server.SendAsync([.. arms.Keys.Select((anonymous, i) => server.Identify($"u{i}", 1, [], anonymous))]);
        foreach (var (anonymous, arm) in arms.Take(20))
        {
            Assert.Equal(arm, (string)(await AskAsync(server, key, new JsonObject { ["userId"] = "u" + anonymous[1..], ["slots"] = new JsonArray("banner") }))["slots"]!["banner"]!["arm"]!);
        }
    }

    [Fact]
    public async Task A_key_a_body_and_slots_are_needed_and_sites_of_other_origins_may_ask()
    {
        await using var server = await ApiServer.StartAsync();
        var key = await server.MakeKeyAsync(KeyKind.Write);
        Assert.Equal(401, await StatusAsync(server, new JsonObject { ["slots"] = new JsonArray("banner") }.ToJsonString()));
        Assert.Equal(400, await StatusAsync(server, new JsonObject { ["writeKey"] = key, ["slots"] = new JsonArray() }.ToJsonString()));
        Assert.Equal(400, await StatusAsync(server, new JsonObject { ["writeKey"] = key, ["slots"] = new JsonArray([.. Enumerable.Range(0, 21).Select(i => (JsonNode)$"s{i}")]) }.ToJsonString()));
        Assert.Equal(400, await StatusAsync(server, "{"));
        var (_, _, options) = await server.SendAsync(HttpMethod.Options, "/v1/personalise", null);
        using (options)
        {
            Assert.Equal((204, "*"), ((int)options.StatusCode, options.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        }
    }

    [Fact]
    public async Task The_script_is_small_and_comes_from_its_own_address()
    {
        await using var server = await ApiServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri("/onsite.js", UriKind.Relative));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(("text/javascript", "cross-origin"), (response.Content.Headers.ContentType!.MediaType, response.Headers.GetValues("Cross-Origin-Resource-Policy").Single()));
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }
        Assert.InRange(memory.Length, 500, 8 * 1024);
        Assert.DoesNotContain("innerHTML", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    /// <summary>A figure for people, of this machine: with CICLO_MEASURE=1 it asks 3,000 times and prints the percentiles.</summary>
    [Fact]
    public async Task Answers_come_while_the_page_is_drawn()
    {
        await using var server = await ApiServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await PutAsync(server, Make($"p{i}", i % 2 == 0 ? "banner" : "hero") with { Priority = i, When = i % 4 == 0 ? "" : $"""count("Product Added", {i + 1}d) > {i % 3}""" });
        }
        for (var person = 0; person < 50; person++)
        {
            await server.SendAsync([.. Enumerable.Range(0, 40).Select(day => { var page = server.Page($"a{person}", day); page["userId"] = $"u{person}"; return page; }), Track(server, $"u{person}", "Product Added")]);
        }
        var key = await server.MakeKeyAsync(KeyKind.Write);
        var (count, took) = (Environment.GetEnvironmentVariable("CICLO_MEASURE") is null ? 20 : 3_000, new List<double>());
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await AskAsync(server, key, new JsonObject { ["userId"] = $"u{i % 50}", ["slots"] = new JsonArray("banner", "hero") });
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Assert.NotNull(answer["slots"]!["banner"]);
        }
        if (count > 20)
        {
            took.Sort();
            Console.WriteLine($"personalise: median {took[count / 2]:0.00} ms, p99 {took[count * 99 / 100]:0.00} ms over HTTP");
        }
    }

    private static Dictionary<string, PieceText> Texts(PieceText text) => new(StringComparer.Ordinal) { ["en"] = text };

    private static Piece Make(string id, string slot) => new(
        id, id, slot, PieceForm.Banner, new Dictionary<string, PieceText>(StringComparer.Ordinal) { ["en"] = new("Hello", "Welcome back", "Look", "/offers"), ["es"] = new("Hola", "Qué bueno verte", "Ver", "/ofertas") });

    private static JsonObject Track(ApiServer server, string user, string name) => new()
    {
        ["type"] = "track", ["event"] = name, ["userId"] = user, ["messageId"] = $"{name}-{user}-{Guid.NewGuid():N}", ["timestamp"] = Instants.Format(server.Host.NowMs - Durations.Minute),
    };

    private static Task<PieceError?> TryAsync(ApiServer server, Piece piece) => PieceDesk.Of(server.Host).PutAsync(server.Engine, piece, true, Actor.CommandLine, default);

    private static async Task PutAsync(ApiServer server, Piece piece) => Assert.Null(await TryAsync(server, piece));

    private static async Task<string?> PieceAsync(ApiServer server, string user, string slot)
    {
        var (status, body, response) = await server.SendAsync(HttpMethod.Post, "/api/v1/personalise", server.Key, new JsonObject { ["user_id"] = user, ["slots"] = new JsonArray(slot) });
        response.Dispose();
        Assert.Equal(200, status);
        return (string?)body!["slots"]![slot]?["piece"];
    }

    private static async Task<JsonObject> AskAsync(ApiServer server, string key, JsonObject body, bool gpc = false)
    {
        body["writeKey"] = key;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/personalise") { Content = new StringContent(body.ToJsonString()) };
        if (gpc)
        {
            request.Headers.TryAddWithoutValidation("Sec-GPC", "1");
        }
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private static async Task<int> StatusAsync(ApiServer server, string body)
    {
        using var response = await server.Client.PostAsync(new Uri("/v1/personalise", UriKind.Relative), new StringContent(body));
        return (int)response.StatusCode;
    }
}
