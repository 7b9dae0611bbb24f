using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Lifecycles.Pages;
using Ciclo.Modules.Sources.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Lifecycles;

/// <summary>
/// The addresses that lifecycles and segments have alike: what the editor completes, versions, and a draft that is kept, thrown away, applied, or taken
/// from an earlier version.
/// </summary>
internal abstract class DefinitionEndpoints<TPages>(DataHost host, DefinitionKind kind)
    where TPages : DefinitionPages
{
    protected DataHost Host => host;

    /// <summary>The address that all of them begin with.</summary>
    protected string Section => "/" + DefinitionHead.SectionOf(kind);

    protected abstract TPages Of(HttpContext http);

    /// <summary>The page of a definition, with why something was not done.</summary>
    protected abstract IResult Refuse(HttpContext http, TPages pages, DefinitionHead head, Text why, int status = StatusCodes.Status400BadRequest);

    /// <summary>Where a text that was sent without a script leads back to.</summary>
    protected virtual string TextPath(string id) => $"{Section}/{id}";

    protected void MapAlike(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup(Section).RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("/{id}/names", (HttpContext http, string id) => Results.Json(
            http.Visitor().Engine.Read(state => DefinitionNames.Of(state, ReaderLanguage.Of(http.Request))), ApiJson.Options));
        numbers.MapReads("/{id}/history", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<HistoryPage>(pages.History(head, Number(http, "version")))));
        // Values of people stand in it.
        routes.MapGroup(Section).RequirePermission(Permission.ReadPeople).MapReads("/{id}/values", (HttpContext http, string id) => Results.Json(
            SeenValues.Of(host, http.Visitor().Engine, http.Locale(), http.RequestAborted), ApiJson.Options));
        var changes = routes.MapGroup(Section).RequirePermission(Permission.ChangeDefinitions);
        changes.MapSends("/{id}/draft", DraftAsync);
        changes.MapSends("/{id}/discard", DiscardAsync);
        changes.MapSends("/{id}/apply", ApplyAsync);
        changes.MapSends("/{id}/back", BackAsync);
    }

    protected IResult NotThere(HttpContext http, string id) => http.Page<MissingPage>(new Missing(DefinitionHead.SectionOf(kind), id), StatusCodes.Status404NotFound);

    protected IResult With(HttpContext http, string id, Func<TPages, DefinitionHead, IResult> answer)
    {
        var pages = Of(http);
        return pages.Head(id) is { } head ? answer(pages, head) : NotThere(http, id);
    }

    protected async Task<IResult> WithAsync(HttpContext http, string id, Func<TPages, DefinitionHead, Task<IResult>> answer)
    {
        var pages = Of(http);
        return pages.Head(id) is { } head ? await answer(pages, head) : NotThere(http, id);
    }

    protected static int? Number(HttpContext http, string name) =>
        int.TryParse(http.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Keeps the text as the visitor's draft and says what is wrong with it: to a script as JSON, to a form by the page.</summary>
    private Task<IResult> DraftAsync(HttpContext http, string id) => WithAsync(http, id, async (pages, head) =>
    {
        var text = http.Request.Form["text"].ToString().ReplaceLineEndings("\n");
        if (text.Trim().Length == 0 || text.Length > DraftStore.MostCharacters)
        {
            return Refuse(http, pages, head, new Text($"The text is empty or longer than {DraftStore.MostCharacters} characters; the draft stays as it was.",
                $"El texto está vacío o pasa de {DraftStore.MostCharacters} caracteres; el borrador queda como estaba."));
        }
        if (head.Current?.Yaml is { } inForce && DefinitionPages.Lines(inForce).SequenceEqual(DefinitionPages.Lines(text)))
        {
            await pages.DiscardAsync(id, http.RequestAborted);
            head = head with { Draft = null };
        }
        else
        {
            var draft = DefinitionPages.With(head, text);
            await pages.SaveAsync(draft, http.RequestAborted);
            head = head with { Draft = draft };
        }
        var file = DefinitionPages.Read(kind, text, id);
        return http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(CheckAnswer.Of(pages.Check(head, file), text, head.Draft is not null, pages.CanReplay(file), ReaderLanguage.Of(http.Request)), ApiJson.Options)
            : Results.Redirect(TextPath(id));
    });

    private Task<IResult> DiscardAsync(HttpContext http, string id) => WithAsync(http, id, async (pages, head) =>
    {
        await pages.DiscardAsync(id, http.RequestAborted);
        return Results.Redirect(head.Current is null ? Section : $"{Section}/{id}");
    });

    private Task<IResult> ApplyAsync(HttpContext http, string id) => WithAsync(http, id, async (pages, head) =>
    {
        var reason = http.Request.Form["reason"].ToString().Trim();
        if (head.Draft is null)
        {
            return Refuse(http, pages, head, new Text("There is no draft of yours to apply. Change the text first.", "No tienes un borrador por aplicar. Cambia antes el texto."));
        }
        if (reason.Length is 0 or > DefinitionVersion.MostReason)
        {
            return Refuse(http, pages, head, new Text($"Say why it changes, in at most {DefinitionVersion.MostReason} characters: it stands in the history.",
                $"Di por qué cambia, en {DefinitionVersion.MostReason} caracteres como máximo: queda en el historial."));
        }
        var file = DefinitionPages.FileOf(head);
        if (pages.Check(head, file).Concat(pages.Service.Check([file])).FirstOrDefault(found => found.IsError) is { } wrong)
        {
            return Refuse(http, pages, head, Said(file, wrong));
        }
        var outcome = await pages.Service.ApplyOneAsync(file, head.Draft.BasedOn, reason, Actor.Of(http), http.RequestAborted);
        return outcome switch
        {
            { Newer: { } newer } => Refuse(http, pages, head, new Text(
                $"Nothing was applied: v{newer} was put in force while you wrote, and your draft began from v{head.Draft.BasedOn}. Look at what v{newer} changed under History, discard the draft, and make your change again.",
                $"No se aplicó nada: mientras escribías entró en vigor la v{newer}, y tu borrador partió de la v{head.Draft.BasedOn}. Mira en Historial qué cambió la v{newer}, descarta el borrador y haz tu cambio de nuevo."),
                StatusCodes.Status409Conflict),
            { Applied: { } applied } => Results.Redirect($"{Section}/{id}/history?version={applied.Version}"),
            _ => Refuse(http, pages, head, Said(file, outcome.Findings.First(found => found.IsError))),
        };
    });

    /// <summary>An earlier text as a draft, to be looked at and applied like any other.</summary>
    private async Task<IResult> BackAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        var isNumber = int.TryParse(http.Request.Form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || pages.Service.Find(kind, id, number) is not { Yaml: { } yaml })
        {
            return NotThere(http, id);
        }
        await pages.SaveAsync(pages.Fresh(id, yaml.ReplaceLineEndings("\n"), http.Locale().Say($"Back to v{number}.", $"Volver a la v{number}.")), http.RequestAborted);
        return Results.Redirect($"{Section}/{id}");
    }

    private static Text Said(DefinitionFile file, FileFinding wrong)
    {
        var where = ReferenceEquals(wrong.File, file) ? "" : wrong.File.Name + ": ";
        return new Text(where + wrong.Diagnostic.Say(Language.En), where + wrong.Diagnostic.Say(Language.Es));
    }
}
