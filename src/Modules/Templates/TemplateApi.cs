using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Templates.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Templates;

/// <summary>A template in a list. <paramref name="HasChanges"/>: its draft is not what is in force.</summary>
public sealed record TemplateAnswer(string Id, string Name, string Channel, string Purpose, int Version, IReadOnlyList<string> Locales, bool HasChanges, string UpdatedAt);

/// <summary>The version in force: `id`, `version`, and what a file of a template holds.</summary>
public sealed record TemplateContentAnswer(string Id, int Version, JsonNode Content);

/// <summary>What putting a template in force did.</summary>
public sealed record TemplateAppliedAnswer(string Id, int Version);

/// <summary>Templates over HTTP.</summary>
internal static class TemplateApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Templates");
        read.MapGet("/templates", List).Produces<Page<TemplateAnswer>>().WithSummary("The templates of the workspace.");
        read.MapGet("/templates/{id}", Show).Produces<TemplateContentAnswer>().ProducesProblem(404).WithSummary("A template: the version in force, with its blocks in every language.");
        var write = routes.MapGroup("/api/v1").RequireScope("write").WithTags("Templates");
        write.MapPut("/templates/{id}", PutAsync).Accepts<JsonObject>("application/json").Produces<TemplateAppliedAnswer>().ProducesProblem(400)
            .WithSummary("Puts a template in force as its next version, or makes it. The body is `content` of the same address read; the same again changes nothing.");
    }

    private static IResult List(HttpContext http, TemplateService templates) => Results.Json(new Page<TemplateAnswer>([.. templates.List(http.Caller().Engine.Id).Select(template => new TemplateAnswer(
        template.Id, template.Draft.Name, template.Draft.Channel, template.Draft.Purpose, template.Version, [.. template.Draft.Locales.Keys], template.HasChanges, Instants.Format(template.UpdatedAt)))], null), ApiJson.Options);

    private static IResult Show(HttpContext http, TemplateService templates, string id) =>
        templates.Get(http.Caller().Engine.Id, id) is { } template && templates.Version(http.Caller().Engine.Id, id, template.Version) is { } content
            ? Tagged.Json(http, new TemplateContentAnswer(id, template.Version, JsonNode.Parse(content.ToJson())!))
            : Problems.Of(http, 404, TemplateError.NotFound.Code, TemplateError.NotFound.Message);

    private static async Task<IResult> PutAsync(HttpContext http, TemplateService templates, string id)
    {
        JsonObject? body = null;
        try
        {
            body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            // Told below: it is not what is asked for either.
        }
        if (body is null)
        {
            return Problems.BadRequest(http, "bad_json", new Text("The body is no JSON object.", "El cuerpo no es un objeto JSON."));
        }
        var (_, content, wrong) = TemplateFile.Read(body);
        if (content is null)
        {
            return Problems.BadRequest(http, "bad_template", wrong ?? default);
        }
        var (version, error) = await templates.ApplyAsync(http.Caller().Engine.Id, id, content, Actor.Of(http), http.RequestAborted);
        return error is null ? Results.Json(new TemplateAppliedAnswer(id, version), ApiJson.Options) : Problems.BadRequest(http, error.Code, error.Message);
    }
}
