using System.Text.Json.Nodes;

namespace Ciclo.Tests.Api;

/// <summary>Following what happens, while it happens.</summary>
public sealed class FeedTests
{
    [Fact]
    public async Task A_tracked_call_wakes_whoever_waits_and_the_profile_shows_its_new_stage()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Page("device", 1));
        var (_, after) = await NewsAsync(server, "", 1);
        var waiting = server.GetAsync($"/api/v1/transitions?wait=30&after={after}");
        Assert.False(waiting.IsCompleted);
        await server.SendAsync(server.Order("ana", 2));
        var news = (await waiting.WaitAsync(TimeSpan.FromSeconds(20)))["data"]!.AsArray();
        Assert.Equal(["moved >visitor", "moved visitor>buyer"], Lines(news));
        var card = await server.GetAsync("/api/v1/profiles/" + (string)news[1]!["profile"]!);
        Assert.Equal(("ana", "buyer", server.At(2)), ((string)card["user_id"]!, (string)card["stages"]![0]!["stage"]!, (string)card["stages"]![0]!["since"]!));
    }

    [Fact]
    public async Task A_late_event_withdraws_what_it_made_untrue()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 10));
        var (before, after) = await NewsAsync(server, "", 2);
        Assert.Equal(["moved >visitor", "moved visitor>buyer"], Lines(before));
        await server.SendAsync(server.Order("ana", 5));
        var (late, _) = await NewsAsync(server, after, 5);
        Assert.Equal(
            [$"moved {server.At(5)} >visitor", $"moved {server.At(5)} visitor>buyer", $"moved {server.At(10)} buyer>regular", $"withdrawn {server.At(10)} >visitor", $"withdrawn {server.At(10)} visitor>buyer"],
            late.Select(row => $"{row!["kind"]} {row["at"]} {row["from"]}>{row["to"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Following_the_feed_row_by_row_ends_with_the_places_of_now()
    {
        const int seed = 20261121;
        await using var server = await ApiServer.StartAsync();
        var random = new Random(seed);
        var sent = new HashSet<(string, int)>();
        var places = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var after = "";
        for (var round = 0; round < 12; round++)
        {
            var (user, day) = ($"user-{random.Next(4)}", random.Next(90));
            if (sent.Add((user, day)))
            {
                await server.SendAsync(server.Order(user, day));
            }
            after = await FollowAsync(server, places, after);
        }
        // The feed is written after what it tells can be read: a last customer's row says that everything before it is there.
        await server.SendAsync(server.Order("last", 1));
        var last = (string)(await server.GetAsync("/api/v1/profiles/last"))["id"]!;
        while (!places.ContainsKey(last))
        {
            await NewsAsync(server, after, 1);
            after = await FollowAsync(server, places, after);
        }
        var expected = (await server.AllAsync("/api/v1/lifecycles/shop/transitions", 1_000)).Select(row => $"{row["user_id"]} {row["at"]} {row["to"]}").Order(StringComparer.Ordinal);
        var followed = new List<string>();
        foreach (var (profile, moves) in places)
        {
            var userId = (string)(await server.GetAsync("/api/v1/profiles/" + profile))["user_id"]!;
            followed.AddRange(moves.Select(move => $"{userId} {move}"));
        }
        Assert.True(expected.SequenceEqual(followed.Order(StringComparer.Ordinal)), $"seed {seed}: {string.Join(" | ", followed)}");
    }

    [Fact]
    public async Task A_feed_of_one_lifecycle_leaves_the_others_out_and_goes_on()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1));
        var (_, after) = await NewsAsync(server, "", 2);
        var none = await server.GetAsync("/api/v1/transitions?lifecycle=other");
        Assert.Empty(none["data"]!.AsArray());
        Assert.Equal(after, (string)none["next"]!);
    }

    /// <summary>At least this many rows, waited for, and the cursor after them.</summary>
    private static async Task<(List<JsonNode> Rows, string After)> NewsAsync(ApiServer server, string after, int count)
    {
        var rows = new List<JsonNode>();
        for (var asked = 0; rows.Count < count; asked++)
        {
            Assert.True(asked < 10, "The feed does not tell what it should.");
            var page = await server.GetAsync($"/api/v1/transitions?wait=5&after={after}");
            rows.AddRange(page["data"]!.AsArray().Select(row => row!));
            after = (string?)page["next"] ?? "";
        }
        return (rows, after);
    }

    /// <summary>Takes what is there, row by row.</summary>
    private static async Task<string> FollowAsync(ApiServer server, Dictionary<string, List<string>> places, string after)
    {
        while (await server.GetAsync("/api/v1/transitions?limit=1&after=" + after) is var page && page["data"]!.AsArray().Count > 0)
        {
            Follow(places, page["data"]![0]!);
            after = (string)page["next"]!;
        }
        return after;
    }

    private static void Follow(Dictionary<string, List<string>> places, JsonNode row)
    {
        var profile = (string)row["profile"]!;
        var move = $"{row["at"]} {row["to"]}";
        if (!places.TryGetValue(profile, out var moves))
        {
            places.Add(profile, moves = []);
        }
        if ((string)row["kind"]! == "moved")
        {
            moves.Add(move);
        }
        else
        {
            Assert.True(moves.Remove(move), "What is withdrawn was moved before.");
        }
    }

    private static IEnumerable<string> Lines(IEnumerable<JsonNode?> rows) => rows.Select(row => $"{row!["kind"]} {row["from"]}>{row["to"]}");
}
