using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Webhooks.Contracts;

namespace Ciclo.Modules.Goals;

/// <summary>The alerts of an open data directory: changed here, looked at here, told from here in the transaction of what they tell.</summary>
internal sealed class AlertDesk : IDisposable
{
    /// <summary>What fired before is read back for so many periods.</summary>
    private const int MostKnown = 60;

    private readonly DataHost host;
    private readonly Database database;
    private readonly SemaphoreSlim looking = new(1, 1);

    private AlertDesk(DataHost host) => (this.host, database) = (host, host.Database);

    public static AlertDesk Of(DataHost host) => host.Shared(host => new AlertDesk(host));

    public void Dispose() => looking.Dispose();

    public NumberReading Numbers(WorkspaceEngine engine) => new(engine, MetricCatalogue.Of(host));

    public IReadOnlyList<Alert> List(string workspace) => database.Read(connection => AlertStore.List(connection, null, workspace));

    public Alert? Find(string workspace, long id) => database.Read(connection => AlertStore.Find(connection, null, workspace, id));

    public IReadOnlyList<Firing> Firings(string workspace, int most) => database.Read(connection => AlertStore.Firings(connection, workspace, most));

    public IReadOnlyList<Firing> FiringsOf(long alert, int most) => database.Read(connection => AlertStore.Firings(connection, null, alert, most));

    /// <summary>Changes with whatever fires, ends or is acknowledged in a workspace.</summary>
    public string Version(string workspace) => database.Read(connection => AlertStore.Version(connection, workspace));

