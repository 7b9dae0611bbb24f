using System.Text.Json.Nodes;

namespace Ciclo.Tests.Integration;

/// <summary>Following cursors gives each row once: on a still history, and while events come in.</summary>
public sealed class WalkTests
{
    public static TheoryData<string> Lists => new()
    {
        "/api/v1/profiles", "/api/v1/profiles?query=u", "/api/v1/lifecycles/customer/stages", "/api/v1/lifecycles/customer/transitions",
        "/api/v1/lifecycles/customer/transitions?at=2024-02-20", "/api/v1/segments/big-spenders/members", "/api/v1/events", "/api/v1/events?user=u03",
        "/api/v1/rejected", "/api/v1/profiles/user_id:u03/timeline",
    };

    public sealed class OnAStillHistory(ShopServer shop) : IClassFixture<ShopServer>
    {
        [Theory]
        [MemberData(nameof(Lists), MemberType = typeof(WalkTests))]
        public async Task Pages_of_any_size_make_the_whole(string path)
        {
            var whole = (await shop.Server.WalkAsync(path, 1_000)).ConvertAll(row => row.ToJsonString());
            Assert.True(whole.Count > 2, $"{path} has too few rows to show anything");
            Assert.Equal(whole.Count, whole.Distinct(StringComparer.Ordinal).Count());
            foreach (var limit in new[] { 1, 2, whole.Count - 1, whole.Count })
            {
                Assert.Equal(whole, (await shop.Server.WalkAsync(path, limit)).Select(row => row.ToJsonString()));
            }
        }

        [Fact]
        public async Task The_feed_walked_row_by_row_is_the_feed()
        {
            var whole = (await shop.Server.WalkAsync("/api/v1/transitions", 1_000, "after")).ConvertAll(row => row.ToJsonString());
            Assert.Equal(whole, (await shop.Server.WalkAsync("/api/v1/transitions", 5, "after")).Select(row => row.ToJsonString()));
            Assert.Equal(whole.Count, whole.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task Events_that_come_between_two_pages_neither_hide_nor_repeat_what_was_there()
    {
        await using var server = await LiveServer.StartAsync();
        var before = (await server.WalkAsync("/api/v1/events", 1_000)).ConvertAll(IdOf);
        var lines = (await server.WalkAsync("/api/v1/profiles/user_id:u03/timeline", 1_000)).ConvertAll(row => row.ToJsonString());
        var more = 0;
        Task OneMoreAsync() => server.TrackAsync(
            ShopData.Track("u03", "Looked", $"2024-01-02T00:00:{more:00}.000Z"), ShopData.Track("u03", "Looked", $"2024-12-02T00:00:{more++:00}.000Z"));
        var walked = (await server.WalkAsync("/api/v1/events", 40, betweenPages: OneMoreAsync)).ConvertAll(IdOf);
        Assert.Equal(walked.Count, walked.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(before.Except(walked));

        await using var another = await LiveServer.StartAsync();
        Task AnotherAsync() => another.TrackAsync(ShopData.Track("u03", "Looked", $"2024-12-03T00:00:{more++:00}.000Z"));
        var timeline = (await another.WalkAsync("/api/v1/profiles/user_id:u03/timeline", 2, betweenPages: AnotherAsync)).ConvertAll(Shape);
        Assert.Equal(timeline.Count, timeline.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(lines.Count, timeline.Count);
    }

    private static string IdOf(JsonNode row) => row["id"]!.GetValue<string>();

    private static string Shape(JsonNode row) => row["event"] is { } e ? e["message_id"]!.GetValue<string>() : row.ToJsonString();
}
