using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Predict.Recommending;
using Ciclo.Tests.Api;
using Ciclo.Tests.Home;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>Recommendations over the whole server: people who buy among five teas or among five tools, and hardly ever both.</summary>
public sealed class OfferTests
{
    private const int People = 160;
    private const string Path = "/api/v1/profiles/user_id:new/recommendations";

    [Fact]
    public async Task What_alike_people_bought_is_offered_with_its_reason_once_it_is_approved()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync([.. Orders(server), .. Enumerable.Range(0, 30).Select(i => Named($"u{(2 * i) + 1}")), Named("novice"), Order(server, "new", 99, "tea-0"), server.Page("visitor", 99)]);
        var desk = OfferDesk.Of(server.Host);
        await RefusesAsync(server, Path, 409, "recommendations_not_used");
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(server.Engine, default);
        await RefusesAsync(server, Path, 409, "recommendations_not_used");
        await desk.DecideAsync("default", true, Actor.CommandLine, default);

        var card = desk.Find("default")!.Card!;
        Assert.True(card.IsPersonal && card.Used.Recall > card.Tests[0].Recall * 1.2, card.Used + " against " + card.Tests[0]);
        Assert.Equal((People + 1, 10), (card.People, card.Items));
        var pair = card.Baskets[0];
        Assert.True(pair.Lift > 1.2 && pair.Given[..3] == pair.Then[..3], pair.ToString());

        var answer = await server.GetAsync(Path + "?limit=4");
        var first = answer["data"]!.AsArray();
        Assert.Equal(["Tea 1", "Tea 2", "Tea 3", "Tea 4"], first.Select(offer => (string)offer!["name"]!).Order());
        Assert.All(first, offer => Assert.Equal(("Because you bought Tea 0", "tea-0"), ((string)offer!["why"]!, (string)offer["because"]!)));
        Assert.Equal(("teas", 10m, "MXN", "https://shop.example/tea-1.png"), Said(first.Single(offer => (string)offer!["item"]! == "tea-1")!));
        var (_, spanish, response) = await server.SendAsync(HttpMethod.Get, Path + "?limit=1", server.Key, null, request => request.Headers.Add("Accept-Language", "es"));
        response.Dispose();
        Assert.Equal("Porque compraste Tea 0", (string)spanish!["data"]![0]!["why"]!);

        Assert.Equal(["tool"], Kinds(await server.GetAsync(Path + "?category=tools")));
        Assert.Empty(Kinds(await server.GetAsync(Path + "?category=shoes")));
        Assert.Equal(["tool"], Kinds(await server.GetAsync(Path + "?min_price=15&max_price=25")));
        Assert.DoesNotContain("tea-0", Items(await server.GetAsync(Path + "?limit=100")));
        Assert.Contains("tea-0", Items(await server.GetAsync(Path + "?limit=100&exclude_bought=false")));
        var visitor = await server.GetAsync("/api/v1/profiles/anonymous_id:visitor/recommendations");
        Assert.All(visitor["data"]!.AsArray(), offer => Assert.Equal(("Popular now", null), ((string)offer!["why"]!, (string?)offer["because"])));
        Assert.NotEmpty(visitor["data"]!.AsArray());
        await RefusesAsync(server, Path + "?limit=0", 400, "bad_limit");
        await RefusesAsync(server, Path + "?diversity=2", 400, "bad_diversity");
        await RefusesAsync(server, Path + "?min_price=9&max_price=8", 400, "bad_price");
        await RefusesAsync(server, "/api/v1/profiles/user_id:nobody/recommendations", 404, "not_found");

        // Who is named buys tools: a new one among them begins with tools, as does whoever is asked about as one of them.
        foreach (var path in new[] { "/api/v1/profiles/anonymous_id:visitor/recommendations?limit=3&segment=named", "/api/v1/profiles/user_id:novice/recommendations?limit=3" })
        {
            var named = await server.GetAsync(path);
            Assert.Equal(["tool"], Kinds(named));
            Assert.All(named["data"]!.AsArray(), offer => Assert.Equal("Popular now in “Named”", (string)offer!["why"]!));
        }
        await RefusesAsync(server, Path + "?segment=nobody", 400, "bad_segment");

