using System.Text.Json.Nodes;

namespace Ciclo.Tests.Integration;

/// <summary>What is sent is there at once, for its workspace alone; and the feed tells what became untrue.</summary>
public sealed class LiveTests
{
    [Fact]
    public async Task Whoever_waits_at_the_feed_is_answered_when_somebody_moves()
    {
        await using var server = await LiveServer.StartAsync();
        var end = await SettledAsync(server);
        var started = Environment.TickCount64;
        var news = server.ReadAsync($"/api/v1/transitions?after={end}&wait=30");
        Assert.False(news.IsCompleted);
        await server.TrackAsync("""{"userId":"zoe","event":"Order Completed","properties":{"revenue":10}}""", path: "/v1/track");
        var zoe = (await server.ReadAsync("/api/v1/profiles/user_id:zoe"))["id"]!.GetValue<string>();
        var rows = (await news)["data"]!.AsArray().Where(row => row!["profile"]!.GetValue<string>() == zoe);
        Assert.True(Environment.TickCount64 - started < 25_000, "the answer came when the wait was over, and not with the news");
        Assert.Equal(["visitor", "buyer"], rows.Select(row => row!["to"]!.GetValue<string>()));
        Assert.Contains("zoe,buyer,", await server.DoAsync("stages", "--lifecycle", "customer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_event_withdraws_moves_and_makes_others()
    {
        await using var server = await LiveServer.StartAsync(withShop: false);
        await server.DoAsync("lifecycle", "apply", server.Write("c.yaml", ShopData.Lifecycle));
        await server.TrackAsync(ShopData.Track("ana", "Order Completed", "2024-03-01T00:00:00.000Z"), ShopData.Track("ana", "Order Completed", "2024-03-02T00:00:00.000Z"));
        var known = await SettledAsync(server);
        await server.TrackAsync(ShopData.Track("ana", "Order Completed", "2024-03-01T12:00:00.000Z"));
        var late = (await server.ReadAsync($"/api/v1/transitions?after={known}&wait=30"))["data"]!.AsArray().Select(row => Row(row!)).ToList();
        Assert.Contains("moved buyer>regular 2024-03-02T00:00:00.000Z", (await server.WalkAsync("/api/v1/transitions?lifecycle=customer", 100, "after")).ConvertAll(Row));
        Assert.Contains("withdrawn buyer>regular 2024-03-02T00:00:00.000Z", late);
        Assert.Contains("moved buyer>regular 2024-03-01T12:00:00.000Z", late);
        Assert.DoesNotContain(late, row => row.Contains(">buyer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_ids_in_two_workspaces_are_two_people()
    {
        await using var server = await LiveServer.StartAsync();
        await server.DoAsync("lifecycle", "apply", server.Write("o.yaml", ShopData.Lifecycle), "--workspace", LiveServer.OtherWorkspace);
        await server.TrackAsync("""{"userId":"u03","event":"Secret Visit","messageId":"p-u03","traits":{}}""", server.OtherWriteKey, "/v1/track");
        var here = await server.ReadAsync("/api/v1/profiles/user_id:u03");
        var there = await server.ReadAsync("/api/v1/profiles/user_id:u03", server.OtherSecretKey);
        Assert.Equal(1, there["events"]!.GetValue<int>());
        Assert.True(here["events"]!.GetValue<int>() > 1);
        Assert.Equal("visitor", there["stages"]![0]!["stage"]!.GetValue<string>());
        Assert.Single((await server.ReadAsync("/api/v1/profiles", server.OtherSecretKey))["data"]!.AsArray());
        Assert.DoesNotContain("Secret Visit", await server.DoAsync("events"), StringComparison.Ordinal);
        Assert.Equal(404, (await server.GetAsync("/api/v1/profiles/user_id:u04", server.OtherSecretKey)).Code);
        Assert.Equal(404, (await server.GetAsync("/api/v1/segments/big-spenders/members", server.OtherSecretKey)).Code);
        Assert.Empty((await server.ReadAsync("/api/v1/rejected", server.OtherSecretKey))["data"]!.AsArray());
        // A cursor of another workspace's feed opens nothing: what comes back, if anything, is of the caller's own feed.
        var own = (await server.ReadAsync("/api/v1/transitions", server.OtherSecretKey))["data"]!.AsArray().Select(row => row!.ToJsonString()).ToList();
        var cursor = (await server.ReadAsync("/api/v1/transitions?limit=1"))["next"]!.GetValue<string>();
        var foreign = await server.GetAsync("/api/v1/transitions?after=" + cursor, server.OtherSecretKey);
        Assert.True(foreign.Code == 400 || foreign.Json["data"]!.AsArray().All(row => own.Contains(row!.ToJsonString())), foreign.Body);
        await server.DoAsync("identity", "join", "user_id:u03", "user_id:u04", "--workspace", LiveServer.OtherWorkspace);
        Assert.Equal("u04", (await server.ReadAsync("/api/v1/profiles/user_id:u04"))["user_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once()
    {
        await using var server = await LiveServer.StartAsync(withShop: false);
        foreach (var (kind, key) in new[] { ("write", server.WriteKey), ("secret", server.SecretKey) })
        {
            var body = $$"""{"userId":"u","event":"X","writeKey":"{{key}}"}""";
            Assert.Equal(200, (await server.PostAsync("/v1/track", body, "")).Code);
            var row = JsonNode.Parse(await server.DoAsync("keys", "list", "--format", "json"))!.AsArray().Single(one => key.EndsWith(one!["ending"]!.GetValue<string>(), StringComparison.Ordinal))!;
            Assert.Equal(kind, row["kind"]!.GetValue<string>());
            Assert.DoesNotContain(key, row.ToJsonString(), StringComparison.Ordinal);
            await server.DoAsync("keys", "revoke", row["id"]!.GetValue<string>());
            Assert.Equal(401, (await server.PostAsync("/v1/track", body, "")).Code);
        }
        Assert.Equal(401, (await server.GetAsync("/api/v1/profiles", server.SecretKey)).Code);
        var again = await server.RunAsync("keys", "revoke", "key_none");
        Assert.Equal((1, "", 1), (again.Code, again.Out, again.Error.Count(c => c == '\n')));
        // A key of another workspace is not there to be revoked.
        var foreign = JsonNode.Parse(await server.DoAsync("keys", "list", "--workspace", LiveServer.OtherWorkspace, "--format", "json"))![0]!["id"]!.GetValue<string>();
        Assert.Equal(1, (await server.RunAsync("keys", "revoke", foreign)).Code);
        Assert.Equal(200, (await server.GetAsync("/api/v1/profiles", server.OtherSecretKey)).Code);
    }

    /// <summary>The feed's end once it tells of every move that the histories hold: its rows become durable a moment after the fold.</summary>
    private static async Task<string> SettledAsync(LiveServer server)
    {
        var moves = (await server.WalkAsync("/api/v1/lifecycles/customer/transitions", 1_000)).Count;
        var (told, end) = (0, "");
        while (told < moves)
        {
            var page = await server.ReadAsync($"/api/v1/transitions?limit=1000&wait=30{(end.Length > 0 ? "&after=" + end : "")}");
            Assert.NotEmpty(page["data"]!.AsArray());
            told += page["data"]!.AsArray().Sum(row => row!["kind"]!.GetValue<string>() == "moved" ? 1 : -1);
            end = page["next"]!.GetValue<string>();
        }
        return end;
    }

    private static string Row(JsonNode row) => $"{row["kind"]} {row["from"]}>{row["to"]} {row["at"]}";
}
