using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Engine.Hosting;

namespace Ciclo.Tests.Api;

/// <summary>Refusals, tags, and the document that describes the API.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Every_refusal_is_a_problem_with_a_code_and_a_next_step_in_the_readers_language()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1));
        var refusals = new (string Path, int Status, string Code)[]
        {
            ("/api/v1/profiles/user_id:nobody", 404, "not_found"),
            ("/api/v1/profiles/prf_aaaaaaaaaaaaaaaaaaaa", 404, "not_found"),
            ("/api/v1/lifecycles/none/stages", 404, "not_found"),
            ("/api/v1/lifecycles/none/transitions", 404, "not_found"),
            ("/api/v1/segments/none/members", 404, "not_found"),
            ("/api/v1/events?user=nobody", 404, "not_found"),
            ("/api/v1/profiles/ana/explain?lifecycle=none", 404, "not_found"),
            ("/api/v1/nothing", 404, "no_such_path"),
            ("/api/v1/profiles?limit=0", 400, "bad_limit"),
            ("/api/v1/events?limit=1001", 400, "bad_limit"),
            ("/api/v1/transitions?limit=-1", 400, "bad_limit"),
            ("/api/v1/profiles?limit=many", 400, "unreadable"),
            ("/api/v1/profiles?stage=buyer", 400, "bad_stage"),
            ("/api/v1/profiles?cursor=***", 400, "bad_cursor"),
            ("/api/v1/profiles?cursor=bm9uc2Vuc2U", 400, "bad_cursor"),
            ("/api/v1/events?cursor=bm9uc2Vuc2U", 400, "bad_cursor"),
            ("/api/v1/rejected?cursor=bm9uc2Vuc2U", 400, "bad_cursor"),
            ("/api/v1/profiles/ana/timeline?cursor=bm9uc2Vuc2U", 400, "bad_cursor"),
            ("/api/v1/lifecycles/shop/stages?cursor=bm9uc2Vuc2U", 400, "bad_cursor"),
            ("/api/v1/transitions?after=t1-0", 400, "bad_cursor"),
            ("/api/v1/transitions?after=nonsense", 400, "bad_cursor"),
            ("/api/v1/lifecycles/shop/stages?at=yesterday", 400, "bad_instant"),
            ("/api/v1/events?from=2026-13-01", 400, "bad_instant"),
            ("/api/v1/profiles/ana/explain", 400, "lifecycle_or_segment"),
        };
        foreach (var (path, status, code) in refusals)
        {
            var (english, spanish) = (await AskAsync("en-GB,en;q=0.9"), await AskAsync("fr, es-MX;q=0.9, en;q=0.5"));
            Assert.NotEqual(english, spanish);

            async Task<string> AskAsync(string language)
            {
                var (found, body, response) = await server.SendAsync(HttpMethod.Get, path, server.Key, null, request => request.Headers.TryAddWithoutValidation("Accept-Language", language));
                using (response)
                {
                    Assert.True(found == status && (string?)body?["code"] == code, $"{path}: {found} {body?.ToJsonString()}");
                    Assert.Equal(("application/problem+json", "urn:ciclo:problem:" + code, status), (response.Content.Headers.ContentType!.MediaType, (string)body!["type"]!, (int)body["status"]!));
                    return (string)body["detail"]!;
                }
            }
        }
        var (wrong, problem, answer) = await server.SendAsync(HttpMethod.Delete, "/api/v1/profiles", server.Key);
        using (answer)
        {
            Assert.Equal((405, "wrong_method"), (wrong, (string)problem!["code"]!));
        }
    }

    [Fact]
    public async Task A_profile_that_has_not_changed_is_not_sent_again()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1));
        async Task<(int Status, string? Tag)> AskAsync(string? tag)
        {
            var (status, _, response) = await server.SendAsync(HttpMethod.Get, "/api/v1/profiles/ana", server.Key, null, request =>
            {
                if (tag is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-None-Match", tag);
                }
            });
            using (response)
            {
                return (status, response.Headers.ETag?.ToString());
            }
        }
        var first = await AskAsync(null);
        Assert.Equal(200, first.Status);
        Assert.Equal((304, first.Tag), await AskAsync(first.Tag));
        await server.SendAsync(server.Order("ana", 2));
        var after = await AskAsync(first.Tag);
        Assert.Equal(200, after.Status);
        Assert.NotEqual(first.Tag, after.Tag);
    }

    [Fact]
    public async Task Answers_about_people_are_kept_by_nobody_on_the_way()
    {
        await using var server = await ApiServer.StartAsync();
        using var list = await server.Client.GetAsync(new Uri("/api/v1/profiles", UriKind.Relative));
        Assert.True(list.Headers.CacheControl!.NoStore);
        await server.SendAsync(server.Order("ana", 1));
        using var single = await server.Client.GetAsync(new Uri("/api/v1/profiles/ana", UriKind.Relative));
        Assert.True(single.Headers.CacheControl!.Private && single.Headers.CacheControl.NoCache);
    }

    [Fact]
    public async Task The_document_describes_every_route_of_the_api()
    {
        await using var server = await ApiServer.StartAsync();
        using var response = await server.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        var paths = document["paths"]!.AsObject();
        foreach (var route in server.Routes.Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)))
        {
            var method = route.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods[0];
            var name = $"{method} {route.RoutePattern.RawText}";
            var operation = paths[route.RoutePattern.RawText!]?[method.ToLowerInvariant()];
            Assert.True(operation is not null, name);
            Assert.True(((string?)operation["summary"])?.Length > 10, name);
            if (operation["responses"]!["204"] is null)
            {
                var content = (operation["responses"]!["200"] ?? operation["responses"]!["202"])!["content"]!.AsObject();
                Assert.True(content.ContainsKey("application/json") ? content["application/json"]!["schema"] is not null : content.Count > 0, name);
            }
            Assert.True(operation["responses"]!["401"] is not null && operation["responses"]!["403"] is not null, name);
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                Assert.True((string?)parameter!["description"] is { Length: > 5 }, $"{name}: {parameter["name"]}");
            }
        }
        var answered = (await server.GetAsync("/api/v1/lifecycles"))["data"]![0]!.AsObject().Select(field => field.Key);
        Assert.Equal(answered, document["components"]!["schemas"]!["LifecycleAnswer"]!["properties"]!.AsObject().Select(field => field.Key));
    }

    [Fact]
    public void Pages_of_rows_with_equal_texts_hold_every_row_once()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var rows = Enumerable.Range(0, random.Next(12)).Select(number => (Text: "abc"[random.Next(3)].ToString(), Number: number)).OrderBy(row => row.Text, StringComparer.Ordinal).ToList();
            var limit = random.Next(1, 5);
            var taken = new List<(string, int)>();
            for (string? cursor = ""; cursor is not null;)
            {
                var page = RowPages.Take(rows, row => row.Text, cursor, limit)!;
                Assert.True(page.Data.Count <= limit, $"seed {seed}");
                taken.AddRange(page.Data);
                cursor = page.Next;
            }
            Assert.True(rows.SequenceEqual(taken), $"seed {seed}: {string.Join(' ', rows)} but {string.Join(' ', taken)}");
        }
    }
}
