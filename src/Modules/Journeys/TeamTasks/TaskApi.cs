using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Journeys.TeamTasks;

/// <summary>A task of the team. `assigned_to` and `done_by` are ids of users, empty for nobody.</summary>
public sealed record TaskAnswer(string Id, string Title, string Person, string Journey, string MadeAt, string DueAt, string? DoneAt, string DoneBy, string AssignedTo);

/// <summary>Tasks over HTTP.</summary>
internal static class TaskApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/api/v1").RequireScope("read").WithTags("Tasks").MapGet("/tasks", List).Produces<Page<TaskAnswer>>().ProducesProblem(400)
            .WithSummary("Tasks that journeys gave the team: open ones by when they are due, or those done last.");
        var write = routes.MapGroup("/api/v1/tasks/{id}").RequireScope("write").WithTags("Tasks");
        write.MapPost("/done", (HttpContext http, DataHost host, string id) => AnswerAsync(http, new TaskDesk(host).DoneAsync(http.Caller().Engine.Id, id, Actor.Of(http), http.RequestAborted)))
            .Produces<TaskAnswer>().ProducesProblem(404).WithSummary("Marks a task as done.");
        write.MapPost("/reopen", (HttpContext http, DataHost host, string id) => AnswerAsync(http, new TaskDesk(host).ReopenAsync(http.Caller().Engine.Id, id, Actor.Of(http), http.RequestAborted)))
            .Produces<TaskAnswer>().ProducesProblem(404).WithSummary("Opens a task again.");
    }

    private static IResult List(HttpContext http, DataHost host, string? status, string? user, int? limit, string? cursor)
    {
        if (Paging.Limit(limit) is not { } count)
        {
            return Paging.BadLimit(http);
        }
        if (!int.TryParse(cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var skip))
        {
            return Paging.BadCursor(http);
        }
        if (status is not (null or "open" or "done"))
        {
            return Problems.BadRequest(http, "bad_status", new Text("`status` is open or done.", "`status` es open o done."));
        }
        var engine = http.Caller().Engine;
        IReadOnlyList<string>? people = string.IsNullOrEmpty(user) ? null : engine.Read(state => PersonFacts.ProfileOf(state, user) is >= 0 and var profile ? PersonFacts.IdentifiersOf(state, profile) : [user]);
        var found = host.Database.Read(connection => TaskStore.List(connection, engine.Id, new TasksWanted(status == "done", People: people), skip, count + 1));
        return Results.Json(new Page<TaskAnswer>([.. found.Take(count).Select(Of)], found.Count > count ? (skip + count).ToString(CultureInfo.InvariantCulture) : null), ApiJson.Options);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Task<(TeamTask? Task, TaskError? Error)> change) =>
        (await change).Task is { } task ? Results.Json(Of(task), ApiJson.Options) : Problems.NotFound(http, TaskError.NotFound.Message);

    private static TaskAnswer Of(TeamTask task) => new(
        task.Id, task.Title, task.Person, task.Journey, Instants.Format(task.MadeAt), Instants.Format(task.DueAt), task.DoneAt is { } done ? Instants.Format(done) : null, task.DoneBy, task.AssignedTo);
}
