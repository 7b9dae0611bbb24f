using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Goals;

/// <summary>The goals of an open data directory.</summary>
internal sealed class GoalDesk(DataHost host)
{
    private readonly Database database = host.Database;

    public IReadOnlyList<Goal> List(string workspace) => database.Read(connection => GoalStore.List(connection, null, workspace));

    public Goal? Find(string workspace, long id) => database.Read(connection => GoalStore.Find(connection, null, workspace, id));

    /// <summary>How a goal stands now; null for a metric that is no longer there.</summary>
    /// <exception cref="MetricsBusyException">Everything is being counted anew.</exception>
    public GoalProgress? Progress(WorkspaceEngine engine, Goal goal, CancellationToken cancellation) =>
        GoalReading.Read(new NumberReading(engine, MetricCatalogue.Of(host)), goal, goal.ArchivedAt ?? Latest.Of(engine), cancellation);

    public async Task<(Goal? Goal, GoalError? Error)> PutAsync(Goal goal, Actor by, CancellationToken cancellation)
    {
        if (Goal.Refuse(goal.Name, goal.Amount, goal.Kind, goal.Period, goal.FromDay, goal.ToDay) is { } refused)
        {
            return (null, refused);
        }
        return await database.WriteAsync<(Goal?, GoalError?)>((connection, transaction) =>
        {
            if (goal.Id == 0 && GoalStore.List(connection, transaction, goal.WorkspaceId).Count >= Goal.Most)
            {
                return (null, GoalError.TooMany);
            }
            var put = goal with { Name = goal.Name.Trim() };
            put = put with { Id = GoalStore.Put(connection, transaction, put) };
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(goal.WorkspaceId, by, goal.Id == 0 ? AuditActions.GoalMade : AuditActions.GoalChanged, put.Name));
            return (put, null);
        }, cancellation);
    }

    /// <summary>Archives a goal with how it stands, which is kept whatever the data says later; false if there is none under way.</summary>
    public async Task<bool> ArchiveAsync(WorkspaceEngine engine, long id, Actor by, CancellationToken cancellation)
    {
        if (Find(engine.Id, id) is not { ArchivedAt: null } goal)
        {
            return false;
        }
        var progress = Progress(engine, goal, cancellation);
        var archived = goal with { ArchivedAt = Latest.Of(engine), Result = progress?.Value, ResultTarget = progress?.Target, ResultStatus = progress?.Status };
        await database.WriteAsync((connection, transaction) =>
        {
            GoalStore.Put(connection, transaction, archived);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(goal.WorkspaceId, by, AuditActions.GoalArchived, goal.Name));
            return 0;
        }, cancellation);
        return true;
    }
}
