using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Tests.Collect;

/// <summary>A test here counts what the whole process allocates: nothing else may run beside it.</summary>
[CollectionDefinition(nameof(EndpointTests), DisableParallelization = true)]
public sealed class EndpointTestsAlone;

[Collection(nameof(EndpointTests))]
public sealed class EndpointTests
{
    private const string Track = """{"userId":"u","event":"Signed Up"}""";

    [Theory]
    [InlineData("track", "Track E")]
    [InlineData("t", "Track E")]
    [InlineData("page", "Page N")]
    [InlineData("p", "Page N")]
    [InlineData("screen", "Screen N")]
    [InlineData("s", "Screen N")]
    [InlineData("identify", "Identify")]
    [InlineData("i", "Identify")]
    [InlineData("group", "Group")]
    [InlineData("g", "Group")]
    [InlineData("alias", "Alias")]
    [InlineData("a", "Alias")]
    public async Task Each_path_is_its_call(string path, string seen)
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/" + path, """{"userId":"u","event":"E","name":"N","groupId":"g","previousId":"p","type":"nonsense"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"success":true}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal([seen], server.Target.Events());
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("b")]
    [InlineData("import")]
    public async Task A_batch_is_one_frame_with_what_was_refused_in_it(string path)
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/" + path, """{"batch":[{"type":"track","userId":"u","event":"A"},{"type":"track","event":"B"},{"type":"page","userId":"u"}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["Track A", "Page"], server.Target.Events());
        Assert.Equal(["no_id"], server.Target.Reasons());
        Assert.Equal(1, server.Target.Frames);
    }

    [Fact]
    public async Task The_answer_waits_until_the_journal_is_durable()
    {
        await using var server = await CollectServer.StartAsync();
        var durable = new TaskCompletionSource();
        server.Target.Durable = durable.Task;
        var answer = server.PostAsync("/v1/track", Track);
        using var other = await server.PostAsync("/v1/track", "not json");
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        Assert.False(answer.IsCompleted);
        durable.SetResult();
        using var done = await answer;
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("text/plain")]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task The_body_is_json_whatever_its_content_type_says(string? contentType)
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/track", Track, request => request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(server.Target.Events());
    }

    public static TheoryData<string, string?, string, bool> Keys => new()
    {
        { "key and colon", CollectServer.Basic(CollectServer.Key + ":"), Track, true },
        { "without a colon", CollectServer.Basic(CollectServer.Key), Track, true },
        { "with a password", CollectServer.Basic(CollectServer.Key + ":x"), Track, true },
        { "in the body", null, $$"""{"userId":"u","event":"E","writeKey":"{{CollectServer.Key}}"}""", true },
        { "in the body beside a token", "Bearer some.oauth.token", $$"""{"writeKey":"{{CollectServer.Key}}","userId":"u","event":"E"}""", true },
        { "in the body beside an empty user name", CollectServer.Basic(":"), $$"""{"writeKey":"{{CollectServer.Key}}","userId":"u","event":"E"}""", true },
        { "none", null, Track, false },
        { "a token alone", "Bearer " + CollectServer.Key, Track, false },
        { "an unknown one", CollectServer.Basic("nobody:"), Track, false },
        { "an unknown one in the header, a known one in the body", CollectServer.Basic("nobody:"), $$"""{"writeKey":"{{CollectServer.Key}}"}""", false },
        { "an unknown one in the body", null, """{"writeKey":"nobody","userId":"u","event":"E"}""", false },
        { "an object in the body", null, """{"writeKey":{"a":1},"userId":"u","event":"E"}""", false },
        { "one inside properties", null, $$$"""{"properties":{"writeKey":"{{{CollectServer.Key}}}"},"userId":"u","event":"E"}""", false },
        { "not base64", "Basic ???", Track, false },
        { "very long", CollectServer.Basic(new string('k', 5_000)), Track, false },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_known_key_may_send_and_another_is_told_what_to_do(string why, string? header, string body, bool known)
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/track", body, request =>
        {
            request.Headers.Remove("Authorization");
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }
        });
        Assert.True((known ? HttpStatusCode.OK : HttpStatusCode.Unauthorized) == answer.StatusCode, why);
        Assert.Equal(known ? 1 : 0, server.Target.Frames);
        if (!known)
        {
            using var problem = await ProblemAsync(answer);
            Assert.Equal("invalid_write_key", problem.RootElement.GetProperty("code").GetString());
            Assert.Contains("ciclo keys add", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Basic", answer.Headers.WwwAuthenticate.Select(scheme => scheme.Scheme));
        }
    }

    [Theory]
    [InlineData("not json", "body_not_json")]
    [InlineData("", "body_not_json")]
    [InlineData("""{"batch":[{"userId":NaN}]}""", "body_not_json")]
    [InlineData("[]", "body_not_an_object")]
    [InlineData("{}", "no_batch")]
    public async Task A_bad_body_is_400_and_says_why_in_the_callers_language(string body, string code)
    {
        await using var server = await CollectServer.StartAsync();
        using var english = await server.PostAsync("/v1/batch", body);
        using var spanish = await server.PostAsync("/v1/batch", body, request => request.Headers.Add("Accept-Language", "es-MX,es;q=0.9"));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (english.StatusCode, spanish.StatusCode));
        using var one = await ProblemAsync(english);
        using var two = await ProblemAsync(spanish);
        Assert.Equal(code, one.RootElement.GetProperty("code").GetString());
        Assert.NotEqual(one.RootElement.GetProperty("detail").GetString(), two.RootElement.GetProperty("detail").GetString());
        Assert.Equal(0, server.Target.Frames);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_400_with_or_without_its_length_said(bool chunked)
    {
        await using var server = await CollectServer.StartAsync();
        var body = $$$"""{"batch":[{"type":"track","userId":"u","event":"E","properties":{"a":"{{{new string('x', 512_000)}}}"}}]}""";
        using var answer = await server.PostAsync("/v1/batch", body, request => request.Headers.TransferEncodingChunked = chunked);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = await ProblemAsync(answer);
        Assert.Equal("body_too_large", problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(0, server.Target.Frames);
    }

    [Fact]
    public async Task An_event_over_its_limit_is_200_and_kept_as_rejected()
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/track", $$$"""{"userId":"u","event":"E","properties":{"a":"{{{new string('x', 40_000)}}}"}}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["too_large"], server.Target.Reasons());
    }

    [Fact]
    public async Task A_gzipped_body_is_read_also_with_the_content_type_of_a_form()
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/batch", Gzip($$"""{"batch":[{"type":"track",{{Track[1..]}}]}"""));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["Track Signed Up"], server.Target.Events());
    }

    [Fact]
    public async Task A_gzip_bomb_is_400_and_inflated_no_further_than_the_limit()
    {
        await using var server = await CollectServer.StartAsync();
        using var bomb = Gzip("{\"batch\":[" + new string(' ', 200_000_000) + "]}");
        Assert.True(bomb.Headers.ContentLength < 512_000);
        var before = GC.GetTotalAllocatedBytes();
        using var answer = await server.PostAsync("/v1/batch", bomb);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.True(allocated < 20_000_000, $"{allocated} bytes allocated");
    }

    [Theory]
    [InlineData("gzip", "body_not_gzip", HttpStatusCode.BadRequest)]
    [InlineData("br", "unknown_content_encoding", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused(string encoding, string code, HttpStatusCode status)
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/track", Track, request => request.Content!.Headers.ContentEncoding.Add(encoding));
        Assert.Equal(status, answer.StatusCode);
        using var problem = await ProblemAsync(answer);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(CollectRefusal.Busy, HttpStatusCode.TooManyRequests)]
    [InlineData(CollectRefusal.CannotWrite, HttpStatusCode.ServiceUnavailable)]
    public async Task What_cannot_be_taken_now_is_refused_with_the_time_to_come_back(CollectRefusal refusal, HttpStatusCode status)
    {
        await using var server = await CollectServer.StartAsync();
        server.Target.Refusal = new CollectUnavailableException(refusal, TimeSpan.FromSeconds(1.2));
        using var answer = await server.PostAsync("/v1/track", Track);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("2", Header(answer, "Retry-After"));
        Assert.Equal("2", Header(answer, "X-RateLimit-Reset"));
        Assert.Contains("Retry-After", Header(answer, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        server.Target.Refusal = null;
        using var again = await server.PostAsync("/v1/track", Track);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_preflight_allows_any_page_to_post_with_its_headers_and_without_credentials()
    {
        await using var server = await CollectServer.StartAsync();
        foreach (var path in new[] { "/v1/t", "/v1/batch", $"/v1/projects/{CollectServer.Key}/settings" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path);
            request.Headers.Add("Origin", "https://shop.example");
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-mine");
            using var answer = await server.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("authorization,content-type,x-mine", Header(answer, "Access-Control-Allow-Headers"));
            Assert.Contains("POST", Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    [Fact]
    public async Task Every_answer_can_be_read_by_any_page_and_is_not_sniffed()
    {
        await using var server = await CollectServer.StartAsync();
        using var good = await server.PostAsync("/v1/track", Track);
        using var bad = await server.PostAsync("/v1/track", "{");
        using var unknown = await server.PostAsync("/v1/track", Track, request => request.Headers.Remove("Authorization"));
        foreach (var answer in new[] { good, bad, unknown })
        {
            Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        }
    }

    [Fact]
    public async Task The_callers_address_and_its_privacy_signal_reach_the_event()
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.PostAsync("/v1/track", """{"userId":"u","event":"E","context":{"direct":true}}""", request => request.Headers.Add("Sec-GPC", "1"));
        Assert.Equal(
            [("""{"direct":true,"ip":"127.0.0.1"}""", EventFlags.GlobalPrivacyControl)],
            server.Target.Read(record => (Encoding.UTF8.GetString(record.Context), record.Flags)));
    }

    [Fact]
    public async Task The_settings_send_the_browser_library_here_and_its_telemetry_nowhere()
    {
        await using var server = await CollectServer.StartAsync();
        using var answer = await server.Client.GetAsync(new Uri($"/v1/projects/{CollectServer.Key}/settings", UriKind.Relative));
        using var settings = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var segment = settings.RootElement.GetProperty("integrations").GetProperty("Segment.io");
        Assert.Equal(CollectServer.Key, segment.GetProperty("apiKey").GetString());
        Assert.Equal(server.Url.Authority + "/v1", segment.GetProperty("apiHost").GetString());
        Assert.Equal("http", segment.GetProperty("protocol").GetString());
        Assert.Equal(0, settings.RootElement.GetProperty("metrics").GetProperty("sampleRate").GetInt32());
        using var unknown = await server.Client.GetAsync(new Uri("/v1/projects/nobody/settings", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("*", Header(unknown, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_settings_name_the_public_address_where_one_is_set()
    {
        await using var server = await CollectServer.StartAsync(options => options.PublicUrl = new Uri("https://events.example.com/ciclo/"));
        using var settings = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri($"/v1/projects/{CollectServer.Key}/settings", UriKind.Relative)));
        var segment = settings.RootElement.GetProperty("integrations").GetProperty("Segment.io");
        Assert.Equal("events.example.com/ciclo/v1", segment.GetProperty("apiHost").GetString());
        Assert.Equal("https", segment.GetProperty("protocol").GetString());
    }

    [Fact]
    public async Task A_client_that_hangs_up_in_its_body_leaves_nothing_and_harms_no_other()
    {
        await using var server = await CollectServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(server.Url.Host, server.Url.Port);
            var head = $"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: {CollectServer.Basic(CollectServer.Key + ":")}\r\nContent-Length: 5000\r\n\r\n{{\"userId\":\"u\"";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        }
        using var answer = await server.PostAsync("/v1/track", Track);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["Track Signed Up"], server.Target.Events());
    }

    [Fact]
    public async Task Requests_at_once_do_not_mix_their_bodies()
    {
        await using var server = await CollectServer.StartAsync();
        var sent = Enumerable.Range(0, 200).ToList();
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var padding = new string('x', i * 97 % 20_000);
            using var answer = await server.PostAsync("/v1/track", $$$"""{"userId":"u{{{i}}}","event":"E{{{i}}}","messageId":"m{{{i}}}","properties":{"p":"{{{padding}}}"}}""");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });
        var seen = server.Target.Read(record => $"{Encoding.UTF8.GetString(record.UserId)} {Encoding.UTF8.GetString(record.Name)} {Encoding.UTF8.GetString(record.MessageId)}");
        Assert.Equal(sent.Select(i => $"u{i} E{i} m{i}").Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    private static ByteArrayContent Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        var content = new ByteArrayContent(output.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        return content;
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));

    private static async Task<JsonDocument> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }
}
