using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Goals.Pages;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Webhooks.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Goals;

/// <summary>An alert with its metric, and what it fired last; the metric is null where it is no longer there.</summary>
public sealed record AlertRow(Alert Alert, Metric? Metric, Firing? Last)
{
    public Firing? Open => Last is { IsOpen: true } ? Last : null;
}

/// <summary>The list of alerts, the open ones first.</summary>
public sealed record AlertListModel(IReadOnlyList<AlertRow> Rows, string? Currency, long Now);

public sealed record AlertsModel(AlertListModel List, IReadOnlyList<OfferedAlert> Offered, IReadOnlyDictionary<string, Metric> Metrics, bool MayChange, bool HasEvents);

/// <summary>One alert: its course with what is expected, and what it fired.</summary>
public sealed record AlertModel(
    AlertRow Row, AlertCourse? Course, IReadOnlyList<Firing> Firings, IReadOnlyDictionary<string, Text> Names, IReadOnlyList<WebhookEndpoint> Endpoints, string? Currency, bool MayChange, bool IsBusy, long Now,
    GoalError? Error);

/// <summary>`/alerts`.</summary>
internal sealed class AlertEndpoints(DataHost host)
{
    private const int ShownFirings = 50;

    private readonly KeptReadings<AlertPreviewModel> previews = new(host.Clock);
    private readonly AlertDesk desk = AlertDesk.Of(host);

