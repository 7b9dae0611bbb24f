using System.Net;
using System.Text;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Tests.Api;

/// <summary>Who may call which route, over the inventory of all of them.</summary>
public sealed class RouteTests
{
    [Fact]
    public async Task Every_route_asks_for_a_scope_or_says_that_it_asks_for_none()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.True(server.Routes.Count > 20);
        Assert.All(server.Routes, route => Assert.True(IsGuarded(route), $"{route.RoutePattern.RawText} says neither AllowAnonymous, RequireScope nor who may see the page."));
        Assert.All(
            server.Routes.Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)),
            route => Assert.NotNull(route.Metadata.GetMetadata<RequiredScope>()));
    }

    [Fact]
    public async Task A_route_without_either_is_found()
    {
        await using var bare = WebApplication.CreateSlimBuilder().Build();
        bare.MapGet("/open", () => "");
        var route = ((IEndpointRouteBuilder)bare).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Single();
        Assert.False(IsGuarded(route));
    }

    [Fact]
    public async Task Only_a_live_secret_key_with_the_scope_gets_in()
    {
        await using var server = await ApiServer.StartAsync();
        var writeKey = await server.MakeKeyAsync(KeyKind.Write);
        var none = await server.MakeKeyAsync(KeyKind.Secret, ["collect"]);
        var held = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["read"] = await server.MakeKeyAsync(KeyKind.Secret, ["read"]),
            ["write"] = await server.MakeKeyAsync(KeyKind.Secret, ["write"]),
            ["export"] = await server.MakeKeyAsync(KeyKind.Secret, ["export"]),
        };
        var revoked = await server.MakeKeyAsync(KeyKind.Secret);
        var ring = KeyService.Of(server.Host);
        await ring.RevokeAsync("default", ring.Ring.Find(revoked)!.Id, 1, default);
        foreach (var route in server.Routes)
        {
            if (route.Metadata.GetMetadata<RequiredScope>()?.Scope is not { } scope)
            {
                continue;
            }
            var method = new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);
            var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"));
            await ExpectAsync(null, 401, "no_key");
            await ExpectAsync(revoked, 401, "no_key");
            await ExpectAsync("sk_nonsense", 401, "no_key");
            await ExpectAsync(writeKey, 403, "no_scope");
            await ExpectAsync(none, 403, "no_scope");
            await ExpectAsync(held.First(pair => pair.Key != scope).Value, 403, "no_scope");
            var (status, _, response) = await server.SendAsync(method, path, held[scope]);
            Assert.True(status is not (401 or 403), $"{method} {path}: {status}");
            response.Dispose();

            async Task ExpectAsync(string? key, int expected, string code)
            {
                var (status, body, response) = await server.SendAsync(method, path, key);
                using (response)
                {
                    Assert.True(status == expected, $"{method} {path}: {status}, not {expected}");
                    Assert.Equal((code, "urn:ciclo:problem:" + code), ((string)body!["code"]!, (string)body["type"]!));
                    Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
                }
            }
        }
    }

    [Fact]
    public async Task A_strangers_body_is_not_read()
    {
        await using var server = await ApiServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/identity/join") { Content = new StringContent("{ not json", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sk_nobody");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_key_may_come_as_user_name_of_basic_authentication()
    {
        await using var server = await ApiServer.StartAsync();
        var (status, _, response) = await server.SendAsync(HttpMethod.Get, "/api/v1/lifecycles", null, null, request =>
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(server.Key + ":")));
        });
        response.Dispose();
        Assert.Equal(200, status);
    }

    [Fact]
    public async Task A_key_of_another_workspace_finds_nobody_of_this_one()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1));
        var id = (string)(await server.GetAsync("/api/v1/profiles/user_id:ana"))["id"]!;
        var foreign = await server.MakeKeyAsync(KeyKind.Secret, null, "other");
        foreach (var path in new[] { "/api/v1/profiles/user_id:ana", "/api/v1/profiles/" + id, $"/api/v1/profiles/{id}/timeline", "/api/v1/lifecycles/shop/stages", "/api/v1/events?user=ana" })
        {
            var (status, body, response) = await server.SendAsync(HttpMethod.Get, path, foreign);
            response.Dispose();
            Assert.Equal((404, "not_found"), (status, (string)body!["code"]!));
        }
        foreach (var path in new[] { "/api/v1/profiles", "/api/v1/events", "/api/v1/transitions", "/api/v1/lifecycles" })
        {
            var (_, body, response) = await server.SendAsync(HttpMethod.Get, path, foreign);
            response.Dispose();
            Assert.Empty(body!["data"]!.AsArray());
        }
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_and_for_keys_and_name_no_one()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1), server.Order("ana", 1));
        using var local = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        var text = await local.Content.ReadAsStringAsync();
        Assert.Contains("ciclo_events_total{workspace=\"default\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("ciclo_duplicates_total{workspace=\"default\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ana", text.Replace("last", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var disguise in new[] { ("Host", "ciclo.example.com"), ("X-Forwarded-For", "203.0.113.9") })
        {
            var (status, _, response) = await server.SendAsync(HttpMethod.Get, "/metrics", null, null, request => request.Headers.TryAddWithoutValidation(disguise.Item1, disguise.Item2));
            response.Dispose();
            Assert.Equal(401, status);
        }
        var foreign = await server.MakeKeyAsync(KeyKind.Secret, null, "other");
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        asked.Headers.Host = "ciclo.example.com";
        asked.Headers.TryAddWithoutValidation("Authorization", "Bearer " + foreign);
        using var answer = await server.Client.SendAsync(asked);
        var foreignText = await answer.Content.ReadAsStringAsync();
        Assert.Contains("workspace=\"other\"", foreignText, StringComparison.Ordinal);
        Assert.DoesNotContain("workspace=\"default\"", foreignText, StringComparison.Ordinal);
    }

    private static bool IsGuarded(Endpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || route.Metadata.GetMetadata<RequiredScope>() is not null
        || route.Metadata.GetMetadata<PageRule>() is not null;
}
