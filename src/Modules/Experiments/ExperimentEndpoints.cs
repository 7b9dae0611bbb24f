using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Experiments;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Pages;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Experiments;

/// <summary>The page over all tests; each part is asked for by itself.</summary>
public sealed record ExperimentsModel(bool HasAny, bool MayChange, Text? Refusal);

/// <summary>All tests, the newest first; a null result while everything is being counted anew.</summary>
public sealed record ExperimentListModel(IReadOnlyList<(Experiment Experiment, ExperimentResult? Result)> Tests);

/// <summary>The global holdout and what all marketing changed.</summary>
public sealed record HoldoutModel(HoldoutSetting Setting, ExperimentResult? Result, bool MayChange);

/// <summary>One experiment: the frame around its result.</summary>
public sealed record ExperimentModel(Experiment Experiment, bool MayOpenPeople);

/// <summary>How an experiment stands; null while everything is being counted anew.</summary>
public sealed record ExperimentResultModel(Experiment Experiment, ExperimentResult? Result, bool MayOpenPeople);

/// <summary>A person of an experiment by name.</summary>
public sealed record ShownOutcome(string Id, string Name, PersonOutcome Outcome);

/// <summary>People behind a number of an experiment, the latest first.</summary>
/// <param name="IsWaiting">Those whose time is not over, who are not counted yet.</param>
/// <param name="Before">Of one group by orders before the draw; null for all.</param>
public sealed record ExperimentPeopleModel(
    Experiment Experiment, string? Arm, bool OnlyConverted, bool IsWaiting, BeforeGroup? Before, IReadOnlyList<ShownOutcome> People, int Count, double Money, string? Currency)
{
    public const int Shown = 500;
}

/// <summary>`/experiments`.</summary>
internal sealed class ExperimentEndpoints(DataHost host)
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(14);

    private readonly ExperimentDesk desk = ExperimentDesk.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/experiments").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (Delegate)((HttpContext http) => Show(http, null)));
        read.MapReads("/list", (HttpContext http) => http.Part<ExperimentList>(ListOf(http)));
        read.MapReads("/global", (HttpContext http) => http.Part<HoldoutCard>(HoldoutOf(http)));
        read.MapReads("/attention", (HttpContext http) => http.Part<ExperimentAttention>(Finished(http)));
        read.MapReads("/{id}", (HttpContext http, string id) => desk.Find(http.Visitor().WorkspaceId, id) is { } found
            ? http.Page<ExperimentPage>(new ExperimentModel(found, http.Visitor().May(Permission.ReadPeople))) : Results.NotFound());
        read.MapReads("/{id}/result", (HttpContext http, string id) => desk.Find(http.Visitor().WorkspaceId, id) is { } found
            ? http.Part<ExperimentResultPart>(new ExperimentResultModel(found, ResultOf(http, found), http.Visitor().May(Permission.ReadPeople))) : Results.NotFound());
        routes.MapGroup("/experiments").RequirePermission(Permission.ReadPeople).MapReads("/{id}/people", People);
        routes.MapGroup("/experiments").RequirePermission(Permission.ChangeDefinitions).MapPost("/global", (Func<HttpContext, Task<IResult>>)SetHoldoutAsync);
    }

    private IResult Show(HttpContext http, Text? refusal) => http.Page<ExperimentsPage>(
        new ExperimentsModel(desk.List(http.Visitor().WorkspaceId).Count > 0, http.Visitor().May(Permission.ChangeDefinitions), refusal), PageAnswers.StatusOf(refusal));

    private ExperimentListModel ListOf(HttpContext http) => new([.. desk.List(http.Visitor().WorkspaceId).Select(one => (one, ResultOf(http, one)))]);

    private HoldoutModel HoldoutOf(HttpContext http)
    {
        var workspace = http.Visitor().WorkspaceId;
        return new HoldoutModel(desk.Holdout(workspace), ResultOf(http, desk.Find(workspace, "holdout")!), http.Visitor().May(Permission.ChangeDefinitions));
    }

    /// <summary>Tests that have come to something while people are still drawn, or have just ended.</summary>
    private ExperimentListModel Finished(HttpContext http)
    {
        var now = host.NowMs;
        return new([
            .. desk.List(http.Visitor().WorkspaceId).Where(one => one.EndedAt is not { } ended || ended + one.WindowMs + (long)Recent.TotalMilliseconds > now)
                .Select(one => (one, ResultOf(http, one))).Where(pair => pair.Item2 is { Verdict: not LiftVerdict.NotYet }),
        ]);
    }

    private ExperimentResult? ResultOf(HttpContext http, Experiment experiment)
    {
        try
        {
            return desk.Result(http.Visitor().Engine, experiment);
        }
        catch (MetricsBusyException)
        {
            return null;
        }
    }

    private IResult People(HttpContext http, string id)
    {
        var engine = http.Visitor().Engine;
        if (desk.Find(engine.Id, id) is not { } experiment)
        {
            return Results.NotFound();
        }
        var arm = http.Request.Query["arm"].ToString() is { Length: > 0 } asked ? asked : null;
        var only = http.Request.Query["converted"] == "yes";
        var place = arm is null ? -1 : experiment.Arms.ToList().IndexOf(arm);
        if (arm is not null && place < 0)
        {
            return Results.NotFound();
        }
        var waiting = http.Request.Query["waiting"] == "yes";
        var before = ExperimentReading.GroupOf(http.Request.Query["before"].ToString());
        var all = desk.People(engine, experiment, http.RequestAborted)
            .Where(person => person.IsOver != waiting && (place < 0 || person.Arm == place) && (!only || person.Converted) && before?.Has(person.OrdersBefore) != false).ToList();
        var shown = engine.Read(state => all.Take(ExperimentPeopleModel.Shown)
            .Select(person => new ShownOutcome(state.Staged.Identity.PublicId(person.Profile), PersonName.Of(ProfileCard.Of(state, person.Profile)), person)).ToList());
        return http.Page<ExperimentPeoplePage>(new ExperimentPeopleModel(experiment, arm, only, waiting, before, shown, all.Count, all.Sum(person => person.Money), engine.Read(state => state.Currency)));
    }

    private async Task<IResult> SetHoldoutAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var share = double.TryParse(form["share"], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var percent) ? percent / 100 : double.NaN;
        var refusal = await desk.SetHoldoutAsync(http.Visitor().WorkspaceId, share, form["rotate"] == "yes", Actor.Of(http), http.RequestAborted);
        return refusal is null ? Results.Redirect("/experiments") : Show(http, refusal);
    }
}
