using System.Text.Json.Nodes;

namespace Ciclo.Tests.Api;

/// <summary>What a command prints and what the API answers agree, row by row, however the API's pages are cut.</summary>
public sealed class AgreementTests
{
    [Fact]
    public async Task Lists_of_the_api_in_pages_of_any_size_are_the_rows_of_the_commands()
    {
        await using var server = await ApiServer.StartAsync();
        await FillAsync(server);
        var past = server.At(25);
        var lists = new (string Path, string[] Command, string[] OnlyInApi)[]
        {
            ("/api/v1/lifecycles/shop/stages", ["stages", "--lifecycle", "shop"], ["profile"]),
            ($"/api/v1/lifecycles/shop/stages?at={past}", ["stages", "--lifecycle", "shop", "--at", past], ["profile"]),
            ("/api/v1/lifecycles/shop/transitions", ["transitions", "--lifecycle", "shop"], []),
            ($"/api/v1/lifecycles/shop/transitions?at={past}", ["transitions", "--lifecycle", "shop", "--at", past], []),
            ("/api/v1/segments/named/members", ["segments", "members", "named"], []),
            ("/api/v1/segments/shop/regular/vip/members", ["segments", "members", "shop/regular/vip"], []),
            ("/api/v1/events", ["events"], []),
            ($"/api/v1/events?from={server.At(10)}&to={past}", ["events", "--from", server.At(10), "--to", past], []),
            ("/api/v1/events?user=user-3", ["events", "--user", "user-3"], []),
            ("/api/v1/rejected", ["rejected"], ["detail", "source"]),
        };
        foreach (var (path, command, onlyInApi) in lists)
        {
            var printed = await server.RowsAsync(command);
            Assert.True(printed.Count > 0, path);
            foreach (var limit in new[] { 1, 3, 1_000 })
            {
                JsonRows.Same(printed, [.. (await server.AllAsync(path, limit)).Select(row => row.Without(onlyInApi))]);
            }
        }
    }

    [Fact]
    public async Task Stages_answer_totals_and_profiles_and_can_be_asked_for_one()
    {
        await using var server = await ApiServer.StartAsync();
        await FillAsync(server);
        var all = await server.GetAsync("/api/v1/lifecycles/shop/stages?limit=1000");
        var totals = all["totals"]!.AsObject().ToDictionary(total => total.Key, total => (int)total.Value!);
        foreach (var (stage, people) in totals)
        {
            var some = await server.AllAsync($"/api/v1/lifecycles/shop/stages?stage={stage}", 2);
            Assert.Equal(people, some.Count);
            Assert.All(some, row => Assert.Equal(stage, (string)row["stage"]!));
        }
        var lifecycle = (await server.GetAsync("/api/v1/lifecycles"))["data"]!.AsArray().Single()!;
        Assert.Equal(totals, lifecycle["stages"]!.AsArray().ToDictionary(stage => (string)stage!["id"]!, stage => (int)stage!["people"]!).Where(stage => stage.Value > 0).ToDictionary());
        Assert.Equal(("Tienda", 1, "forward"), ((string)lifecycle["label"]!["es"]!, (int)lifecycle["version"]!, (string)lifecycle["movement"]!));
        Assert.Equal("shop/regular/vip", (string)lifecycle["segments"]![0]!["id"]!);
        var first = all["data"]![0]!;
        Assert.Equal((string)first["user_id"]!, (string)(await server.GetAsync("/api/v1/profiles/" + (string)first["profile"]!))["user_id"]!);
    }

