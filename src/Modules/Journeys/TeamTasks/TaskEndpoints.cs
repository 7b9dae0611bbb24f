using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Journeys.Pages;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Journeys.TeamTasks;

/// <summary>A task with its words: whom it is about, from which journey (and whether that is in force, so that it has a page), who has it, and the day on which it is due (`2026-11-30`).</summary>
public sealed record TaskRow(TeamTask Task, string Name, string Journey, bool IsInForce, Text? Assigned, Text? DoneBy, string Day);

/// <summary>What list of tasks is shown. <paramref name="Show"/>: open, mine or done.</summary>
public sealed record TasksAsked(string Show, string Person, string Search, int Skip)
{
    public string PathOf(string show, int skip = 0) => "/tasks" + QueryString.Create(
        new[] { ("show", show == "open" ? "" : show), ("person", Person), ("search", Search), ("skip", skip == 0 ? "" : skip.ToString(CultureInfo.InvariantCulture)) }
            .Where(pair => pair.Item2.Length > 0).Select(pair => new KeyValuePair<string, string?>(pair.Item1, pair.Item2)));
}

/// <summary>The page of tasks. <paramref name="Of"/>: the name of the person it is limited to, null for all. <paramref name="Done"/>: the task that was done a moment ago.</summary>
public sealed record TasksModel(TasksAsked Asked, IReadOnlyList<TaskRow> Rows, TaskCounts Counts, IReadOnlyList<TeamMember> Team, string? Of, bool HasMore, bool MayChange, long Now, TeamTask? Done, Text? Refusal)
{
    public const int PageSize = 50;
}

/// <summary>The card on a customer's page.</summary>
public sealed record TasksCardModel(string PersonId, IReadOnlyList<TaskRow> Open, IReadOnlyList<TaskRow> Done, bool MayChange, long Now);

/// <summary>`/tasks`: work that journeys give the team; and a card of it on each customer's page.</summary>
internal sealed class TaskEndpoints(DataHost host)
{
    private const int MostOnCard = 20;
    private const int LongestSearch = 100;

