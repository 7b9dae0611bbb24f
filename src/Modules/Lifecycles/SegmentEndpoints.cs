using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Lifecycles.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Lifecycles;

/// <summary>The pages of segments: list, overlap, builder by form and text, preview, history, export.</summary>
internal sealed class SegmentEndpoints(DataHost host) : DefinitionEndpoints<SegmentPages>(host, DefinitionKind.Segment)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        MapAlike(routes);
        var numbers = routes.MapGroup("/segments").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<SegmentsPage>(Of(http).List(Chosen(http))));
        numbers.MapReads("/{id}", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<SegmentPage>(pages.Define(head, http.Request.Query["as"] == "text"))));
        numbers.MapReads("/{id}/sizes", SizesAsync);
        numbers.MapReads("/{id}/overlap", OverlapAsync);
        numbers.MapReads("/{id}/preview", PreviewAsync);
        numbers.MapReads("/{lifecycle}/{stage}/{id}", SubSegment);
        numbers.MapReads("/{lifecycle}/{stage}/{id}/preview", SubPreviewAsync);
        var changes = routes.MapGroup("/segments").RequirePermission(Permission.ChangeDefinitions);
        changes.MapSends("", (Func<HttpContext, Task<IResult>>)BeginAsync);
        changes.MapSends("/{id}/form", FormAsync);
        var export = routes.MapGroup("/segments").RequirePermission(Permission.EraseAndExport);
        export.MapSends("/{id}/export", (HttpContext http, string id) => ExportAsync(http, id));
        export.MapSends("/{lifecycle}/{stage}/{id}/export", (HttpContext http, string lifecycle, string stage, string id) => ExportAsync(http, $"{lifecycle}/{stage}/{id}"));
    }

    protected override SegmentPages Of(HttpContext http) => new(Host, http.Visitor());

    protected override IResult Refuse(HttpContext http, SegmentPages pages, DefinitionHead head, Text why, int status = StatusCodes.Status400BadRequest) =>
        http.Page<SegmentPage>(pages.Define(head, http.Request.Form.ContainsKey("text"), why), status);

    protected override string TextPath(string id) => $"/segments/{id}?as=text";

    /// <summary>A rule that another page came with.</summary>
    private const int LongestRule = 4_000;

    private static string[] Chosen(HttpContext http) => [.. http.Request.Query["s"].OfType<string>().Where(id => id.Length > 0).Take(20)];

    /// <summary>The list again, with members over the last thirty days; `all` stands where an id would.</summary>
    private async Task<IResult> SizesAsync(HttpContext http, string id)
    {
        var segments = Of(http).List([]).Segments;
        return id != "all" || segments.Count == 0 ? Results.NotFound()
            : http.Part<SegmentSizesPart>(new SegmentSizesModel(segments, await Of(http).SizesAsync([.. segments.Select(one => one.Info.Id)], http.RequestAborted)));
    }

    private async Task<IResult> OverlapAsync(HttpContext http, string id)
    {
        var model = Of(http).List(Chosen(http));
        return id != "all" || model.Chosen.Count < 2 ? Results.NotFound()
            : http.Part<OverlapPart>(new OverlapModel([.. model.Chosen.Select(chosen => model.Segments.First(one => one.Info.Id == chosen).Info)], await Of(http).OverlapAsync(model.Chosen, http.RequestAborted)));
    }

    private async Task<IResult> PreviewAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var file = DefinitionPages.FileOf(head);
        return head.Draft is not null && !pages.CanReplay(file) ? Results.NoContent()
            : http.Part<PreviewPart>(await pages.PreviewAsync(id, head.Draft is null ? null : file, http.RequestAborted));
    }

    private IResult SubSegment(HttpContext http, string lifecycle, string stage, string id) =>
        Of(http).SubSegment($"{lifecycle}/{stage}/{id}") is { } found ? http.Page<SubSegmentPage>(found) : NotThere(http, id);

    private async Task<IResult> SubPreviewAsync(HttpContext http, string lifecycle, string stage, string id)
    {
        var (pages, whole) = (Of(http), $"{lifecycle}/{stage}/{id}");
        return pages.SubSegment(whole) is null ? NotThere(http, id) : http.Part<PreviewPart>(await pages.PreviewAsync(whole, null, http.RequestAborted));
    }

    private async Task<IResult> BeginAsync(HttpContext http)
    {
        var (pages, id) = (Of(http), http.Request.Form["id"].ToString().Trim());
        var text = DraftText.EmptySegment(id, http.Visitor().Engine.Rules.Zone.Id);
        if (SegmentFile.Read(text).Id != id)
        {
            return http.Page<SegmentsPage>(pages.List([], new Text("An id is made of lower-case letters, digits, _ and -, at most 64, such as big-spenders.",
                "Un id lleva minúsculas sin acento, dígitos, _ y -, 64 como máximo, como grandes-compradores."), id), StatusCodes.Status400BadRequest);
        }
        if (pages.Head(id) is null)
        {
            var when = http.Request.Form["when"].ToString().Trim();
            await pages.SaveAsync(pages.Fresh(id, when.Length is > 0 and <= LongestRule ? DraftText.WithRule(text, when) : text), http.RequestAborted);
        }
        return Results.Redirect("/segments/" + id);
    }

    /// <summary>The form as it was changed, kept as text: answered drawn anew, with the line it writes.</summary>
    private async Task<IResult> FormAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var form = FormFields.Filled(FormFields.Read(http.Request.Form), pages.Names(), id);
        var text = DraftText.WithRule(head.Draft?.Yaml ?? head.Current!.Yaml!, form.Write());
        var file = SegmentFile.Read(text, id);
        Text? error = file.Diagnostics.FirstOrDefault(found => found.Severity == Severity.Error) is { } wrong
            ? new Text(wrong.Message(Language.En), wrong.Message(Language.Es)) : null;
        if (text.Length > DraftStore.MostCharacters)
        {
            error = new Text("The rule is too long to keep.", "La regla es demasiado larga para guardarla.");
        }
        else
        {
            var draft = DefinitionPages.With(head, text);
            await pages.SaveAsync(draft, http.RequestAborted);
            head = head with { Draft = draft };
        }
        if (!http.Request.Headers.ContainsKey("HX-Request"))
        {
            return Results.Redirect("/segments/" + id);
        }
        http.Response.Headers["HX-Trigger-After-Swap"] = "lc-draft";
        return http.Part<SegmentFormPart>(new FormModel(head, form, pages.Names(), form.Write(), error));
    }

    private async Task<IResult> ExportAsync(HttpContext http, string id)
    {
        if (Of(http).Members(id) is not { } members)
        {
            return NotThere(http, id);
        }
        await AuditLog.WriteAsync(Host, new AuditEntry(http.Visitor().WorkspaceId, Actor.Of(http), AuditActions.Exported, id, $"members={members.Count}"), http.RequestAborted);
        return Results.File(CsvText.Of(["user_id", "since"], members.Select(row => new[] { row.UserId, Instants.Format(row.Since) })), "text/csv; charset=utf-8", id.Replace('/', '-') + ".csv");
    }
}