    private MetricCatalogue Catalogue => MetricCatalogue.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/alerts").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", Show);
        read.MapReads("/list", (HttpContext http) => http.Part<AlertList>(ListOf(http)));
        read.MapReads("/attention", (HttpContext http) => http.Part<AlertAttention>(ListOf(http)));
        read.MapGet("/live", (HttpContext http) => Live(http.Visitor().WorkspaceId));
        read.MapReads("/{id}", (HttpContext http, string id) => Own(http, id) is { } alert ? One(http, alert, null) : Results.NotFound());
        var change = routes.MapGroup("/alerts").RequirePermission(Permission.ChangeDefinitions);
        change.MapReads("/new", (HttpContext http) => Form(http, 0, null));
        change.MapReads("/preview", Preview);
        change.MapSends("", (Func<HttpContext, Task<IResult>>)(http => PutAsync(http, 0)));
        change.MapReads("/{id}/edit", (HttpContext http, string id) => Own(http, id) is { } alert ? Form(http, alert.Id, alert) : Results.NotFound());
        change.MapSends("/{id}", (HttpContext http, string id) => Own(http, id) is { } alert ? PutAsync(http, alert.Id) : Task.FromResult(Results.NotFound()));
        change.MapSends("/{id}/on", (HttpContext http, string id) => ChangeAsync(http, id, alert => alert with { IsOn = true }));
        change.MapSends("/{id}/off", (HttpContext http, string id) => ChangeAsync(http, id, alert => alert with { IsOn = false }));
        change.MapSends("/{id}/snooze", (HttpContext http, string id) => ChangeAsync(http, id, alert => alert with { SnoozedUntil = DaysOf(http) is > 0 and var days ? host.NowMs + (days * Durations.Day) : 0 }));
        change.MapSends("/{id}/acknowledge", AcknowledgeAsync);
        change.MapReads("/{id}/delete", (HttpContext http, string id) => Own(http, id) is { } alert ? http.Page<DeleteAlertPage>(alert) : Results.NotFound());
        change.MapSends("/{id}/delete", async (HttpContext http, string id) =>
            Forms.Id(id) is { } number && await desk.DeleteAsync(http.Visitor().WorkspaceId, number, Actor.Of(http), http.RequestAborted) ? Results.Redirect("/alerts") : Results.NotFound());
        change.MapSends("/offered/{id}", OfferedAsync);
    }

    private Alert? Own(HttpContext http, string id) => Forms.Id(id) is { } number ? desk.Find(http.Visitor().WorkspaceId, number) : null;

    private static long DaysOf(HttpContext http) => Forms.Id(http.Request.Form["days"].ToString()) is { } days and <= 30 ? days : 0;

    private AlertListModel ListOf(HttpContext http)
    {
        var engine = http.Visitor().Engine;
        var last = desk.Firings(engine.Id, 1_000).Where(firing => firing.State != FiringState.Withdrawn).GroupBy(firing => firing.AlertId).ToDictionary(group => group.Key, group => group.MaxBy(firing => firing.Period)!);
        var rows = desk.List(engine.Id).Select(alert => new AlertRow(alert, Catalogue.Find(alert.Number.Metric), last.GetValueOrDefault(alert.Id)));
        return new AlertListModel([.. rows.OrderByDescending(row => row.Open is not null).ThenByDescending(row => row.Last?.FiredAt ?? 0).ThenBy(row => row.Alert.Id)], engine.Read(state => state.Currency), host.NowMs);
    }

    private IResult Show(HttpContext http)
    {
        var (visitor, list) = (http.Visitor(), ListOf(http));
        var used = list.Rows.Select(row => row.Alert.Number).ToHashSet();
        return http.Page<AlertsPage>(new AlertsModel(
            list, [.. ReadyMade.Alerts.Where(offered => !used.Contains(offered.Number) && Catalogue.Find(offered.Number.Metric) is not null)],
            Catalogue.All.ToDictionary(metric => metric.Id, StringComparer.Ordinal), visitor.May(Permission.ChangeDefinitions), visitor.Engine.Read(state => state.Staged.History.Count) > 0));
    }

    /// <summary>Says `more` whenever something fires, ends or is acknowledged; it sleeps on the records' commits.</summary>
    private EventStream Live(string workspace) => new(host.Clock, async (line, cancellation) =>
    {
        for (var known = ""; ;)
        {
            var (seen, version) = (host.Database.Commits, desk.Version(workspace));
            if (version != known)
            {
                known = version;
                await line.SayAsync("more", "1", cancellation);
            }
            await line.UntilAsync(host.Database.CommittedAsync(seen, cancellation), cancellation);
        }
    });

    private IResult One(HttpContext http, Alert alert, GoalError? error)
    {
        var (visitor, engine) = (http.Visitor(), http.Visitor().Engine);
        var firings = desk.FiringsOf(alert.Id, ShownFirings);
        var preview = PreviewOf(http, alert, error: null);
        var names = UserNames.Of(host, firings.Select(firing => firing.AcknowledgedBy).Append(alert.MadeBy));
        var endpoints = host.Database.Read(connection => WebhookEndpoints.All(connection, engine.Id)).Where(endpoint => alert.Endpoints.Contains(endpoint.Id)).ToList();
        return http.Page<AlertPage>(
            new AlertModel(
                new AlertRow(alert, Catalogue.Find(alert.Number.Metric), firings.FirstOrDefault(firing => firing.State != FiringState.Withdrawn)), preview.Course, firings, names, endpoints, preview.Currency,
                visitor.May(Permission.ChangeDefinitions), preview.IsBusy, host.NowMs, error),
            PageAnswers.StatusOf(error));
    }

    private AlertPreviewModel PreviewOf(HttpContext http, Alert alert, GoalError? error)
    {
        var engine = http.Visitor().Engine;
        if (error is not null)
        {
            return new AlertPreviewModel(alert, null, null, error, false);
        }
        return previews.Of($"{engine.Id}/{alert.Number}/{alert.Period}/{alert.Rule}", engine.Changes, () =>
        {
            try
            {
                var course = AlertReading.Read(desk.Numbers(engine), alert.Number, alert.Period, alert.Rule, soFar: false, AlertReading.Tested(alert.Period), Latest.Of(engine), CancellationToken.None);
                return new AlertPreviewModel(alert, course, engine.Read(state => state.Currency), null, false);
            }
            catch (MetricsBusyException)
            {
                return new AlertPreviewModel(alert, null, null, null, true);
            }
        });
    }

    private IResult Preview(HttpContext http)
    {
        var field = Forms.FieldsOf(http);
        if (Catalogue.Find(field("metric")) is not { } metric)
        {
            return Results.NotFound();
        }
        var (alert, error) = Forms.Alert(field, [], metric, New(http));
        return http.Part<AlertPreview>(PreviewOf(http, alert, error == GoalError.BadName ? Alert.Refuse("-", alert.Rule, alert.Period) : error));
    }

    private IResult Form(HttpContext http, long id, Alert? alert, GoalError? error = null)
    {
        var engine = http.Visitor().Engine;
        var metric = Catalogue.Find(alert?.Number.Metric ?? http.Request.Query["metric"].ToString());
        var shown = alert ?? New(http) with { Number = metric is null ? new AskedNumber("", "", "", "") : AskedNumber.Of(metric, Forms.FieldsOf(http)) };
        return http.Page<AlertFormPage>(
            new AlertFormModel(
                id, shown, NumberForms.Of(desk.Numbers(engine), metric, shown.Number, http.RequestAborted), Catalogue.All,
                host.Database.Read(connection => WebhookEndpoints.All(connection, engine.Id)), error),
            PageAnswers.StatusOf(error));
    }

    private async Task<IResult> PutAsync(HttpContext http, long id)
    {
        var field = Forms.FieldsOf(http);
        if (Catalogue.Find(field("metric")) is not { } metric)
        {
            return Form(http, id, null, GoalError.NoMetric);
        }
        var workspace = http.Visitor().WorkspaceId;
        var (alert, error) = Forms.Alert(field, http.Request.Form["endpoint"].OfType<string>(), metric, id == 0 ? New(http) : desk.Find(workspace, id)!);
        if (error is null)
        {
            (var put, error) = await desk.PutAsync(alert, Actor.Of(http), http.RequestAborted);
            if (put is not null)
            {
                return Results.Redirect($"/alerts/{put.Id}");
            }
        }
        return Form(http, id, alert, error);
    }

    private async Task<IResult> ChangeAsync(HttpContext http, string id, Func<Alert, Alert> change)
    {
        if (Own(http, id) is not { } alert)
        {
            return Results.NotFound();
        }
        await desk.PutAsync(change(alert), Actor.Of(http), http.RequestAborted);
        return Results.Redirect($"/alerts/{alert.Id}");
    }

    private async Task<IResult> AcknowledgeAsync(HttpContext http, string id)
    {
        if (Own(http, id) is not { } alert)
        {
            return Results.NotFound();
        }
        var error = await desk.AcknowledgeAsync(alert.WorkspaceId, alert.Id, http.Request.Form["note"].ToString(), Actor.Of(http), http.RequestAborted);
        return error is null ? Results.Redirect($"/alerts/{alert.Id}") : One(http, alert, error);
    }

    private async Task<IResult> OfferedAsync(HttpContext http, string id)
    {
        if (ReadyMade.Alerts.FirstOrDefault(one => one.Id == id) is not { } offered)
        {
            return Results.NotFound();
        }
        var (made, _) = await desk.PutAsync(offered.Make(http.Visitor().WorkspaceId, http.Locale().Language, http.Visitor().UserId, host.NowMs), Actor.Of(http), http.RequestAborted);
        return Results.Redirect(made is null ? "/alerts" : $"/alerts/{made.Id}");
    }

    private Alert New(HttpContext http) => new(
        0, http.Visitor().WorkspaceId, "", new AskedNumber("", "", "", ""), PeriodKind.Day, new AlertRule(AlertKind.Anomaly, AlertSide.Either, 3), false, [], true, 0, 0, host.NowMs, http.Visitor().UserId);
}
