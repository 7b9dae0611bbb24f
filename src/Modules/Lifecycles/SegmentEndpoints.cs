using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Lifecycles;

/// <summary>The pages of segments: list, overlap, builder by form and text, preview, history, export.</summary>
internal sealed class SegmentEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/segments").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<SegmentsPage>(Of(http).List(Chosen(http))));
        numbers.MapReads("/{id}", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<SegmentPage>(pages.Define(head, http.Request.Query["as"] == "text"))));
        numbers.MapReads("/{id}/names", LifecycleEndpoints.Names);
        routes.MapGroup("/segments").RequirePermission(Permission.ReadPeople).MapReads("/{id}/values", (HttpContext http, string id) => LifecycleEndpoints.Values(host, http));
        numbers.MapReads("/{id}/sizes", SizesAsync);
        numbers.MapReads("/{id}/overlap", OverlapAsync);
        numbers.MapReads("/{id}/preview", PreviewAsync);
        numbers.MapReads("/{id}/history", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<SegmentHistoryPage>(pages.History(head, Number(http, "version")))));
        numbers.MapReads("/{lifecycle}/{stage}/{id}", SubSegment);
        numbers.MapReads("/{lifecycle}/{stage}/{id}/preview", SubPreviewAsync);
        var changes = routes.MapGroup("/segments").RequirePermission(Permission.ChangeDefinitions);
        changes.MapPost("", (Func<HttpContext, Task<IResult>>)BeginAsync);
        changes.MapPost("/{id}/form", FormAsync);
        changes.MapPost("/{id}/draft", DraftAsync);
        changes.MapPost("/{id}/discard", DiscardAsync);
        changes.MapPost("/{id}/apply", ApplyAsync);
        changes.MapPost("/{id}/back", BackAsync);
        var export = routes.MapGroup("/segments").RequirePermission(Permission.EraseAndExport);
        export.MapPost("/{id}/export", (HttpContext http, string id) => ExportAsync(http, id));
        export.MapPost("/{lifecycle}/{stage}/{id}/export", (HttpContext http, string lifecycle, string stage, string id) => ExportAsync(http, $"{lifecycle}/{stage}/{id}"));
    }

    private SegmentPages Of(HttpContext http) => new(host, http.Visitor());

    private LifecyclePages Store(HttpContext http) => new(host, http.Visitor());

    private static IResult NotThere(HttpContext http, string id) => http.Page<MissingPage>(new Missing("segments", id), StatusCodes.Status404NotFound);

    private IResult With(HttpContext http, string id, Func<SegmentPages, SegmentHead, IResult> answer)
    {
        var pages = Of(http);
        return pages.Head(id) is { } head ? answer(pages, head) : NotThere(http, id);
    }

    private static int? Number(HttpContext http, string name) =>
        int.TryParse(http.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

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
        var file = SegmentPages.FileOf(head);
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
            await SaveAsync(http, new DefinitionDraft(DefinitionKind.Segment, id, text, pages.Service.NewestNumber(DefinitionKind.Segment, id), "", 0));
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
            var draft = new DefinitionDraft(DefinitionKind.Segment, id, text, head.Draft?.BasedOn ?? head.Versions, head.Draft?.Reason ?? "", 0);
            await SaveAsync(http, draft);
            head = head with { Draft = draft };
        }
        if (!http.Request.Headers.ContainsKey("HX-Request"))
        {
            return Results.Redirect("/segments/" + id);
        }
        http.Response.Headers["HX-Trigger-After-Swap"] = "lc-draft";
        return http.Part<SegmentFormPart>(new FormModel(head, form, pages.Names(), form.Write(), error));
    }

    private async Task<IResult> DraftAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var text = http.Request.Form["text"].ToString().ReplaceLineEndings("\n");
        if (text.Trim().Length == 0 || text.Length > DraftStore.MostCharacters)
        {
            return http.Page<SegmentPage>(pages.Define(head, true, new Text($"The text is empty or longer than {DraftStore.MostCharacters} characters; the draft stays as it was.",
                $"El texto está vacío o pasa de {DraftStore.MostCharacters} caracteres; el borrador queda como estaba.")), StatusCodes.Status400BadRequest);
        }
        var draft = new DefinitionDraft(DefinitionKind.Segment, id, text, head.Draft?.BasedOn ?? head.Versions, head.Draft?.Reason ?? "", 0);
        await SaveAsync(http, draft);
        var file = SegmentFile.Read(text, id);
        return http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(CheckAnswer.Of(pages.Check(head with { Draft = draft }, file), text, true, pages.CanReplay(file), ReaderLanguage.Of(http.Request)), ApiJson.Options)
            : Results.Redirect($"/segments/{id}?as=text");
    }

    private async Task<IResult> DiscardAsync(HttpContext http, string id)
    {
        if (Of(http).Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        await Store(http).DiscardAsync(DefinitionKind.Segment, id, http.RequestAborted);
        return Results.Redirect(head.Current is null ? "/segments" : "/segments/" + id);
    }

    private async Task<IResult> ApplyAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var reason = http.Request.Form["reason"].ToString().Trim();
        IResult Refuse(Text why, int status = StatusCodes.Status400BadRequest) => http.Page<SegmentPage>(pages.Define(head, false, why), status);
        if (head.Draft is null)
        {
            return Refuse(new Text("There is no draft of yours to apply. Change the rule first.", "No tienes un borrador por aplicar. Cambia antes la regla."));
        }
        if (reason.Length is 0 or > DefinitionVersion.MostReason)
        {
            return Refuse(new Text($"Say why, in at most {DefinitionVersion.MostReason} characters: it stands in the history.", $"Di por qué, en {DefinitionVersion.MostReason} caracteres como máximo: queda en el historial."));
        }
        var file = SegmentPages.FileOf(head);
        if (pages.Check(head, file).Concat(pages.Service.Check([file])).FirstOrDefault(found => found.IsError) is { } wrong)
        {
            return Refuse(new Text($"{wrong.File.Name}: {wrong.Diagnostic.Say(Language.En)}", $"{wrong.File.Name}: {wrong.Diagnostic.Say(Language.Es)}"));
        }
        var outcome = await pages.Service.ApplyOneAsync(file, head.Draft.BasedOn, reason, Actor.Of(http), http.RequestAborted);
        return outcome.Newer is { } newer
            ? Refuse(new Text($"Nothing was applied: v{newer} was put in force while you wrote. Look at it under History, discard the draft, and make your change again.",
                $"No se aplicó nada: mientras escribías entró en vigor la v{newer}. Mírala en Historial, descarta el borrador y haz tu cambio de nuevo."), StatusCodes.Status409Conflict)
            : Results.Redirect($"/segments/{id}/history?version={outcome.Applied?.Version}");
    }

    private async Task<IResult> BackAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        var isNumber = int.TryParse(http.Request.Form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || pages.Service.Find(DefinitionKind.Segment, id, number) is not { Yaml: { } yaml })
        {
            return NotThere(http, id);
        }
        var reason = ReaderLanguage.Of(http.Request) == Language.Es ? $"Volver a la v{number}." : $"Back to v{number}.";
        await SaveAsync(http, new DefinitionDraft(DefinitionKind.Segment, id, yaml, pages.Service.NewestNumber(DefinitionKind.Segment, id), reason, 0));
        return Results.Redirect("/segments/" + id);
    }

    private async Task<IResult> ExportAsync(HttpContext http, string id)
    {
        if (Of(http).Members(id) is not { } members)
        {
            return NotThere(http, id);
        }
        await AuditLog.WriteAsync(host, new AuditEntry(http.Visitor().WorkspaceId, Actor.Of(http), AuditActions.Exported, id, $"members={members.Count}"), http.RequestAborted);
        return Results.File(CsvText.Of(["user_id", "since"], members.Select(row => new[] { row.UserId, Instants.Format(row.Since) })), "text/csv; charset=utf-8", id.Replace('/', '-') + ".csv");
    }

    private Task SaveAsync(HttpContext http, DefinitionDraft draft) => Store(http).SaveAsync(draft, http.RequestAborted);
}
