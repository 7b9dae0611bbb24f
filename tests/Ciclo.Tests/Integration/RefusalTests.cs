using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Ciclo.Tests.Integration;

/// <summary>What cannot be answered is refused in words: a status, a stable code, the reader's language. Nothing breaks the server.</summary>
public sealed class RefusalTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private readonly LiveServer server = shop.Server;

    public static TheoryData<string, int> Refused
    {
        get
        {
            var data = new TheoryData<string, int>();
            string[] lists = ["profiles", "lifecycles/customer/stages", "lifecycles/customer/transitions", "segments/big-spenders/members", "events", "rejected", "profiles/user_id:u03/timeline"];
            foreach (var list in lists)
            {
                // Not base 64; base 64 of no position; a number below nothing.
                string[] wrong = ["limit=0", "limit=1001", "limit=-1", "limit=abc", "limit=99999999999999999999", "cursor=!!!", "cursor=bm90", "cursor=LTU"];
                foreach (var query in wrong)
                {
                    data.Add($"/api/v1/{list}?{query}", 400);
                }
            }
            string[] timed = ["lifecycles/customer/stages?at=", "lifecycles/customer/transitions?at=", "segments/big-spenders/members?at=", "events?from=", "events?to=", "profiles/user_id:u03/timeline?from=", "profiles/user_id:u03/explain?lifecycle=customer&at="];
            foreach (var path in timed)
            {
                data.Add($"/api/v1/{path}yesterday", 400);
                data.Add($"/api/v1/{path}2024-02-30", 400);
            }
            foreach (var cursor in new[] { "x", "t", "t-", "t0", "t7-0", "tffffffffffff-0", "t0-99999999999", "-1", "t-1-0" })
            {
                data.Add($"/api/v1/transitions?after={cursor}", 400);
            }
            data.Add("/api/v1/transitions?limit=0", 400);
            data.Add("/api/v1/transitions?wait=abc", 400);
            data.Add("/api/v1/profiles?stage=buyer", 400);
            data.Add("/api/v1/profiles/user_id:u03/explain", 400);
            data.Add("/api/v1/profiles/user_id:u03/explain?lifecycle=customer&segment=big-spenders", 400);
            data.Add("/api/v1/profiles/user_id:nobody", 404);
            data.Add("/api/v1/profiles/prf_0000000000000000", 404);
            data.Add("/api/v1/profiles/user_id:%F0%9F%92%A9", 404);
            data.Add("/api/v1/profiles/user_id:nobody/timeline", 404);
            data.Add("/api/v1/profiles/user_id:u03/explain?lifecycle=none", 404);
            data.Add("/api/v1/lifecycles/none/stages", 404);
            data.Add("/api/v1/lifecycles/none/transitions", 404);
            data.Add("/api/v1/segments/none/members", 404);
            data.Add("/api/v1/segments/big-spenders/none", 404);
            data.Add("/api/v1/events?user=nobody", 404);
            data.Add("/api/v1/none", 404);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_wrong_request_is_a_problem_with_a_code_in_the_readers_language(string path, int status)
    {
        var english = await server.GetAsync(path);
        var spanish = await server.GetAsync(path, null, ("Accept-Language", "es"));
        Assert.Equal((status, status), (english.Code, spanish.Code));
        foreach (var answered in new[] { english, spanish })
        {
            Assert.Equal("application/problem+json", answered.MediaType);
            Assert.Equal(status, answered.Json["status"]!.GetValue<int>());
            Assert.NotEmpty(answered.Json["code"]!.GetValue<string>());
            Assert.Equal("urn:ciclo:problem:" + answered.Json["code"], answered.Json["type"]!.GetValue<string>());
        }
        Assert.Equal(english.Json["code"]!.GetValue<string>(), spanish.Json["code"]!.GetValue<string>());
        Assert.NotEqual(english.Json["title"]!.GetValue<string>(), spanish.Json["title"]!.GetValue<string>());
        Assert.NotEqual(english.Json["detail"]!.GetValue<string>(), spanish.Json["detail"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"a":1,"b":2}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"a":"user_id:u01"}""")]
    [InlineData("""{"a":"user_id:u01","b":"user_id:u01"}""")]
    [InlineData("""{"a":"u01","b":"u02"}""")]
    [InlineData("""{"a":"user_id:","b":"user_id:u02"}""")]
    public async Task A_body_that_names_no_two_identifiers_is_a_problem(string body)
    {
        var answered = await server.PostAsync("/api/v1/identity/join", body);
        Assert.Equal((400, "application/problem+json"), (answered.Code, answered.MediaType));
        Assert.NotEmpty(answered.Json["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Bodies_of_another_kind_too_large_or_too_deep_are_problems()
    {
        var text = await server.SendAsync(HttpMethod.Post, "/api/v1/identity/join", null, new StringContent("a=b", Encoding.UTF8, "text/plain"));
        var large = await server.PostAsync("/api/v1/identity/join", $$"""{"a":"{{new string('x', 1_200_000)}}"}""");
        var deep = await server.PostAsync("/api/v1/identity/join", new string('[', 10_000));
        var method = await server.SendAsync(HttpMethod.Delete, "/api/v1/profiles");
        Assert.Equal([415, 413, 400, 405], new[] { text, large, deep, method }.Select(answered => answered.Code));
        Assert.All(new[] { text, large, deep, method }, answered => Assert.Equal("application/problem+json", answered.MediaType));
    }

    [Fact]
    public async Task What_is_long_or_odd_in_an_address_is_answered_and_never_breaks()
    {
        foreach (var path in new[]
        {
            "/api/v1/profiles?query=" + new string('x', 5_000), "/api/v1/profiles?cursor=" + new string('A', 5_000), "/api/v1/profiles/" + new string('x', 5_000),
            "/api/v1/profiles?query=%27%3B%20DROP%20TABLE%20api_keys%3B--", "/api/v1/profiles/user_id:..%2F..%2Fciclo.db", "/api/v1/segments/..%2F..%2Fmembers", "/api/v1/profiles?limit=5&limit=6",
            "/api/v1/events?from=9999-12-31T23:59:59.999Z", "/api/v1/events?from=0001-01-01", "/api/v1/lifecycles/customer/stages?at=0001-01-01", "/api/v1/lifecycles/customer/stages?at=9999-12-31",
        })
        {
            Assert.InRange((await server.GetAsync(path)).Code, 200, 499);
        }
    }

    [Fact]
    public async Task A_body_of_the_tracking_api_that_cannot_be_read_is_refused_whole_and_an_item_alone()
    {
        await using var own = await LiveServer.StartAsync(withShop: false);
        var basic = ("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(own.WriteKey + ":")));
        var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[50_000_000]);
        }
        var bomb = new ByteArrayContent(zipped.ToArray()) { Headers = { ContentEncoding = { "gzip" }, ContentType = new MediaTypeHeaderValue("application/json") } };
        Assert.Equal(400, (await own.SendAsync(HttpMethod.Post, "/v1/batch", "", bomb, basic)).Code);
        Assert.Equal(400, (await own.PostAsync("/v1/batch", new string(' ', 512_001), "", basic)).Code);
        Assert.Equal(400, (await own.PostAsync("/v1/track", """{"userId":"u","event":"X","n":NaN}""", "", basic)).Code);
        Assert.Equal(400, (await own.PostAsync("/v1/track", """{"userId":"u","event":"X""", "", basic)).Code);
        var many = new JsonObject { ["batch"] = new JsonArray([.. Enumerable.Range(0, 2_501).Select(n => new JsonObject { ["type"] = "track", ["event"] = "X", ["userId"] = "u" })]) };
        Assert.Equal(400, (await own.PostAsync("/v1/batch", many.ToJsonString(), "", basic)).Code);
        Assert.Empty(await own.WalkAsync("/api/v1/events", 100));
        Assert.Empty(await own.WalkAsync("/api/v1/rejected", 100));

        var big = ShopData.Track("u", "Big", "2024-01-01T00:00:00Z");
        big["properties"]!["text"] = new string('x', 33_000);
        await own.TrackAsync(big, ShopData.Track("u", "Small", "2024-01-01T00:00:00Z"));
        Assert.Equal("Small", Assert.Single(await own.WalkAsync("/api/v1/events", 100))["event"]!.GetValue<string>());
        Assert.Equal("too_large", Assert.Single(await own.WalkAsync("/api/v1/rejected", 100))["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refusal_of_the_tracking_api_is_a_problem_in_the_readers_language()
    {
        var english = await server.PostAsync("/v1/track", "{}", "", ("Accept-Language", "fr, en;q=0.5, es;q=0.1"));
        var spanish = await server.PostAsync("/v1/track", "{}", "", ("Accept-Language", "fr, es;q=0.5"));
        Assert.Equal((401, 401, "invalid_write_key"), (english.Code, spanish.Code, spanish.Json["code"]!.GetValue<string>()));
        Assert.Contains("write key", english.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("clave de escritura", spanish.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("urn:ciclo:problem:invalid_write_key", spanish.Json["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Health_is_exactly_two_fields()
    {
        var answered = await server.GetAsync("/healthz", "");
        Assert.Equal("""{"status":"ok","backlog":0}""", answered.Body);
        Assert.Equal("application/json", answered.MediaType);
    }

    [Fact]
    public async Task A_page_of_one_thing_is_sent_once_until_it_changes()
    {
        await using var own = await LiveServer.StartAsync();
        var first = await own.GetAsync("/api/v1/profiles/user_id:u03");
        var tag = first.Headers["ETag"];
        Assert.Equal(304, (await own.GetAsync("/api/v1/profiles/user_id:u03", null, ("If-None-Match", tag))).Code);
        Assert.Equal(304, (await own.GetAsync("/api/v1/profiles/user_id:u03", null, ("If-None-Match", $"\"other\", W/{tag}"))).Code);
        await own.TrackAsync(ShopData.Track("u03", "Looked", "2024-05-05T00:00:00Z"));
        var changed = await own.GetAsync("/api/v1/profiles/user_id:u03", null, ("If-None-Match", tag));
        Assert.Equal(200, changed.Code);
        Assert.NotEqual(tag, changed.Headers["ETag"]);
    }
}