    /// <summary>Makes an alert or changes one. One that asks something else begins anew: what it fired before is forgotten, and the last closed period is looked at at once.</summary>
    public async Task<(Alert? Alert, GoalError? Error)> PutAsync(Alert alert, Actor by, CancellationToken cancellation)
    {
        if (Alert.Refuse(alert.Name, alert.Rule, alert.Period) is { } refused)
        {
            return (null, refused);
        }
        return await database.WriteAsync<(Alert?, GoalError?)>((connection, transaction) =>
        {
            var before = alert.Id == 0 ? null : AlertStore.Find(connection, transaction, alert.WorkspaceId, alert.Id);
            if (before is null && AlertStore.List(connection, transaction, alert.WorkspaceId).Count >= Alert.Most)
            {
                return (null, GoalError.TooMany);
            }
            var asksElse = before is not null && (before.Number, before.Rule, before.Period, before.SoFar) != (alert.Number, alert.Rule, alert.Period, alert.SoFar);
            if (asksElse)
            {
                AlertStore.Forget(connection, transaction, alert.Id);
            }
            var put = alert with { Name = alert.Name.Trim(), EvaluatedAt = asksElse ? 0 : alert.EvaluatedAt, CreatedAt = asksElse ? host.NowMs : alert.CreatedAt };
            put = put with { Id = AlertStore.Put(connection, transaction, put) };
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(alert.WorkspaceId, by, before is null ? AuditActions.AlertMade : AuditActions.AlertChanged, put.Name));
            return (put, null);
        }, cancellation);
    }

    public Task<bool> DeleteAsync(string workspace, long id, Actor by, CancellationToken cancellation) => database.WriteAsync((connection, transaction) =>
    {
        if (AlertStore.Find(connection, transaction, workspace, id) is not { } alert)
        {
            return false;
        }
        AlertStore.Delete(connection, transaction, id);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.AlertDeleted, alert.Name));
        return true;
    }, cancellation);

    /// <summary>Notes on all that is open of an alert that somebody has seen it, and what they say of it.</summary>
    public Task<GoalError?> AcknowledgeAsync(string workspace, long id, string note, Actor by, CancellationToken cancellation) => database.WriteAsync((connection, transaction) =>
    {
        if (AlertStore.Find(connection, transaction, workspace, id) is not { } alert)
        {
            return GoalError.NoAlert;
        }
        if (note.Length > Alert.LongestNote)
        {
            return Alert.BadNote;
        }
        foreach (var firing in AlertStore.Firings(connection, transaction, id, MostKnown).Where(firing => firing.IsOpen))
        {
            AlertStore.Put(connection, transaction, firing with { AcknowledgedAt = host.NowMs, AcknowledgedBy = by.Id, Note = note.Trim() });
        }
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.AlertAcknowledged, alert.Name));
        return null;
    }, cancellation);

    /// <summary>Looks at what is due of a workspace's alerts; of all of them with <paramref name="all"/>, as after an import. Answers when something is due next; null for never.</summary>
    /// <exception cref="MetricsBusyException">Everything is being counted anew.</exception>
    public async Task<long?> LookAsync(WorkspaceEngine engine, bool all, CancellationToken cancellation)
    {
        await looking.WaitAsync(cancellation);
        try
        {
            var (now, zone) = (host.NowMs, engine.Rules.Zone);
            var alerts = List(engine.Id).Where(alert => alert.IsOn).ToList();
            foreach (var alert in alerts.Where(alert => all || alert.EvaluatedAt < alert.DueBy(zone, now)))
            {
                await LookAtAsync(engine, alert, alert.Settling, isPast: false, cancellation);
            }
            return alerts.Count == 0 ? null : alerts.Min(alert => alert.NextDue(zone, now));
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>Fills in what an alert would have fired had it been there all the time; nobody is told.</summary>
    public async Task FillInAsync(WorkspaceEngine engine, Alert alert, CancellationToken cancellation)
    {
        await looking.WaitAsync(cancellation);
        try
        {
            await LookAtAsync(engine, alert, AlertReading.Tested(alert.Period), isPast: true, cancellation);
        }
        finally
        {
            looking.Release();
        }
    }

    private async Task LookAtAsync(WorkspaceEngine engine, Alert alert, int closed, bool isPast, CancellationToken cancellation)
    {
        var (numbers, now) = (Numbers(engine), host.NowMs);
        // Before it was made only the last closed period counts: what is wrong now is worth telling, what was wrong last week stands in the back-test.
        var course = AlertReading.Read(numbers, alert.Number, alert.Period, alert.Rule, alert.SoFar, closed, now, cancellation);
        course = course is null || isPast ? course : course with { Judged = [.. course.Judged.Where(judged => course.Course.Periods.StartOf(judged.Period + 1) > alert.CreatedAt || judged.Period >= course.Course.Periods.Count - 2)] };
        var known = FiringsOf(alert.Id, MostKnown);
        var outcome = course is null ? new AlertOutcome([], [], null) : AlertStep.Of(
            alert, course, known, judged => isPast ? Math.Min(now, course.Course.Periods.StartOf(judged.Period + 1) + Alert.Grace) : now, judged => AlertReading.Causes(numbers, alert.Number, course, judged, cancellation));
        await database.WriteAsync((connection, transaction) =>
        {
            // Changed or deleted while it was looked at: then what was seen is of another question.
            if (AlertStore.Find(connection, transaction, alert.WorkspaceId, alert.Id) is not { } still || (still.Number, still.Rule, still.Period, still.SoFar) != (alert.Number, alert.Rule, alert.Period, alert.SoFar))
            {
                return 0;
            }
            foreach (var row in outcome.Rows)
            {
                AlertStore.Put(connection, transaction, row);
            }
            foreach (var endpoint in isPast || still.IsSnoozed(now) ? [] : still.Endpoints)
            {
                foreach (var told in outcome.Told)
                {
                    WebhookOutbox.Add(connection, transaction, alert.WorkspaceId, endpoint, WebhookTypes.AlertFired, JsonOf(still, told), $"alert/{alert.Id}/{alert.CreatedAt}/{told.PeriodText}", now);
                }
                if (outcome.ResolvedBy is { } by)
                {
                    WebhookOutbox.Add(
                        connection, transaction, alert.WorkspaceId, endpoint, WebhookTypes.AlertResolved,
                        new JsonObject { ["alert"] = alert.Id, ["name"] = still.Name, ["metric"] = alert.Number.Metric, ["resolved_by"] = GoalStore.DayName(by), ["link"] = $"/alerts/{alert.Id}" }.ToJsonString(),
                        $"alert/{alert.Id}/{alert.CreatedAt}/resolved/{GoalStore.DayName(by)}", now);
                }
            }
            AlertStore.Evaluated(connection, transaction, alert.Id, now);
            return 0;
        }, cancellation);
    }

    /// <summary>The `data` of a message: what fired, what it was held against, what moved it, and where it opens.</summary>
    private static string JsonOf(Alert alert, Firing firing) => JsonSerializer.Serialize(new
    {
        alert = alert.Id,
        name = alert.Name,
        metric = alert.Number.Metric,
        by = MetricLinks.Word(alert.Period),
        period = firing.PeriodText,
        value = firing.Value,
        expected = firing.Expected,
        low = firing.Low,
        high = firing.High,
        causes = firing.Causes.Select(cause => new { breakdown = cause.Breakdown, value = cause.Value, delta = cause.Delta, now = cause.Now, before = cause.Before }),
        fired_at = Instants.Format(firing.FiredAt),
        link = $"/alerts/{alert.Id}",
    });
}