    private readonly TaskDesk desk = new(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("").RequirePermission(Permission.ReadPeople);
        read.MapReads("/tasks", (HttpContext http) => Show(http, null));
        read.MapReads("/customers/{id}/tasks", Card);
        var change = routes.MapGroup("/tasks/{id}").RequirePermission(Permission.ChangePeople);
        change.MapPost("/done", (HttpContext http, string id) => ChangeAsync(http, desk.DoneAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted), "done"));
        change.MapPost("/reopen", (HttpContext http, string id) => ChangeAsync(http, desk.ReopenAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted), ""));
        change.MapPost("/plan", (HttpContext http, string id) => ChangeAsync(
            http, desk.PlanAsync(http.Visitor().Engine, id, http.Request.Form["assigned_to"].ToString(), http.Request.Form["due"].ToString(), Actor.Of(http), http.RequestAborted), ""));
    }

    private static TasksAsked AskedOf(HttpContext http)
    {
        string At(string name) => (http.Request.HasFormContentType ? http.Request.Form[name] : http.Request.Query[name]).ToString().Trim();
        var search = At("search");
        return new TasksAsked(
            At("show") switch { "mine" => "mine", "done" => "done", _ => "open" }, At("person") is { Length: <= 300 } person ? person : "", search[..Math.Min(search.Length, LongestSearch)],
            int.TryParse(At("skip"), NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? Math.Min(skip, 1_000_000) / TasksModel.PageSize * TasksModel.PageSize : 0);
    }

    private IResult Show(HttpContext http, Text? refusal)
    {
        var (visitor, asked, now) = (http.Visitor(), AskedOf(http), host.NowMs);
        var person = asked.Person.Length == 0 ? null : PersonOf(visitor.Engine, asked.Person);
        var wanted = new TasksWanted(asked.Show == "done", asked.Show == "mine" ? visitor.UserId : "", person?.Identifiers ?? (asked.Person.Length > 0 ? [asked.Person] : null), asked.Search);
        var (found, counts, done) = host.Database.Read(connection => (
            TaskStore.List(connection, visitor.WorkspaceId, wanted, asked.Skip, TasksModel.PageSize + 1), TaskStore.Counts(connection, visitor.WorkspaceId, visitor.UserId, now),
            TaskStore.Find(connection, null, visitor.WorkspaceId, http.Request.Query["done"].ToString())));
        return http.Page<TasksPage>(new TasksModel(
            asked, Rows(visitor.Engine, [.. found.Take(TasksModel.PageSize)], http.Locale()), counts, Team.Of(host, visitor.WorkspaceId), asked.Person.Length == 0 ? null : person?.Name ?? asked.Person,
            found.Count > TasksModel.PageSize, visitor.May(Permission.ChangePeople), now, done is { DoneAt: not null } ? done : null, refusal), PageAnswers.StatusOf(refusal));
    }

    private IResult Card(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (PersonOf(visitor.Engine, id) is not { } person)
        {
            return Results.NotFound();
        }
        var (open, done) = host.Database.Read(connection => (
            TaskStore.List(connection, visitor.WorkspaceId, new TasksWanted(false, People: person.Identifiers), 0, MostOnCard), TaskStore.List(connection, visitor.WorkspaceId, new TasksWanted(true, People: person.Identifiers), 0, 3)));
        // Most people have none: their page says nothing of tasks then.
        return open.Count + done.Count == 0 ? Results.Content("", "text/html; charset=utf-8")
            : http.Part<TasksCard>(new TasksCardModel(id, Rows(visitor.Engine, open, http.Locale()), Rows(visitor.Engine, done, http.Locale()), visitor.May(Permission.ChangePeople), host.NowMs));
    }

    private async Task<IResult> ChangeAsync(HttpContext http, Task<(TeamTask? Task, TaskError? Error)> change, string done)
    {
        var (task, error) = await change;
        if (task is null)
        {
            return Results.NotFound();
        }
        if (error is not null)
        {
            return Show(http, error.Message);
        }
        if (http.Request.Form["back"] == "person")
        {
            return Results.Redirect(CustomerPaths.Of(task.Person));
        }
        var asked = AskedOf(http);
        var path = asked.PathOf(asked.Show, asked.Skip);
        return Results.Redirect(done.Length == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={Uri.EscapeDataString(task.Id)}");
    }

    private IReadOnlyList<TaskRow> Rows(WorkspaceEngine engine, IReadOnlyList<TeamTask> tasks, Locale l)
    {
        var names = engine.Read(state => tasks.Select(task => task.Person).Distinct(StringComparer.Ordinal).ToDictionary(person => person, person => NameOf(state, person), StringComparer.Ordinal));
        var users = UserNames.Of(host, tasks.SelectMany(task => new[] { task.AssignedTo, task.DoneBy }).Where(id => id.Length > 0));
        var journeys = host.Database.Read(connection => JourneyShelf.Of(host).InForce(connection, engine.Id)).ToDictionary(version => version.Journey.Id, version => version.Journey.Label, StringComparer.Ordinal);
        return [.. tasks.Select(task => new TaskRow(
            task, names[task.Person], journeys.TryGetValue(task.Journey, out var label) ? l.Say(label) : task.Journey, journeys.ContainsKey(task.Journey), task.AssignedTo.Length > 0 ? users[task.AssignedTo] : null,
            task.DoneBy.Length > 0 ? users[task.DoneBy] : null, TaskDesk.DayOf(engine, task.DueAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))];
    }

    private static (string Name, IReadOnlyList<string> Identifiers)? PersonOf(WorkspaceEngine engine, string reference) => engine.Read(state =>
        PersonFacts.ProfileOf(state, reference) is >= 0 and var profile ? (PersonName.Of(ProfileCard.Of(state, profile)), PersonFacts.IdentifiersOf(state, profile)) : ((string, IReadOnlyList<string>)?)null);

    private static string NameOf(EngineState state, string person) => PersonFacts.ProfileOf(state, person) is >= 0 and var profile ? PersonName.Of(ProfileCard.Of(state, profile)) : person;
}
