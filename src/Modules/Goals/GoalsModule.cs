using System.CommandLine;
using System.Globalization;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Goals;

/// <summary>Goals and alerts on numbers of the catalogue: pages, API and commands.</summary>
public sealed class GoalsModule : IModule
{
    public string Name => "goals";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<GoalEndpoints>().AddSingleton<AlertEndpoints>().AddSingleton(new AttentionSlot("/alerts/attention"));
        services.AddHostedService<AlertWatch>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GoalsApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<GoalEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<AlertEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        yield return runner.Bind(new Command("goals", "The goals of the workspace and how they stand."), (_, context, cancellation) =>
        {
            var desk = new GoalDesk(context.Host);
            using var rows = context.Rows("id", "name", "metric", "kind", "target", "value", "forecast", "status");
            foreach (var goal in desk.List(context.Engine.Id).Where(goal => goal.ArchivedAt is null))
            {
                var progress = desk.Progress(context.Engine, goal, cancellation);
                rows.Write(
                    goal.Id, goal.Name, goal.Number.Metric, Goal.KindName(goal.Kind), Cell(progress?.Metric, progress?.Target), Cell(progress?.Metric, progress?.Value), Cell(progress?.Metric, progress?.Forecast?.Value),
                    Goal.StatusName(progress?.Status ?? GoalStatus.NoData));
            }
            return Task.FromResult(0);
        });
        var id = new Argument<long>("ID") { Description = "The alert's number, as `alerts list` shows it." };
        yield return new Command("alerts", "Alerts on numbers of the catalogue.")
        {
            runner.Bind(new Command("list", "The alerts of the workspace with what they fired last."), (_, context, _) =>
            {
                var (desk, catalogue) = (AlertDesk.Of(context.Host), MetricCatalogue.Of(context.Host));
                var last = desk.Firings(context.Engine.Id, 1_000).GroupBy(firing => firing.AlertId).ToDictionary(group => group.Key, group => group.MaxBy(firing => firing.Period)!);
                using var rows = context.Rows("id", "name", "metric", "by", "kind", "state", "last_period", "last_value");
                foreach (var alert in desk.List(context.Engine.Id))
                {
                    var fired = last.GetValueOrDefault(alert.Id);
                    rows.Write(
                        alert.Id, alert.Name, alert.Number.Metric, MetricLinks.Word(alert.Period), Alert.KindName(alert.Rule.Kind),
                        !alert.IsOn ? "off" : fired is { IsOpen: true } ? Firing.StateName(fired.State) : "quiet", fired?.PeriodText, Cell(catalogue.Find(alert.Number.Metric), fired?.Value));
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("test", "What an alert would have fired in the past: 90 days, 26 weeks or 24 months.") { id }, (arguments, context, cancellation) =>
            {
                var desk = AlertDesk.Of(context.Host);
                if (desk.Find(context.Engine.Id, arguments.GetValue(id)) is not { } alert)
                {
                    return Task.FromResult(context.Fail(GoalError.NoAlert.Message));
                }
                var course = AlertReading.Read(
                    desk.Numbers(context.Engine), alert.Number, alert.Period, alert.Rule, soFar: false, AlertReading.Tested(alert.Period), Latest.Of(context.Engine), cancellation);
                using var rows = context.Rows("period", "value", "expected", "low", "high", "told");
                foreach (var judged in course?.Judged.Where(judged => judged.Finding.Fires) ?? [])
                {
                    var (metric, finding) = (course!.Course.Metric, judged.Finding);
                    rows.Write(
                        GoalStore.DayName(course.DateOf(judged)), Cell(metric, finding.Value), Cell(metric, finding.Expected), Cell(metric, finding.Low), Cell(metric, finding.High),
                        course.Told.Contains(judged) ? "yes" : "no");
                }
                return Task.FromResult(0);
            }),
        };
    }

    /// <summary>A number as commands print it: durations in seconds, no data as nothing.</summary>
    private static JsonCell? Cell(Metric? metric, double? value) => value is not { } known ? null
        : new JsonCell(Math.Round(metric?.Unit == MetricUnit.Duration ? known / 1000 : known, 6).ToString("0.######", CultureInfo.InvariantCulture));
}