    [Fact]
    public async Task A_profile_answers_to_each_of_its_identifiers_and_explains_itself_as_the_command_does()
    {
        await using var server = await ApiServer.StartAsync();
        await FillAsync(server);
        var card = await server.GetAsync("/api/v1/profiles/user_id:user-1");
        foreach (var reference in new[] { (string)card["id"]!, "email:u1@example.com", "anonymous_id:device-1", "user-1" })
        {
            Assert.True(JsonNode.DeepEquals(card, await server.GetAsync("/api/v1/profiles/" + reference)), reference);
        }
        Assert.Equal(("user-1", "Una", "buyer"), ((string)card["user_id"]!, (string)card["traits"]!["name"]!, (string)card["stages"]![0]!["stage"]!));
        Assert.Equal(["named"], card["segments"]!.AsArray().Select(segment => (string)segment!["segment"]!));
        Assert.Equal(server.At(0), (string)card["first_seen_at"]!);
        var explained = await server.GetAsync("/api/v1/profiles/user-1/explain?lifecycle=shop&at=" + server.At(60));
        var (_, printed, _) = await server.RunAsync("explain", "user-1", "--lifecycle", "shop", "--at", server.At(60), "--format", "json");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(printed), explained), printed);
    }

    [Fact]
    public async Task A_slash_in_an_identifier_is_part_of_it()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("acme/50%2F", 1));
        var card = await server.GetAsync("/api/v1/profiles/" + Uri.EscapeDataString("user_id:acme/50%2F"));
        Assert.Equal("acme/50%2F", (string)card["user_id"]!);
        Assert.Equal(3, (await server.AllAsync($"/api/v1/profiles/{Uri.EscapeDataString("user_id:acme/50%2F")}/timeline", 1)).Count);
    }

    [Fact]
    public async Task Profiles_are_found_by_a_piece_of_an_identifier_by_stage_and_by_segment()
    {
        await using var server = await ApiServer.StartAsync();
        await FillAsync(server);
        async Task<List<string>> FindAsync(string query)
        {
            var rows = await server.AllAsync("/api/v1/profiles?" + query, 2);
            return [.. rows.Select(row => (string)row["user_id"]!)];
        }

        Assert.Equal(["user-1"], await FindAsync("query=U1@Example"));
        Assert.Equal(["user-1", "user-2", "user-3", "user-4", "user-5"], await FindAsync("query=USER-"));
        Assert.Equal(["user-3", "user-5"], await FindAsync("stage=shop:regular"));
        Assert.Equal(["user-5"], await FindAsync("segment=shop/regular/vip"));
        Assert.Equal([], await FindAsync("query=user-1&stage=shop:regular"));
        Assert.Equal(["anonymous:loner", "user-1", "user-2", "user-3", "user-4", "user-5"], await FindAsync("query="));
    }

    [Fact]
    public async Task A_timeline_tells_what_was_done_and_where_it_led_newest_first()
    {
        await using var server = await ApiServer.StartAsync();
        await FillAsync(server);
        var lines = await server.AllAsync("/api/v1/profiles/user-3/timeline", 1);
        Assert.Equal(
            ["move buyer>regular", "event Order Completed", "move visitor>buyer", "move >visitor", "event Order Completed"],
            lines.Select(line => (string)line["kind"]! == "move" ? $"move {line["from"]}>{line["to"]}" : $"event {line["event"]!["event"]}"));
        var some = await server.AllAsync($"/api/v1/profiles/user-3/timeline?from={server.At(30)}", 10);
        Assert.Equal(lines[..2].Select(line => line.ToJsonString()), some.Select(line => line.ToJsonString()));
    }

    [Fact]
    public async Task A_newcomer_between_two_pages_neither_repeats_nor_hides_a_row()
    {
        await using var server = await ApiServer.StartAsync();
        await FillAsync(server);
        var before = await server.AllAsync("/api/v1/profiles/user-3/timeline", 100);
        var first = await server.GetAsync("/api/v1/profiles/user-3/timeline?limit=2");
        await server.SendAsync(server.Order("user-3", 90), server.Order("aaron", 1));
        var second = await server.GetAsync("/api/v1/profiles/user-3/timeline?limit=100&cursor=" + (string)first["next"]!);
        Assert.Equal(
            before.Select(line => line.ToJsonString()),
            first["data"]!.AsArray().Concat(second["data"]!.AsArray()).Select(line => line!.ToJsonString()));
    }

    /// <summary>Five customers, one visitor, and something refused.</summary>
    private static async Task FillAsync(ApiServer server)
    {
        await server.SendAsync(
            server.Page("device-1", 0),
            server.Identify("user-1", 1, new JsonObject { ["name"] = "Una", ["email"] = "U1@example.com" }, "device-1"),
            server.Order("user-1", 2), server.Order("user-2", 20), server.Order("user-4", 30),
            server.Order("user-3", 3), server.Order("user-3", 40),
            server.Order("user-5", 4, 60), server.Order("user-5", 24, 60),
            server.Page("loner", 5),
            new JsonObject { ["type"] = "track", ["userId"] = "nameless" },
            new JsonObject { ["type"] = "leap", ["userId"] = "user-1" });
    }
}
