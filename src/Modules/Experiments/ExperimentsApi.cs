using Ciclo.Core;
using Ciclo.Core.Experiments;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Experiments;

/// <summary>A difference from the first arm: of the share who converted, or of the money of a person. `lift` and its interval are parts of the first arm's; null where nothing bounds them.</summary>
public sealed record LiftAnswer(double Difference, double Low, double High, double? Lift, double? LiftLow, double? LiftHigh)
{
    internal static LiftAnswer? Of(Comparison? found) => found is not { } one ? null : new LiftAnswer(
        Rounded(one.Difference)!.Value, Rounded(one.Between.Low)!.Value, Rounded(one.Between.High)!.Value, Rounded(one.Lift), Rounded(one.LiftBetween.Low), Rounded(one.LiftBetween.High));

    internal static double? Rounded(double? value) => value is { } known && double.IsFinite(known) ? Math.Round(known, 6) : null;
}

/// <summary>An arm. Money in major units of the workspace's currency. `verdict`: better, worse, no_difference, not_yet or broken; null for the arm that the others are held against.</summary>
public sealed record ArmAnswer(
    string Arm, long People, long Converted, double Rate, double Money, double ProbabilityBest, LiftAnswer? ByPeople, LiftAnswer? ByMoney, string? Verdict, long? PeopleStillNeeded, double? PeopleGained, double? MoneyGained);

/// <summary>An experiment and how it stands. `waiting`: people whose window has not ended; they are not counted.</summary>
public sealed record ExperimentAnswer(
    string Id, string Name, string Goal, string Value, int WindowDays, string StartedAt, string? EndedAt, double SampleRatioP, bool SampleRatioBroken, long People, long Waiting, long HeldOut, string Verdict,
    double? PeopleGained, double? MoneyGained, string? Currency, IReadOnlyList<ArmAnswer> Arms);

/// <summary>Experiments over HTTP.</summary>
internal static class ExperimentsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Experiments");
        read.MapGet("/experiments", All).Produces<Page<ExperimentAnswer>>().ProducesProblem(503).WithSummary("All experiments, the newest first, each with its verdict.");
        read.MapGet("/experiments/{id}", One).Produces<ExperimentAnswer>().ProducesProblem(404).ProducesProblem(503).WithSummary("One experiment; `holdout` is the global holdout.");
    }

    private static IResult All(HttpContext http, DataHost host)
    {
        var (engine, desk) = (http.Caller().Engine, ExperimentDesk.Of(host));
        return Results.Json(new Page<ExperimentAnswer>([.. desk.List(engine.Id).Select(one => AnswerOf(desk.Result(engine, one)))], null), ApiJson.Options);
    }

    private static IResult One(HttpContext http, DataHost host, string id)
    {
        var (engine, desk) = (http.Caller().Engine, ExperimentDesk.Of(host));
        return desk.Find(engine.Id, id) is { } found ? Results.Json(AnswerOf(desk.Result(engine, found)), ApiJson.Options) : Problems.NotFound(http, Unknown);
    }

    public static readonly Text Unknown = new(
        "There is no experiment of this id. `ciclo experiments list` shows them.", "No hay ningún experimento con este id. `ciclo experiments list` los muestra.");

    private static ExperimentAnswer AnswerOf(ExperimentResult result)
    {
        var of = result.Experiment;
        return new ExperimentAnswer(
            of.Id, of.IsHoldout ? ExperimentWords.Holdout.En : of.Name, of.Goal, of.Value, of.WindowDays, Instants.Format(of.StartedAt), of.EndedAt is { } ended ? Instants.Format(ended) : null,
            Math.Round(result.Trial.Ratio.Probability, 6), result.Trial.Ratio.IsBroken, result.People, result.Waiting, result.HeldOut, ExperimentWords.Name(result.Verdict),
            LiftAnswer.Rounded(result.PeopleGained), LiftAnswer.Rounded(result.MoneyGained), result.Currency,
            [
                .. result.Trial.Arms.Select(arm => new ArmAnswer(
                    arm.Arm, arm.People, arm.Converted, Math.Round(arm.Rate, 6), Math.Round(arm.Money, 6), Math.Round(arm.Best, 4), LiftAnswer.Of(arm.Lift?.ByPeople), LiftAnswer.Of(arm.Lift?.ByMoney),
                    arm.Lift is { } lift ? ExperimentWords.Name(lift.Verdict) : null, (arm.Lift?.Verdict as LiftVerdict.NotYet)?.StillNeeded, LiftAnswer.Rounded(arm.PeopleGained), LiftAnswer.Rounded(arm.MoneyGained))),
            ]);
    }
}
