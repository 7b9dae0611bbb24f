using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys.TeamTasks;

/// <summary>What people do with tasks. What becomes of one is an event of the customer, so that rules and journeys can go by it: `Task Created`, `Task Done`, `Task Reopened`.</summary>
internal sealed class TaskDesk(DataHost host)
{
    /// <summary>The event of a task that was just made; it goes into the same transaction.</summary>
    public static void Created(SqliteConnection connection, SqliteTransaction transaction, string workspace, TeamTask task) =>
        Tell(connection, transaction, workspace, task, "Task Created", "created", task.MadeAt);

    /// <summary>Marks a task as done; one that is done stays as it was.</summary>
    public Task<(TeamTask? Task, TaskError? Error)> DoneAsync(string workspace, string id, Actor by, CancellationToken cancellation) => ChangeAsync(workspace, id, by, AuditActions.TaskDone, (task, now) => task.DoneAt is null
        ? (task with { DoneAt = now, DoneBy = by.Id }, null) : (task, null), cancellation);

    /// <summary>Opens a task again.</summary>
    public Task<(TeamTask? Task, TaskError? Error)> ReopenAsync(string workspace, string id, Actor by, CancellationToken cancellation) =>
        ChangeAsync(workspace, id, by, AuditActions.TaskReopened, (task, _) => (task with { DoneAt = null, DoneBy = "" }, null), cancellation);

    /// <summary>Gives a task to a member, or to nobody (empty), and says by the end of which day (`2026-11-30`, in the workspace's zone) it is due.</summary>
    public Task<(TeamTask? Task, TaskError? Error)> PlanAsync(WorkspaceEngine engine, string id, string user, string day, Actor by, CancellationToken cancellation) => ChangeAsync(engine.Id, id, by, AuditActions.TaskPlanned, (task, _) =>
        user.Length > 0 && user != task.AssignedTo && Team.Of(host, engine.Id).All(member => member.UserId != user) ? (task, TaskError.NoMember)
        : !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due) || due.Year is < 2000 or > 2200 ? (task, TaskError.NoDay)
        : (task with { AssignedTo = user, DueAt = DayOf(engine, task.DueAt) == due ? task.DueAt : EndOf(engine, due) }, null), cancellation);

    /// <summary>The day on which a task is due, as the workspace's clock has it.</summary>
    public static DateOnly DayOf(WorkspaceEngine engine, long at) => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(engine.Rules.Zone.ToLocal(at)).UtcDateTime);

    private static long EndOf(WorkspaceEngine engine, DateOnly day)
    {
        var next = day.AddDays(1);
        return engine.Rules.Zone.StartOfDay(next.Year, next.Month, next.Day) - Durations.Minute;
    }

    private Task<(TeamTask?, TaskError?)> ChangeAsync(string workspace, string id, Actor by, string action, Func<TeamTask, long, (TeamTask Task, TaskError? Error)> change, CancellationToken cancellation) =>
        host.Database.WriteAsync<(TeamTask?, TaskError?)>((connection, transaction) =>
        {
            if (TaskStore.Find(connection, transaction, workspace, id) is not { } before)
            {
                return (null, TaskError.NotFound);
            }
            var (after, error) = change(before, host.NowMs);
            if (error is not null || after == before)
            {
                return (before, error);
            }
            TaskStore.Change(connection, transaction, workspace, after);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, action, id));
            if ((before.DoneAt is null) != (after.DoneAt is null))
            {
                var (name, mark) = after.DoneAt is null ? ("Task Reopened", "reopened") : ("Task Done", "done");
                Tell(connection, transaction, workspace, after, name, string.Create(CultureInfo.InvariantCulture, $"{mark}/{host.NowMs}"), host.NowMs);
            }
            return (after, null);
        }, cancellation);

    private static void Tell(SqliteConnection connection, SqliteTransaction transaction, string workspace, TeamTask task, string name, string mark, long at) => RecordStore.AddEvent(connection, transaction, workspace, new DueEvent(
        $"{task.Id}/{mark}", task.Person, name, new JsonObject { ["task_id"] = task.Id, ["title"] = task.Title, ["journey"] = task.Journey, ["due_at"] = Instants.Format(task.DueAt) }.ToJsonString(), at));
}
