using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Goals;

/// <summary>A goal and how it stands. Money in major units, shares from 0 to 1, durations in seconds; null is no data. `period` is month, quarter, year or dates.</summary>
public sealed record GoalAnswer(
    long Id, string Name, string Metric, string Breakdown, string Value, string Kind, double Amount, string Period, string From, string To, double? Target, double? Current, double? Forecast, double Passed, string Status);

/// <summary>An alert with what it fired last. `state` is off, quiet, fired or ongoing.</summary>
public sealed record AlertAnswer(long Id, string Name, string Metric, string Breakdown, string Value, string By, string Kind, string State, AlertFiringAnswer? Last);

/// <summary>A period in which an alert fired, by its first date.</summary>
public sealed record AlertFiringAnswer(
    string Period, string State, double? Value, double? Expected, double? Low, double? High, string FiredAt, string? EndedAt, string? AcknowledgedAt, string Note, IReadOnlyList<Cause> Causes);

/// <summary>Goals and alerts over HTTP.</summary>
internal static class GoalsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Goals and alerts");
        read.MapGet("/goals", Goals).Produces<Page<GoalAnswer>>().ProducesProblem(503).WithSummary("The goals under way and how each stands.");
        read.MapGet("/alerts", Alerts).Produces<Page<AlertAnswer>>().WithSummary("The alerts, each with the last period in which it fired.");
    }

    private static IResult Goals(HttpContext http, DataHost host)
    {
        var (engine, desk) = (http.Caller().Engine, new GoalDesk(host));
        var answers = new List<GoalAnswer>();
        foreach (var goal in desk.List(engine.Id).Where(goal => goal.ArchivedAt is null))
        {
            if (desk.Progress(engine, goal, http.RequestAborted) is { } progress)
            {
                var zone = engine.Rules.Zone;
                answers.Add(new GoalAnswer(
                    goal.Id, goal.Name, goal.Number.Metric, goal.Number.Breakdown, goal.Number.Value, Goal.KindName(goal.Kind),
                    goal.Kind == GoalKind.GrowBy ? goal.Amount : Scaled(progress.Metric, goal.Amount)!.Value, GoalStore.PeriodName(goal.Period),
                    zone.Format(progress.From)[..10], zone.Format(progress.To)[..10], Scaled(progress.Metric, progress.Target), Scaled(progress.Metric, progress.Value), Scaled(progress.Metric, progress.Forecast?.Value),
                    Math.Round(progress.Passed, 4), Goal.StatusName(progress.Status)));
            }
        }
        return Results.Json(new Page<GoalAnswer>(answers, null), ApiJson.Options);
    }

    private static IResult Alerts(HttpContext http, DataHost host)
    {
        var (engine, desk, catalogue) = (http.Caller().Engine, AlertDesk.Of(host), MetricCatalogue.Of(host));
        var last = desk.Firings(engine.Id, 1_000).GroupBy(firing => firing.AlertId).ToDictionary(group => group.Key, group => group.MaxBy(firing => firing.Period)!);
        return Results.Json(new Page<AlertAnswer>([.. desk.List(engine.Id).Select(alert =>
        {
            var (fired, metric) = (last.GetValueOrDefault(alert.Id), catalogue.Find(alert.Number.Metric));
            return new AlertAnswer(
                alert.Id, alert.Name, alert.Number.Metric, alert.Number.Breakdown, alert.Number.Value, MetricLinks.Word(alert.Period), Alert.KindName(alert.Rule.Kind),
                !alert.IsOn ? "off" : fired is { IsOpen: true } ? Firing.StateName(fired.State) : "quiet",
                fired is null ? null : new AlertFiringAnswer(
                    fired.PeriodText, Firing.StateName(fired.State), Scaled(metric, fired.Value), Scaled(metric, fired.Expected), Scaled(metric, fired.Low), Scaled(metric, fired.High),
                    Instants.Format(fired.FiredAt), Instant(fired.EndedAt), Instant(fired.AcknowledgedAt), fired.Note, fired.Causes));
        })], null), ApiJson.Options);
    }

    private static string? Instant(long? at) => at is { } known ? Instants.Format(known) : null;

    private static double? Scaled(Metric? metric, double? value) => value is { } known ? Math.Round(metric?.Unit == MetricUnit.Duration ? known / 1_000 : known, 6) : null;
}
