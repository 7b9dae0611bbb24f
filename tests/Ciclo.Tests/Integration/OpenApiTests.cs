using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Tests.Integration;

/// <summary>The document that integrators generate clients from is whole.</summary>
public sealed class OpenApiTests(ShopServer shop) : IClassFixture<ShopServer>
{
    private static readonly Regex Template = new("{[*]*([a-zA-Z_]+)[^}]*}", RegexOptions.NonBacktracking);

    [Fact]
    public async Task It_is_version_3_1_describes_each_route_of_the_api_with_its_errors_and_refers_to_nothing_that_is_not_there()
    {
        var answered = await shop.Server.GetAsync("/openapi/v1.json", "");
        var document = answered.Json;
        Assert.StartsWith("3.1.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var routes = shop.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            var path = Template.Replace(route.RoutePattern.RawText!, "{$1}");
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var operation = document["paths"]![path]?[method.ToLowerInvariant()];
                Assert.True(operation is not null, $"{method} {path} is not described");
                Assert.True(operation["summary"]?.GetValue<string>().Length > 10, $"{method} {path} has no summary");
                var statuses = operation["responses"]!.AsObject().Select(pair => pair.Key).ToList();
                Assert.True((statuses.Contains("200") || statuses.Contains("202") || statuses.Contains("204")) && statuses.Contains("401") && statuses.Contains("403"), $"{method} {path} tells {string.Join(' ', statuses)} only");
                var parameters = operation["parameters"]?.AsArray() ?? [];
                Assert.True(parameters.All(parameter => parameter!["description"]?.GetValue<string>().Length > 3), $"{method} {path} has parameters without a word on them");
                Assert.True(statuses.Contains("400") || parameters.All(parameter => parameter!["in"]!.GetValue<string>() != "query"), $"{method} {path} takes a query and tells no 400");
                Assert.Equal(Template.Matches(path).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal),
                    parameters.Where(parameter => parameter!["in"]!.GetValue<string>() == "path").Select(parameter => parameter!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
            }
        }
        foreach (var reference in References(document))
        {
            var target = reference.Split('/').Skip(1).Aggregate((JsonNode?)document, (node, name) => node?[name]);
            Assert.True(target is not null, $"{reference} refers to nothing");
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
