using System.Text.Json.Nodes;

namespace Ciclo.Tests.Api;

public sealed class IdentityApiTests
{
    [Fact]
    public async Task Two_people_joined_are_one_and_can_be_separated_again()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1), server.Order("anna", 2));
        var (ana, anna) = (await IdOfAsync(server, "ana"), await IdOfAsync(server, "anna"));
        Assert.Equal(200, await CommandAsync(server, "join", ana, "user_id:anna"));
        Assert.Equal(await IdOfAsync(server, "ana"), await IdOfAsync(server, "anna"));
        Assert.Equal("regular", (string)(await server.GetAsync("/api/v1/profiles/ana"))["stages"]![0]!["stage"]!);
        Assert.Equal(ana, (string)(await server.GetAsync("/api/v1/profiles/" + anna))["id"]!);

        Assert.Equal(200, await CommandAsync(server, "separate", "user_id:ana", "user_id:anna"));
        Assert.Equal((ana, anna), (await IdOfAsync(server, "ana"), await IdOfAsync(server, "anna")));
        var listed = await server.GetAsync("/api/v1/identity");
        Assert.Equal("user_id:ana user_id:anna", string.Join(' ', new[] { (string)listed["separations"]![0]!["a"]!, (string)listed["separations"]![0]!["b"]! }.Order(StringComparer.Ordinal)));

        Assert.Equal(200, await CommandAsync(server, "lift", "user_id:ana", "user_id:anna"));
        Assert.Equal(await IdOfAsync(server, "ana"), await IdOfAsync(server, "anna"));
    }

    [Fact]
    public async Task A_request_sent_again_with_its_key_is_carried_out_once()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1), server.Order("anna", 2));
        Assert.Equal(200, await CommandAsync(server, "join", "user_id:ana", "user_id:anna", "retry-1"));
        Assert.Equal(200, await CommandAsync(server, "separate", "user_id:ana", "user_id:anna"));
        var end = server.Engine.Journal.End;
        Assert.Equal(200, await CommandAsync(server, "join", "user_id:ana", "user_id:anna", "retry-1"));
        Assert.Equal(end, server.Engine.Journal.End);
        Assert.NotEqual(await IdOfAsync(server, "ana"), await IdOfAsync(server, "anna"));
        Assert.Equal(409, await CommandAsync(server, "join", "user_id:ana", "user_id:other", "retry-1"));
        Assert.Equal(400, await CommandAsync(server, "join", "user_id:ana", "user_id:anna", new string('k', 100)));
    }

    [Theory]
    [InlineData("user_id:ana", "nothing")]
    [InlineData("user_id:ana", "user_id:ana")]
    [InlineData("user_id:ana", "prf_aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("user_id:ana", "user_id:0000")]
    [InlineData("user_id:ana", null)]
    public async Task What_names_no_two_identifiers_is_refused(string a, string? b)
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1));
        var end = server.Engine.Journal.End;
        var (status, body, response) = await server.SendAsync(HttpMethod.Post, "/api/v1/identity/join", server.Key, new JsonObject { ["a"] = a, ["b"] = b });
        response.Dispose();
        Assert.Equal((400, "bad_identifier"), (status, (string)body!["code"]!));
        Assert.Equal(end, server.Engine.Journal.End);
    }

    [Fact]
    public async Task A_body_that_is_no_pair_is_refused_with_a_problem()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var (body, type, expected) in new[] { ("{ not json", "application/json", 400), ("[]", "application/json", 400), ("a=b", "application/x-www-form-urlencoded", 415) })
        {
            var (status, problem, response) = await server.SendAsync(HttpMethod.Post, "/api/v1/identity/join", server.Key, null, request =>
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, type));
            response.Dispose();
            Assert.Equal(expected, status);
            Assert.NotNull((string?)problem!["code"]);
        }
    }

    private static async Task<string> IdOfAsync(ApiServer server, string userId) => (string)(await server.GetAsync("/api/v1/profiles/user_id:" + userId))["id"]!;

    private static async Task<int> CommandAsync(ApiServer server, string command, string a, string b, string? key = null)
    {
        var (status, _, response) = await server.SendAsync(HttpMethod.Post, "/api/v1/identity/" + command, server.Key, new JsonObject { ["a"] = a, ["b"] = b }, request =>
        {
            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            }
        });
        response.Dispose();
        return status;
    }
}
