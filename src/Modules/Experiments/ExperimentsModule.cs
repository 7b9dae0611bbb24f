using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Experiments;

/// <summary>Who gets what, and what it changed: draws, the global holdout, lift.</summary>
public sealed class ExperimentsModule : IModule
{
    public string Name => "experiments";

    public void AddServices(IServiceCollection services) =>
        services.AddSingleton(ExperimentBook.Assignments).AddSingleton<ExperimentEndpoints>().AddSingleton(new AttentionSlot("/experiments/attention"));

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ExperimentsApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<ExperimentEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var id = new Argument<string>("ID") { Description = "The experiment’s id, as `experiments list` shows it; `holdout` for the global one." };
        var share = new Option<double?>("--share") { Description = "Per cent of all people to hold out, 0 to 50." };
        var rotate = new Option<bool>("--rotate") { Description = "Draw everybody anew. What was learned of the group before is over." };
        yield return new Command("experiments", "What was tested and what came of it.")
        {
            runner.Bind(new Command("list", "All experiments with their verdicts."), (_, context, _) =>
            {
                var desk = ExperimentDesk.Of(context.Host);
                using var rows = context.Rows("id", "name", "verdict", "people", "waiting", "sample_ratio_p", "people_gained", "money_gained", "currency");
                foreach (var result in desk.List(context.Engine.Id).Select(one => desk.Result(context.Engine, one)))
                {
                    rows.Write(
                        result.Experiment.Id, result.Experiment.Name, ExperimentWords.Name(result.Verdict), result.People, result.Waiting, Cell(result.Trial.Ratio.Probability), Cell(result.PeopleGained),
                        Cell(result.MoneyGained), result.Currency);
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("show", "One experiment by arm: people, conversions, money, lift with its interval.") { id }, (arguments, context, _) =>
            {
                var desk = ExperimentDesk.Of(context.Host);
                if (desk.Find(context.Engine.Id, arguments.GetValue(id)!) is not { } found)
                {
                    return Task.FromResult(context.Fail(ExperimentsApi.Unknown));
                }
                var result = desk.Result(context.Engine, found);
                using var rows = context.Rows("arm", "people", "converted", "rate", "lift", "lift_low", "lift_high", "money", "money_lift", "best", "verdict");
                foreach (var arm in result.Trial.Arms)
                {
                    var lift = arm.Lift?.ByPeople;
                    rows.Write(
                        arm.Arm, arm.People, arm.Converted, Cell(arm.Rate), Cell(lift?.Lift), Cell(lift?.LiftBetween.Low), Cell(lift?.LiftBetween.High), Cell(arm.Money), Cell(arm.Lift?.ByMoney?.Lift), Cell(arm.Best),
                        arm.Lift is { } told ? ExperimentWords.Name(told.Verdict) : null);
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("holdout", "The global holdout: who is left out of all marketing. Without options: as it is.") { share, rotate }, async (arguments, context, cancellation) =>
            {
                var desk = ExperimentDesk.Of(context.Host);
                if (arguments.GetValue(share) is not null || arguments.GetValue(rotate))
                {
                    if (await desk.SetHoldoutAsync(context.Engine.Id, arguments.GetValue(share) / 100, arguments.GetValue(rotate), Actor.CommandLine, cancellation) is { } refusal)
                    {
                        return context.Fail(refusal);
                    }
                }
                var setting = desk.Holdout(context.Engine.Id);
                using var rows = context.Rows("share_percent", "rotation");
                rows.Write(Cell(setting.Share * 100), setting.Rotation);
                return 0;
            }),
        };
    }

    private static JsonCell? Cell(double? value) => value is { } known && double.IsFinite(known) ? new JsonCell(ExperimentWords.Exact(known)) : null;
}
