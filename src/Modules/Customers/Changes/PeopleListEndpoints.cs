using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Customers.Pages;
using Ciclo.Modules.Customers.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>What the page of lists shows.</summary>
public sealed record ListsModel(Visitor Visitor, IReadOnlyList<PeopleList> Lists, Text? Said);

/// <summary>`/lists`: static lists are made, filled with whoever a list of customers shows, and deleted.</summary>
internal sealed class PeopleListEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("").RequirePermission(Permission.ReadPeople).MapReads("/lists", Show);
        var change = routes.MapGroup("/lists").RequirePermission(Permission.ChangePeople);
        change.MapSends("/add", (Func<HttpContext, Task<IResult>>)AddAsync);
        change.MapSends("/fill", (Func<HttpContext, Task<IResult>>)FillAsync);
        change.MapReads("/{id}/delete", Ask);
        change.MapSends("/{id}/delete", DeleteAsync);
    }

    private IResult Show(HttpContext http) => http.Page<ListsPage>(new ListsModel(
        http.Visitor(), ListsOf(http), http.Request.Query["done"].ToString() switch
        {
            "made" => new Text("The list is there. Put people on it from the list of customers.", "La lista está creada. Pon personas en ella desde la lista de clientes."),
            "deleted" => new Text("The list is deleted; the people stay.", "La lista se borró; las personas siguen."),
            _ => null,
        }));

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var (_, refusal) = await CustomerLists.MakeAsync(host, http.Visitor(), http.Request.Form["name"].ToString(), [], Actor.Of(http), http.RequestAborted);
        return refusal is { } refused ? Refusals.Page(http, refused, "/lists") : Results.Redirect("/lists?done=made");
    }

    private async Task<IResult> FillAsync(HttpContext http)
    {
        var visitor = http.Visitor();
        var (asked, to) = (CustomersAsked.From(http.Request.Form), http.Request.Form["to"].ToString());
        if (ListsOf(http).FirstOrDefault(list => list.Id == to) is not { } list)
        {
            return Refusals.Page(http, new Text("That list is no longer there.", "Esa lista ya no existe."), asked.Path);
        }
        if (asked.Rule is { } rule && RuleRuns.Check(visitor.Engine, rule) is { } mistake)
        {
            return Refusals.Page(http, new Text(mistake.Say(Language.En), mistake.Say(Language.Es)), asked.Path);
        }
        var found = await new ListFinder(host, visitor.Engine).FindAsync(asked, http.RequestAborted);
        if (found.Profiles.Count > ListEndpoints.MostAtOnce || list.Members + found.Profiles.Count > PeopleList.MostMembers)
        {
            return Refusals.Page(http, new Text(
                $"{found.Profiles.Count} people are too many: at most {ListEndpoints.MostAtOnce} at once, and {PeopleList.MostMembers} on a list. Narrow the filters.",
                $"{found.Profiles.Count} personas son demasiadas: como máximo {ListEndpoints.MostAtOnce} a la vez y {PeopleList.MostMembers} en una lista. Reduce los filtros."), asked.Path);
        }
        var persons = visitor.Engine.Read(state => found.Profiles.Select(state.Staged.Identity.PublicId).ToList());
        await host.Database.WriteAsync((connection, transaction) =>
        {
            var added = RecordStore.Enlist(connection, transaction, visitor.WorkspaceId, to, persons, host.NowMs, visitor.UserId);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.ListFilled, to, $"{added} people"));
            return added;
        }, http.RequestAborted);
        return Results.Redirect(CustomerPaths.OfList(to) + "&done=filled");
    }

    private IResult Ask(HttpContext http, string id) => ListsOf(http).FirstOrDefault(list => list.Id == id) is { } list
        ? http.Page<ListDeletePage>(list)
        : Results.NotFound();

    private async Task<IResult> DeleteAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        var isDone = await host.Database.WriteAsync((connection, transaction) =>
        {
            var isDone = RecordStore.RemoveList(connection, transaction, visitor.WorkspaceId, id);
            if (isDone)
            {
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.ListDeleted, id));
            }
            return isDone;
        }, http.RequestAborted);
        return isDone ? Results.Redirect("/lists?done=deleted") : Results.NotFound();
    }

    private IReadOnlyList<PeopleList> ListsOf(HttpContext http) => host.Database.Read(connection => RecordStore.Lists(connection, http.Visitor().WorkspaceId));
}
