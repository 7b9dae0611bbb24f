using System.Text.Json.Nodes;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Keys;
using Ciclo.Tests.Faults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Ciclo.Tests.Api;

/// <summary>Every route of the API, asked with a key of another workspace for what is in this one: there is no such thing.</summary>
public sealed class ForeignWorkspaceTests
{
    [Fact]
    public async Task Every_route_with_an_id_of_another_workspace_is_404_and_every_list_is_without_it()
    {
        await using var server = await ApiServer.StartAsync();
        await server.SendAsync(server.Order("ana", 1), server.Order("bea", 2));
        var ana = (string)(await server.GetAsync("/api/v1/profiles/user_id:ana"))["id"]!;
        var erased = await server.SendAsync(HttpMethod.Delete, "/api/v1/profiles/user_id:bea", server.Key);
        var erasure = (string?)erased.Body?["id"] ?? "ers_none";
        erased.Response.Dispose();
        var foreign = await server.MakeKeyAsync(KeyKind.Secret, null, "other");
        var (ids, lists) = (0, 0);
        foreach (var route in server.Routes.Where(route => route.Metadata.GetMetadata<RequiredScope>() is not null))
        {
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(name => new HttpMethod(name)))
            {
                foreach (var path in PathsOf(route, ana, erasure))
                {
                    var body = method == HttpMethod.Get || method == HttpMethod.Delete ? null : new JsonObject { ["a"] = "user_id:ana", ["b"] = "user_id:carl" };
                    var (status, answer, response) = await server.SendAsync(method, path, foreign, body);
                    response.Dispose();
                    if (route.RoutePattern.Parameters.Count > 0)
                    {
                        // What is put under a name is the caller's own, or refused for what it says.
                        Assert.True(status == 404 || (method == HttpMethod.Put && status == 400), $"{method} {path}: {status}, not 404");
                        ids++;
                        continue;
                    }
                    lists++;
                    Assert.DoesNotContain(ana, answer?.ToJsonString() ?? "", StringComparison.Ordinal);
                    // The catalogue of metrics is the program's, the same for everybody, and so are the dashboards that come with it.
                    var own = (answer?["data"] as JsonArray)?.Count(one => (string?)(one as JsonObject)?["kind"] != "ready") ?? 0;
                    Assert.True(method != HttpMethod.Get || path == "/api/v1/metrics" || own == 0, $"{method} {path}: {answer}");
                }
            }
        }
        // What was asked for with the foreign key has changed nothing here.
        Assert.Equal(ana, (string)(await server.GetAsync("/api/v1/profiles/user_id:ana"))["id"]!);
        Assert.True(ids > 12 && lists > 5, $"{ids} ids, {lists} lists");
        Figures.Say("another workspace's ids", $"{ids} paths with an id of another workspace, all 404; {lists} without one, none of which shows it");
    }

    /// <summary>The route with what is there in this workspace in the places of its parameters.</summary>
    private static IEnumerable<string> PathsOf(RouteEndpoint route, string profile, string erasure)
    {
        var raw = route.RoutePattern.RawText!;
        string[] known = raw.Contains("/erasures/", StringComparison.Ordinal) ? [erasure]
            : raw.Contains("/lifecycles/", StringComparison.Ordinal) ? ["shop"]
            : raw.Contains("/segments/{lifecycle}", StringComparison.Ordinal) ? ["shop", "regular", "vip"]
            : raw.Contains("/segments/", StringComparison.Ordinal) ? ["named"]
            : [profile];
        yield return Fill(route, known) + (raw.Contains("explain", StringComparison.Ordinal) ? "?lifecycle=shop" : "");
        if (known[0] == profile && route.RoutePattern.Parameters.Count > 0)
        {
            yield return Fill(route, ["user_id:ana"]) + (raw.Contains("explain", StringComparison.Ordinal) ? "?lifecycle=shop" : "");
        }
        if (raw.EndsWith("/events", StringComparison.Ordinal))
        {
            yield return raw;
        }
    }

    private static string Fill(RouteEndpoint route, string[] values)
    {
        var next = 0;
        return "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment =>
            segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : values[Math.Min(next++, values.Length - 1)]));
    }
}