        // A purchase counts at once, without a training.
        await server.SendAsync(Order(server, "new", 100, "tea-1"));
        Assert.DoesNotContain("tea-1", Items(await server.GetAsync(Path + "?limit=100")));

        // A message offers the same.
        var model = server.Engine.Read(state => Recommended.Of(server.Host, state, "default", state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:new"))));
        Assert.Equal(("Tea ", "MXN", 10.0), (((string)model["products"]![0]!["name"]!)[..4], (string)model["currency"]!, (double)model["products"]![0]!["price"]!));
        await desk.DecideAsync("default", false, Actor.CommandLine, default);
        Assert.Empty(server.Engine.Read(state => Recommended.Of(server.Host, state, "default", 0))["products"]!.AsArray());
    }

    [Fact]
    public async Task Too_few_orders_are_told_with_what_is_needed()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(Order(server, "ana", 1, "tea-0"));
        var desk = OfferDesk.Of(server.Host);
        await desk.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(server.Engine, default);
        var record = desk.Find("default")!;
        Assert.Null(record.Card);
        Assert.Contains("Products: 1, at least 5", record.Refusal!.Value.En, StringComparison.Ordinal);
        Assert.Contains("Envía `Order Completed`", record.Refusal!.Value.Es, StringComparison.Ordinal);
        Assert.True(record.DueAt > server.Host.NowMs);
    }

    [Fact]
    public async Task The_page_begins_with_what_to_do()
    {
        var server = new HomeServer();
        await server.InitializeAsync();
        var (status, html, _) = await server.GetAsync("/models/recommendations", "es");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Entrenar con mis pedidos", html, StringComparison.Ordinal);
        Assert.Contains("hay nada entrenado", (await server.GetAsync("/models/recommendations/try?who=ana", "es")).Html, StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    internal static IEnumerable<JsonObject> Orders(ApiServer server)
    {
        var random = new Random(11);
        for (var person = 0; person < People; person++)
        {
            var kind = person % 2 == 0 ? "tea" : "tool";
            foreach (var item in Enumerable.Range(0, 5).OrderBy(_ => random.Next()).Take(4))
            {
                yield return Order(server, "u" + person, random.Next(95), $"{(random.NextDouble() < 0.05 ? kind == "tea" ? "tool" : "tea" : kind)}-{item}");
            }
        }
    }

    private static JsonObject Named(string user) => new() { ["type"] = "identify", ["userId"] = user, ["messageId"] = "name-" + user, ["traits"] = new JsonObject { ["name"] = user } };

    private static JsonObject Order(ApiServer server, string user, int day, string item) => new()
    {
        ["type"] = "track", ["event"] = "Order Completed", ["userId"] = user, ["messageId"] = $"order-{user}-{day}-{item}", ["timestamp"] = Instants.Format(server.Start + (day * Durations.Day)),
        ["properties"] = new JsonObject
        {
            ["revenue"] = 10, ["currency"] = "MXN",
            ["products"] = new JsonArray(new JsonObject
            {
                ["product_id"] = item, ["name"] = char.ToUpperInvariant(item[0]) + item[1..].Replace('-', ' '), ["category"] = item[..^2] + "s",
                ["price"] = item[1] == 'e' ? 10 : 20, ["image_url"] = string.Create(CultureInfo.InvariantCulture, $"https://shop.example/{item}.png"),
            }),
        },
    };

    private static (string, decimal, string, string) Said(JsonNode offer) => ((string)offer["category"]!, (decimal)offer["price"]!, (string)offer["currency"]!, (string)offer["image_url"]!);

    private static List<string> Items(JsonObject answer) => [.. answer["data"]!.AsArray().Select(offer => (string)offer!["item"]!)];

    private static List<string> Kinds(JsonObject answer) => [.. Items(answer).Select(item => item[..^2]).Distinct()];

    private static async Task RefusesAsync(ApiServer server, string path, int status, string code)
    {
        var (seen, body, response) = await server.SendAsync(HttpMethod.Get, path, server.Key);
        response.Dispose();
        Assert.Equal((status, code), (seen, (string)body!["code"]!));
    }
}
