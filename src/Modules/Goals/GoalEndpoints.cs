using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Goals.Pages;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Goals;

/// <summary>The page of goals: each card is asked for by itself.</summary>
public sealed record GoalsModel(IReadOnlyList<Goal> Goals, IReadOnlyList<OfferedGoal> Offered, IReadOnlyDictionary<string, Metric> Metrics, string? Currency, bool MayChange, bool HasEvents);

/// <summary>One card: null progress for a metric that is gone, or while everything is being counted anew.</summary>
public sealed record GoalCardModel(Goal Goal, GoalProgress? Progress, string Owner, bool MayChange, bool IsBusy);

/// <summary>`/goals`.</summary>
internal sealed class GoalEndpoints(DataHost host)
{
    private readonly KeptReadings<GoalCardModel> cards = new(host.Clock);
    private readonly GoalDesk desk = new(host);

    private MetricCatalogue Catalogue => MetricCatalogue.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/goals").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", Show);
        read.MapReads("/{id}/card", Card);
        var change = routes.MapGroup("/goals").RequirePermission(Permission.ChangeDefinitions);
        change.MapReads("/new", (HttpContext http) => Form(http, 0, null));
        change.MapReads("/preview", Preview);
        change.MapSends("", (Func<HttpContext, Task<IResult>>)(http => PutAsync(http, 0)));
        change.MapReads("/{id}/edit", (HttpContext http, string id) => Own(http, id) is { ArchivedAt: null } goal ? Form(http, goal.Id, goal) : Results.NotFound());
        change.MapSends("/{id}", (HttpContext http, string id) => Own(http, id) is { ArchivedAt: null } goal ? PutAsync(http, goal.Id) : Task.FromResult(Results.NotFound()));
        change.MapSends("/{id}/archive", ArchiveAsync);
        change.MapSends("/offered/{id}", OfferedAsync);
    }

    private Goal? Own(HttpContext http, string id) => Forms.Id(id) is { } number ? desk.Find(http.Visitor().WorkspaceId, number) : null;

    private IResult Show(HttpContext http)
    {
        var visitor = http.Visitor();
        var goals = desk.List(visitor.WorkspaceId);
        var used = goals.Select(goal => goal.Number.Metric).ToHashSet(StringComparer.Ordinal);
        return http.Page<GoalsPage>(new GoalsModel(
            goals, [.. ReadyMade.Goals.Where(offered => !used.Contains(offered.Number.Metric) && Catalogue.Find(offered.Number.Metric) is not null)],
            Catalogue.All.ToDictionary(metric => metric.Id, StringComparer.Ordinal), visitor.Engine.Read(state => state.Currency), visitor.May(Permission.ChangeDefinitions),
            visitor.Engine.Read(state => state.Staged.History.Count) > 0));
    }

    private IResult Card(HttpContext http, string id)
    {
        if (Own(http, id) is not { } goal)
        {
            return Results.NotFound();
        }
        var visitor = http.Visitor();
        var mayChange = visitor.May(Permission.ChangeDefinitions);
        return http.Part<GoalCard>(cards.Of($"{visitor.WorkspaceId}/{goal}/{mayChange}/{http.Locale().Tag}", visitor.Engine.Changes, () =>
        {
            var owner = http.Locale().Say(UserNames.Of(host, [goal.Owner])[goal.Owner]);
            try
            {
                return new GoalCardModel(goal, desk.Progress(visitor.Engine, goal, CancellationToken.None), owner, mayChange, false);
            }
            catch (MetricsBusyException)
            {
                return new GoalCardModel(goal, null, owner, mayChange, true);
            }
        }));
    }

    private IResult Form(HttpContext http, long id, Goal? goal, GoalError? error = null)
    {
        var visitor = http.Visitor();
        var metric = Catalogue.Find(goal?.Number.Metric ?? http.Request.Query["metric"].ToString());
        var shown = goal ?? new Goal(0, visitor.WorkspaceId, "", metric is null ? new AskedNumber("", "", "", "") : AskedNumber.Of(metric, Forms.FieldsOf(http)), GoalKind.AtLeast, double.NaN, PeriodKind.Month, null, null, visitor.UserId, 0, null, null, null, null);
        return http.Page<GoalFormPage>(new GoalFormModel(id, shown, NumberFormOf(http, metric, shown.Number), Catalogue.All, error), PageAnswers.StatusOf(error));
    }

    private NumberForm? NumberFormOf(HttpContext http, Metric? metric, AskedNumber number) =>
        NumberForms.Of(new NumberReading(http.Visitor().Engine, Catalogue), metric, number, http.RequestAborted);

    private IResult Preview(HttpContext http)
    {
        var field = Forms.FieldsOf(http);
        if (Catalogue.Find(field("metric")) is not { } metric)
        {
            return Results.NotFound();
        }
        var engine = http.Visitor().Engine;
        var (goal, error) = Forms.Goal(field, metric, New(http));
        // A name is not needed to look back; all else is still judged.
        error = error == GoalError.BadName ? Goal.Refuse("-", goal!.Amount, goal.Kind, goal.Period, goal.FromDay, goal.ToDay) : error;
        try
        {
            var course = error == GoalError.NeedsValue ? null : GoalReading.Past(new NumberReading(engine, Catalogue), goal!.Number, goal.Period ?? PeriodKind.Month, Latest.Of(engine), http.RequestAborted);
            return http.Part<GoalPreview>(new GoalPreviewModel(goal!, course, engine.Read(state => state.Currency), error, false));
        }
        catch (MetricsBusyException)
        {
            return http.Part<GoalPreview>(new GoalPreviewModel(goal!, null, null, error, true));
        }
    }

    private async Task<IResult> PutAsync(HttpContext http, long id)
    {
        var field = Forms.FieldsOf(http);
        if (Catalogue.Find(field("metric")) is not { } metric)
        {
            return Form(http, id, null, GoalError.NoMetric);
        }
        var before = id == 0 ? New(http) : desk.Find(http.Visitor().WorkspaceId, id)!;
        var (goal, error) = Forms.Goal(field, metric, before);
        error ??= (await desk.PutAsync(goal!, Actor.Of(http), http.RequestAborted)).Error;
        return error is null ? Results.Redirect("/goals") : Form(http, id, goal, error);
    }

    private async Task<IResult> ArchiveAsync(HttpContext http, string id) =>
        Forms.Id(id) is { } number && await desk.ArchiveAsync(http.Visitor().Engine, number, Actor.Of(http), http.RequestAborted) ? Results.Redirect("/goals") : Results.NotFound();

    private async Task<IResult> OfferedAsync(HttpContext http, string id)
    {
        if (ReadyMade.Goals.FirstOrDefault(one => one.Id == id) is not { } offered)
        {
            return Results.NotFound();
        }
        await desk.PutAsync(offered.Make(http.Visitor().WorkspaceId, http.Locale().Language, http.Visitor().UserId, host.NowMs), Actor.Of(http), http.RequestAborted);
        return Results.Redirect("/goals");
    }

    private Goal New(HttpContext http) =>
        new(0, http.Visitor().WorkspaceId, "", new AskedNumber("", "", "", ""), GoalKind.AtLeast, 0, PeriodKind.Month, null, null, http.Visitor().UserId, host.NowMs, null, null, null, null);
}

/// <summary>What the forms of goals and alerts ask about a number.</summary>
internal static class NumberForms
{
    /// <summary>Null without a metric.</summary>
    public static NumberForm? Of(NumberReading numbers, Metric? metric, AskedNumber number, CancellationToken cancellation)
    {
        if (metric is null)
        {
            return null;
        }
        try
        {
            return new NumberForm(metric, number, numbers.Choices(metric, number.SettingsByName, Latest.Of(numbers.Engine), cancellation), numbers.Currency);
        }
        catch (MetricsBusyException)
        {
            return new NumberForm(metric, number, [], numbers.Currency);
        }
    }
}
