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
internal sealed class LifecycleEndpoints(DataHost host) : DefinitionEndpoints<LifecyclePages>(host, DefinitionKind.Lifecycle)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        MapAlike(routes);
        var numbers = routes.MapGroup("/lifecycles").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<LifecyclesPage>(Of(http).List()));
        numbers.MapReads("/{id}", (HttpContext http, string id) => With(http, id, (pages, head) => http.Page<LifecyclePage>(pages.Define(head))));
        var people = routes.MapGroup("/lifecycles").RequirePermission(Permission.ReadPeople);
        people.MapReads("/{id}/explain", Explain);
        people.MapReads("/{id}/movers", MoversAsync);
        var changes = routes.MapGroup("/lifecycles").RequirePermission(Permission.ChangeDefinitions);
        changes.MapReads("/{id}/picture", PictureAsync);
        changes.MapReads("/{id}/simulation", SimulationAsync);
        changes.MapSends("", (Func<HttpContext, Task<IResult>>)BeginAsync);
        routes.MapGroup("/lifecycles").RequirePermission(Permission.EraseAndExport).MapSends("/{id}/movers/export", ExportAsync);
        routes.MapGroup("/lifecycles").RequirePermission(Permission.ChangePeople).MapSends("/{id}/movers/list", KeepAsync);
    }

    protected override LifecyclePages Of(HttpContext http) => new(Host, http.Visitor());

    protected override IResult Refuse(HttpContext http, LifecyclePages pages, DefinitionHead head, Text why, int status = StatusCodes.Status400BadRequest) =>
        http.Page<LifecyclePage>(pages.Define(head, why), status);

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
        await pages.SaveAsync(pages.Fresh(id, text), http.RequestAborted);
        return Results.Redirect("/lifecycles/" + id);
    }

    private async Task<IResult> PictureAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var file = DefinitionPages.FileOf(head);
        if (head.Draft is null)
        {
            return http.Part<PicturePart>(pages.Define(head).Picture!);
        }
        if (!pages.CanReplay(file))
        {
            // What the page shows stays: the last text that could be read.
            return Results.NoContent();
        }
        var simulation = await SimulationDesk.Of(Host).SimulateAsync(http.Visitor().Engine, file, pages.StepFor(http.Request.Query.ContainsKey("exact")), http.RequestAborted);
        return http.Part<PicturePart>(pages.Picture(head, file, simulation));
    }

    private async Task<IResult> SimulationAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { } head)
        {
            return NotThere(http, id);
        }
        var file = DefinitionPages.FileOf(head);
        if (head.Draft is null)
        {
            return http.Part<NoSimulationPart>(head);
        }
        if (!pages.CanReplay(file))
        {
            return Results.NoContent();
        }
        var simulation = await SimulationDesk.Of(Host).SimulateAsync(http.Visitor().Engine, file, 1, http.RequestAborted);
        return http.Part<SimulationPart>(pages.SimulationOf(head, file, simulation, http.Request.Query["stage"].ToString()));
    }

    private async Task<IResult> MoversAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { Draft: not null } head || DefinitionPages.FileOf(head) is not { } file || !pages.CanReplay(file))
        {
            return NotThere(http, id);
        }
        var simulation = await SimulationDesk.Of(Host).SimulateAsync(http.Visitor().Engine, file, 1, http.RequestAborted);
        var movers = pages.Movers(head, file, simulation, http.Request.Query["from"].ToString(), http.Request.Query["to"].ToString(), Number(http, "skip") ?? 0);
        return http.Request.Headers.ContainsKey("HX-Request") ? http.Part<MoversPart>(movers) : http.Page<MoversPage>(movers);
    }

    private async Task<IResult> ExportAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { Draft: not null } head || DefinitionPages.FileOf(head) is not { } file || !pages.CanReplay(file))
        {
            return NotThere(http, id);
        }
        var (visitor, language) = (http.Visitor(), ReaderLanguage.Of(http.Request));
        var simulation = await SimulationDesk.Of(Host).SimulateAsync(visitor.Engine, file, 1, http.RequestAborted);
        await AuditLog.WriteAsync(Host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.Exported, id, $"movers={simulation.Movers.Count}"), http.RequestAborted);
        var names = visitor.Engine.Read(state => Simulation.UserIds(state, simulation.Movers));
        var text = CsvText.Of(["user_id", "from", "to", "since"], simulation.Movers.Zip(names, (mover, name) =>
            new[] { name, simulation.StageName(mover.From), simulation.StageName(mover.To), Instants.Format(mover.At) }));
        return Results.File(text, "text/csv; charset=utf-8", new Text($"{id}-movers.csv", $"{id}-cambios.csv").In(language));
    }

    /// <summary>The movers that are looked at as a static list.</summary>
    private async Task<IResult> KeepAsync(HttpContext http, string id)
    {
        var pages = Of(http);
        if (pages.Head(id) is not { Draft: not null } head || DefinitionPages.FileOf(head) is not { } file || !pages.CanReplay(file))
        {
            return NotThere(http, id);
        }
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        var simulation = await SimulationDesk.Of(Host).SimulateAsync(visitor.Engine, file, 1, http.RequestAborted);
        var movers = LifecyclePages.Chosen(simulation, form["from"].ToString(), form["to"].ToString());
        var people = visitor.Engine.Read(state => movers.Select(mover => mover.Profile).Where(state.Staged.Identity.IsProfile).Select(state.Staged.Identity.PublicId).ToList());
        var (list, refusal) = await CustomerLists.MakeAsync(Host, visitor, form["name"].ToString(), people, Actor.Of(http), http.RequestAborted);
        return list is null ? Refuse(http, pages, head, refusal!.Value) : Results.Redirect(CustomerPaths.OfList(list) + "&done=filled");
    }

    private IResult Explain(HttpContext http, string id) => With(http, id, (pages, head) =>
    {
        var (engine, who, at) = (http.Visitor().Engine, http.Request.Query["who"].ToString().Trim(), http.Request.Query["at"].ToString().Trim());
        if (who.Length == 0)
        {
            return http.Page<ExplainPage>(new ExplainModel(head, "", at, null, null, null, null, null));
        }
        var instant = Host.NowMs;
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
}
