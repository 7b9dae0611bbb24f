using System.Text.Json.Nodes;

namespace Ciclo.Tests.Integration;

/// <summary>A command and the route that answers the same question say the same, row for row.</summary>
public sealed class AgreementTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private readonly LiveServer server = shop.Server;

    public static TheoryData<string?> Instants => new() { null, "2024-01-20", "2024-02-15T12:00:00Z", "2024-12-31", "2031-01-01" };

    [Theory]
    [MemberData(nameof(Instants))]
    public async Task Stages_agree(string? at)
    {
        var rows = await AgreeAsync(["stages", "--lifecycle", "customer", .. At(at)], "/api/v1/lifecycles/customer/stages" + Query(at));
        Assert.NotEmpty(rows);
    }

    [Theory]
    [MemberData(nameof(Instants))]
    public async Task Transitions_agree(string? at)
    {
        var rows = await AgreeAsync(["transitions", "--lifecycle", "customer", .. At(at)], "/api/v1/lifecycles/customer/transitions" + Query(at));
        Assert.Contains(rows, row => row["from"]!.GetValue<string>().Length == 0);
    }

    [Theory]
    [InlineData("big-spenders", null)]
    [InlineData("big-spenders", "2024-03-01")]
    [InlineData("customer/regular/vip", "2024-03-01")]
    public async Task Members_agree(string segment, string? at) =>
        Assert.NotEmpty(await AgreeAsync(["segments", "members", segment, .. At(at)], $"/api/v1/segments/{segment}/members{Query(at)}"));

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("u05", null, null)]
    [InlineData("anonymous_id:anon-1", null, null)]
    [InlineData("email:dos@example.com", null, null)]
    [InlineData(null, "2024-01-10", "2024-02-01T00:00:00Z")]
    [InlineData("u07", "2024-01-08T00:00:00Z", null)]
    public async Task Events_agree(string? user, string? from, string? to)
    {
        string[] command = ["events", .. user is null ? [] : new[] { "--user", user }, .. from is null ? [] : new[] { "--from", from }, .. to is null ? [] : new[] { "--to", to }];
        var query = string.Join('&', new[] { ("user", user), ("from", from), ("to", to) }.Where(pair => pair.Item2 is not null).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
        var rows = await AgreeAsync(command, "/api/v1/events?" + query);
        Assert.NotEmpty(rows);
        Assert.Equal(["id", "message_id", "type", "event", "user_id", "anonymous_id", "timestamp", "received_at", "properties"], rows[0].AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public async Task Events_run_from_the_first_instant_inclusive_to_the_last_exclusive()
    {
        var rows = await AgreeAsync(["events", "--from", "2024-01-04T00:00:00Z", "--to", "2024-01-05T00:00:00Z"], "/api/v1/events?from=2024-01-04&to=2024-01-05");
        Assert.Contains(rows, row => row["message_id"]!.GetValue<string>() == "p-anon-1");
        Assert.DoesNotContain(rows, row => row["message_id"]!.GetValue<string>() == "p-anon-2");
    }

    [Fact]
    public async Task Rejected_items_agree()
    {
        var rows = await AgreeAsync(["rejected"], "/api/v1/rejected");
        Assert.Equal(["no_event", "no_id", "unknown_type", "blocked_id"], rows.Select(row => row["reason"]!.GetValue<string>()));
        Assert.Equal("bad-3", rows[2]["event"]!["messageId"]!.GetValue<string>());
        Assert.Equal(["received_at", "reason", "event"], rows[0].AsObject().Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("u03", "--lifecycle", "customer", "2024-03-01")]
    [InlineData("u02", "--lifecycle", "customer", "2024-06-01")]
    [InlineData("anonymous_id:anon-1", "--lifecycle", "customer", "2024-01-05")]
    [InlineData("u03", "--segment", "big-spenders", "2024-03-01")]
    [InlineData("u03", "--segment", "customer/regular/vip", "2024-03-01")]
    public async Task Explanations_agree_in_both_languages(string user, string option, string id, string at)
    {
        var command = JsonNode.Parse(await server.DoAsync("explain", user, option, id, "--at", at, "--format", "json"));
        var path = $"/api/v1/profiles/{Uri.EscapeDataString(user.Contains(':', StringComparison.Ordinal) ? user : "user_id:" + user)}/explain?{option[2..]}={Uri.EscapeDataString(id)}&at={at}";
        var answered = await server.GetAsync(path);
        Assert.True(JsonNode.DeepEquals(command, answered.Json), $"{command}\n{answered.Body}");
        var spanish = await server.GetAsync(path, null, ("Accept-Language", "es-MX,es;q=0.9,en;q=0.5"));
        Assert.NotEqual(answered.Json["text"]!.GetValue<string>(), spanish.Json["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lifecycles_segments_and_profiles_count_what_the_commands_list()
    {
        var stages = await RowsAsync("stages", "--lifecycle", "customer");
        var lifecycle = (await server.ReadAsync("/api/v1/lifecycles"))["data"]![0]!;
        Assert.All(lifecycle["stages"]!.AsArray(), stage => Assert.Equal(stages.Count(row => row["stage"]!.GetValue<string>() == stage!["id"]!.GetValue<string>()), stage!["people"]!.GetValue<int>()));
        foreach (var stage in StagesOf(stages))
        {
            var listed = await server.WalkAsync($"/api/v1/profiles?stage=customer:{stage}", 4);
            Assert.Equal(stages.Where(row => row["stage"]!.GetValue<string>() == stage).Select(UserOf), listed.Select(UserOf));
        }
        foreach (var segment in (await server.ReadAsync("/api/v1/segments"))["data"]!.AsArray())
        {
            var id = segment!["id"]!.GetValue<string>();
            Assert.Equal((await RowsAsync("segments", "members", id)).Count, segment["members"]!.GetValue<int>());
        }
        Assert.Equal((await RowsAsync("lifecycle", "list")).Select(row => row["id"]!.GetValue<string>()), [lifecycle["id"]!.GetValue<string>()]);
    }

    [Fact]
    public async Task An_event_under_an_alias_counts_under_the_name_that_rules_see()
    {
        // u01 has one order by its name and one as Pedido: without the alias it would not be a regular.
        Assert.Contains("u01,buyer,regular,2024-03-03T08:00:00.000Z", await server.DoAsync("transitions", "--lifecycle", "customer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_company_moves_by_its_own_rules()
    {
        // u02 is a company: one order does not make it a buyer, two make it a regular.
        var moves = (await RowsAsync("transitions", "--lifecycle", "customer")).Where(row => UserOf(row) == "u02").Select(row => row["to"]!.GetValue<string>());
        Assert.Equal(["visitor", "regular", "lapsed"], moves);
    }

    [Fact]
    public async Task Joined_people_are_one_row_under_the_id_seen_first()
    {
        var users = (await RowsAsync("stages", "--lifecycle", "customer")).ConvertAll(UserOf);
        Assert.Equal(users.Order(StringComparer.Ordinal), users);
        Assert.Equal([true, false, true, false, true, false], new[] { "u07", "u08", "u09", "u10", "anonymous:anon-2", "anonymous:anon-1" }.Select(users.Contains));
    }

    private static string[] StagesOf(List<JsonNode> rows) => [.. rows.Select(row => row["stage"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)];

    private static string UserOf(JsonNode row) => row["user_id"]!.GetValue<string>();

    private static string[] At(string? at) => at is null ? [] : ["--at", at];

    private static string Query(string? at) => at is null ? "" : "?at=" + Uri.EscapeDataString(at);

    private async Task<List<JsonNode>> RowsAsync(params string[] command) =>
        [.. JsonNode.Parse(await server.DoAsync([.. command, "--format", "json"]))!.AsArray().Select(row => row!)];

    /// <summary>The command's rows, after each of its columns was found equal in the API's rows, taken a few at a time.</summary>
    private async Task<List<JsonNode>> AgreeAsync(string[] command, string path)
    {
        var rows = await RowsAsync(command);
        var answers = await server.WalkAsync(path, 7);
        Assert.Equal(rows.Count, answers.Count);
        foreach (var (row, answer) in rows.Zip(answers))
        {
            foreach (var (column, cell) in row.AsObject())
            {
                Assert.True(Same(cell, answer[column]), $"{path}: {column}: {row} and {answer}");
            }
        }
        return rows;
    }

    /// <summary>A text cell that is empty in a row is null in an answer: there is none.</summary>
    private static bool Same(JsonNode? cell, JsonNode? answer) =>
        answer is null ? cell is null || (cell is JsonValue value && value.TryGetValue(out string? text) && text.Length == 0) : JsonNode.DeepEquals(cell, answer);
}
