using System.Globalization;
using System.Text;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Lifecycles.Pages;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Sources.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Lifecycles;

/// <summary>The pages of lifecycles: list, picture and text, simulation, explanation, history.</summary>
internal sealed class LifecycleEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/lifecycles").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<LifecyclesPage>(Of(http).List()));
        numbers.MapReads("/{id}", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<LifecyclePage>(pages.Define(head))));
        numbers.MapReads("/{id}/names", Names);
        numbers.MapReads("/{id}/history", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<HistoryPage>(pages.History(head, Number(http, "version")))));
        var people = routes.MapGroup("/lifecycles").RequirePermission(Permission.ReadPeople);
        people.MapReads("/{id}/explain", Explain);
        people.MapReads("/{id}/values", (HttpContext http, string id) => Values(host, http));
        people.MapReads("/{id}/movers", MoversAsync);
        var changes = routes.MapGroup("/lifecycles").RequirePermission(Permission.ChangeDefinitions);
        changes.MapReads("/{id}/picture", PictureAsync);
        changes.MapReads("/{id}/simulation", SimulationAsync);
        changes.MapPost("", (Func<HttpContext, Task<IResult>>)BeginAsync);
        changes.MapPost("/{id}/draft", DraftAsync);
        changes.MapPost("/{id}/discard", DiscardAsync);
        changes.MapPost("/{id}/apply", ApplyAsync);
        changes.MapPost("/{id}/back", BackAsync);
        routes.MapGroup("/lifecycles").RequirePermission(Permission.EraseAndExport).MapPost("/{id}/movers/export", ExportAsync);
        routes.MapGroup("/lifecycles").RequirePermission(Permission.ChangePeople).MapPost("/{id}/movers/list", KeepAsync);
    }

    private LifecyclePages Of(HttpContext http) => new(host, http.Visitor());

    private static IResult NotThere(HttpContext http, string id) => http.Page<MissingPage>(new Missing("lifecycles", id), StatusCodes.Status404NotFound);

    private IResult With(HttpContext http, string id, Func<LifecyclePages, LifecycleHead, IResult> answer)
    {
        var pages = Of(http);
        return pages.Head(id) is { } head ? answer(pages, head) : NotThere(http, id);
    }

    private static int? Number(HttpContext http, string name) =>
        int.TryParse(http.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What the editor completes: names at once, and what their values look like a moment later.</summary>
    internal static IResult Names(HttpContext http, string id) => Results.Json(
        http.Visitor().Engine.Read(state => DefinitionNames.Of(state, ReaderLanguage.Of(http.Request))), ApiJson.Options);

    internal static IResult Values(DataHost host, HttpContext http) => Results.Json(
        SeenValues.Of(host, http.Visitor().Engine, http.Locale(), http.RequestAborted), ApiJson.Options);

    /// <summary>Begins a lifecycle from one that ships with the program: a draft under the id asked for.</summary>
    private async Task<IResult> BeginAsync(HttpContext http)
    {
        var (pages, form) = (Of(http), http.Request.Form);
        var id = form["id"].ToString().Trim();
        var text = ShippedDefinitions.Lifecycles.FirstOrDefault(file => file.Id == form["framework"].ToString()) is { } framework
            ? DraftText.WithId(framework.Yaml, framework.IdPlace.Line, id)
            : DraftText.Empty(id, http.Visitor().Engine.Rules.Zone.Id);
        if (LifecycleFile.Read(text).Id != id)
        {
            return http.Page<LifecyclesPage>(pages.List(new Text("An id is made of lower-case letters, digits, _ and -, at most 64, such as shop-growth.",
                "Un id lleva minúsculas sin acento, dígitos, _ y -, 64 como máximo, como crecimiento-tienda."), id), StatusCodes.Status400BadRequest);
        }
        if (pages.Head(id) is not null)
        {
            return http.Page<LifecyclesPage>(pages.List(new Text($"There is a lifecycle {id} already. Open it, or choose another id.",
                $"Ya hay un ciclo de vida {id}. Ábrelo, o elige otro id."), id), StatusCodes.Status400BadRequest);
        }
        await pages.SaveAsync(new DefinitionDraft(DefinitionKind.Lifecycle, id, text, pages.Service.NewestNumber(DefinitionKind.Lifecycle, id), "", 0), http.RequestAborted);
        return Results.Redirect("/lifecycles/" + id);
    }

    /// <summary>Keeps the text as the visitor's draft and says what is wrong with it: to a script as JSON, to a form by the page.</summary>
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
            return http.Page<LifecyclePage>(pages.Define(head, new Text($"The text is empty or longer than {DraftStore.MostCharacters} characters; the draft stays as it was.",
                $"El texto está vacío o pasa de {DraftStore.MostCharacters} caracteres; el borrador queda como estaba.")), StatusCodes.Status400BadRequest);
        }
        if (head.Current?.Yaml is { } inForce && LifecyclePages.Lines(inForce).SequenceEqual(LifecyclePages.Lines(text)))
        {
            await pages.DiscardAsync(DefinitionKind.Lifecycle, id, http.RequestAborted);
            head = head with { Draft = null };
        }
        else
        {
            var draft = new DefinitionDraft(DefinitionKind.Lifecycle, id, text, head.Draft?.BasedOn ?? head.Versions, head.Draft?.Reason ?? "", 0);
            await pages.SaveAsync(draft, http.RequestAborted);
            head = head with { Draft = draft };
        }
        var file = LifecycleFile.Read(text, id);
        return http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(CheckAnswer.Of(pages.Check(head, file), text, head.Draft is not null, pages.CanReplay(file), ReaderLanguage.Of(http.Request)), ApiJson.Options)
            : Results.Redirect("/lifecycles/" + id);
    }

    private async Task<IResult> DiscardAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        await pages.DiscardAsync(DefinitionKind.Lifecycle, id, http.RequestAborted);
        return Results.Redirect(head.Current is null ? "/lifecycles" : "/lifecycles/" + id);
    }

    private async Task<IResult> PictureAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var file = LifecyclePages.FileOf(head);
        if (head.Draft is null)
        {
            return http.Part<PicturePart>(pages.Define(head).Picture!);
        }
        if (!pages.CanReplay(file))
        {
            // What the page shows stays: the last text that could be read.
            return Results.NoContent();
        }
        var simulation = await SimulationDesk.Of(host).SimulateAsync(http.Visitor().Engine, file, pages.StepFor(http.Request.Query.ContainsKey("exact")), http.RequestAborted);
        return http.Part<PicturePart>(pages.Picture(head, file, simulation));
    }

    private async Task<IResult> SimulationAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var file = LifecyclePages.FileOf(head);
        if (head.Draft is null)
        {
            return http.Part<NoSimulationPart>(head);
        }
        if (!pages.CanReplay(file))
        {
            return Results.NoContent();
        }
        var simulation = await SimulationDesk.Of(host).SimulateAsync(http.Visitor().Engine, file, 1, http.RequestAborted);
        return http.Part<SimulationPart>(pages.SimulationOf(head, file, simulation, http.Request.Query["stage"].ToString()));
    }

    private async Task<IResult> MoversAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { Draft: not null } head || LifecyclePages.FileOf(head) is not { } file || !pages.CanReplay(file))
        {
            return NotThere(http, id);
        }
        var simulation = await SimulationDesk.Of(host).SimulateAsync(http.Visitor().Engine, file, 1, http.RequestAborted);
        var movers = pages.Movers(head, file, simulation, http.Request.Query["from"].ToString(), http.Request.Query["to"].ToString(), Number(http, "skip") ?? 0);
        return http.Request.Headers.ContainsKey("HX-Request") ? http.Part<MoversPart>(movers) : http.Page<MoversPage>(movers);
    }

    private async Task<IResult> ExportAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { Draft: not null } head || LifecyclePages.FileOf(head) is not { } file || !pages.CanReplay(file))
        {
            return NotThere(http, id);
        }
        var (visitor, language) = (http.Visitor(), ReaderLanguage.Of(http.Request));
        var simulation = await SimulationDesk.Of(host).SimulateAsync(visitor.Engine, file, 1, http.RequestAborted);
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.Exported, id, $"movers={simulation.Movers.Count}"), http.RequestAborted);
        var names = visitor.Engine.Read(state => Simulation.UserIds(state, simulation.Movers));
        var text = CsvText.Of(["user_id", "from", "to", "since"], simulation.Movers.Zip(names, (mover, name) =>
            new[] { name, simulation.StageName(mover.From), simulation.StageName(mover.To), Instants.Format(mover.At) }));
        return Results.File(text, "text/csv; charset=utf-8", new Text($"{id}-movers.csv", $"{id}-cambios.csv").In(language));
    }

    /// <summary>The movers that are looked at as a static list.</summary>
    private async Task<IResult> KeepAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { Draft: not null } head || LifecyclePages.FileOf(head) is not { } file || !pages.CanReplay(file))
        {
            return NotThere(http, id);
        }
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        var simulation = await SimulationDesk.Of(host).SimulateAsync(visitor.Engine, file, 1, http.RequestAborted);
        var movers = LifecyclePages.Chosen(simulation, form["from"].ToString(), form["to"].ToString());
        var people = visitor.Engine.Read(state => movers.Select(mover => mover.Profile).Where(state.Staged.Identity.IsProfile).Select(state.Staged.Identity.PublicId).ToList());
        var (list, refusal) = await CustomerLists.MakeAsync(host, visitor, form["name"].ToString(), people, Actor.Of(http), http.RequestAborted);
        return list is null ? http.Page<LifecyclePage>(pages.Define(head, refusal), StatusCodes.Status400BadRequest) : Results.Redirect(CustomerPaths.OfList(list) + "&done=filled");
    }

    private async Task<IResult> ApplyAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var reason = http.Request.Form["reason"].ToString().Trim();
        if (head.Draft is null || LifecyclePages.FileOf(head) is not { } file)
        {
            return http.Page<LifecyclePage>(pages.Define(head, new Text("There is no draft of yours to apply. Change the text first.", "No tienes un borrador por aplicar. Cambia antes el texto.")), StatusCodes.Status400BadRequest);
        }
        if (reason.Length is 0 or > DefinitionVersion.MostReason)
        {
            return http.Page<LifecyclePage>(pages.Define(head, new Text($"Say why it changes, in at most {DefinitionVersion.MostReason} characters: it stands in the history.",
                $"Di por qué cambia, en {DefinitionVersion.MostReason} caracteres como máximo: queda en el historial.")), StatusCodes.Status400BadRequest);
        }
        if (pages.Check(head, file).FirstOrDefault(found => found.IsError) is { } wrong)
        {
            return http.Page<LifecyclePage>(pages.Define(head, new Text(wrong.Diagnostic.Say(Language.En), wrong.Diagnostic.Say(Language.Es))), StatusCodes.Status400BadRequest);
        }
        var outcome = await pages.Service.ApplyOneAsync(file, head.Draft.BasedOn, reason, Actor.Of(http), http.RequestAborted);
        if (outcome.Newer is { } newer)
        {
            return http.Page<LifecyclePage>(pages.Define(head, new Text(
                $"Nothing was applied: v{newer} was put in force while you wrote, and your draft began from v{head.Draft.BasedOn}. Look at what v{newer} changed under History, discard the draft, and make your change again.",
                $"No se aplicó nada: mientras escribías entró en vigor la v{newer}, y tu borrador partió de la v{head.Draft.BasedOn}. Mira en Historial qué cambió la v{newer}, descarta el borrador y haz tu cambio de nuevo.")),
                StatusCodes.Status409Conflict);
        }
        return outcome.Applied is null
            ? http.Page<LifecyclePage>(pages.Define(head, FirstError(outcome.Findings)), StatusCodes.Status400BadRequest)
            : Results.Redirect($"/lifecycles/{id}/history?version={outcome.Applied.Version}");
    }

    /// <summary>An earlier text as a draft, to be simulated and applied like any other.</summary>
    private async Task<IResult> BackAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        var isNumber = int.TryParse(http.Request.Form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || pages.Service.Find(DefinitionKind.Lifecycle, id, number) is not { Yaml: { } yaml })
        {
            return NotThere(http, id);
        }
        var reason = ReaderLanguage.Of(http.Request) == Language.Es ? $"Volver a la v{number}." : $"Back to v{number}.";
        await pages.SaveAsync(new DefinitionDraft(DefinitionKind.Lifecycle, id, yaml.ReplaceLineEndings("\n"), pages.Service.NewestNumber(DefinitionKind.Lifecycle, id), reason, 0), http.RequestAborted);
        return Results.Redirect("/lifecycles/" + id);
    }

    private IResult Explain(HttpContext http, string id) => With(http, id, (pages, head) =>
    {
        var (engine, who, at) = (http.Visitor().Engine, http.Request.Query["who"].ToString().Trim(), http.Request.Query["at"].ToString().Trim());
        if (who.Length == 0)
        {
            return http.Page<ExplainPage>(new ExplainModel(head, "", at, null, null, null, null, null));
        }
        var instant = host.NowMs;
        if (at.Length > 0 && !InstantWords.TryRead(at, engine.Rules.Zone, out instant))
        {
            return http.Page<ExplainPage>(new ExplainModel(head, who, at, null, null, null, null, new Text($"“{at}” is no instant: write 2026-11-21T14:30.", $"«{at}» no es un instante: escribe 2026-11-21T14:30.")), StatusCodes.Status400BadRequest);
        }
        var (personId, name, explained, persona) = engine.Read<(string?, string?, Core.Explain.StageExplanation?, Text?)>(state =>
        {
            var node = who.Length > 500 ? -1 : state.Staged.Identity.Find(who);
            if (node < 0)
            {
                return (null, null, null, null);
            }
            var profile = state.Staged.Identity.ProfileOf(node);
            var found = Explanations.OfStage(state, profile, id, instant);
            return (state.Staged.Identity.PublicId(profile), PersonName.Of(ProfileCard.Of(state, profile)), found, Explanations.PersonaOf(state, found));
        });
        var refusal = personId is null
            ? new Text($"Nobody is known as “{who}”. Write a user id, or email:…, anonymous_id:… or prf_….", $"No se conoce a nadie como «{who}». Escribe un id de usuario, o email:…, anonymous_id:… o prf_….")
            : explained is null ? new Text("This lifecycle is not in force yet. Apply it, or simulate it to see who would be where.", "Este ciclo aún no está en vigor. Aplícalo, o simúlalo para ver quién estaría dónde.") : (Text?)null;
        return http.Page<ExplainPage>(new ExplainModel(head, who, at, explained, persona, personId, name, refusal));
    });

    private static Text FirstError(IReadOnlyList<FileFinding> findings)
    {
        var first = findings.First(found => found.IsError);
        return new Text($"{first.File.Name}: {first.Diagnostic.Say(Language.En)}", $"{first.File.Name}: {first.Diagnostic.Say(Language.Es)}");
    }
}
