using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Measure.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Measure.Drivers;

/// <summary>What a stage's page shows of numbers: those that belong to the stage, and what moves people on.</summary>
/// <param name="People">Those who entered in the days that are looked at.</param>
/// <param name="AtEntry">Null where everything is being staged anew.</param>
public sealed record StageDriversModel(LifecycleInfo Lifecycle, int Stage, StageDriverQuestion Question, int People, int MovedOn, DriverRanking? AtEntry, DriverRanking? Early)
{
    public bool IsLast => Question.IsLast;
}

/// <summary>`/numbers/stage` and `/numbers/drivers`, of `lifecycle` and `stage`: fragments of a stage's page.</summary>
internal sealed class StageEndpoints(DataHost host, Func<WorkspaceEngine, MetricQuestion, (IReadOnlyList<MetricSeries> Series, bool IsBusy)> ask)
{
    /// <summary>As long as a person has to reach a later stage in the numbers of stages.</summary>
    private const long Horizon = 30 * Durations.Day;

    /// <summary>Entries of so long are looked at; where too few entered to say anything, of a year.</summary>
    private static readonly long[] Spans = [90 * Durations.Day, 365 * Durations.Day];

    private readonly KeptReadings<PartModel> parts = new(host.Clock);
    private readonly KeptReadings<StageDriversModel> drivers = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/numbers").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("/stage", NumbersOf);
        numbers.MapReads("/drivers", DriversOf);
    }

    private IResult NumbersOf(HttpContext http, string lifecycle, string stage)
    {
        var (engine, by) = (http.Visitor().Engine, MetricAsked.By(http.Request.Query));
        return http.Part<PartCard>(parts.Of($"{engine.Id}/{lifecycle}/{stage}/{by}", engine.Changes, () =>
        {
            var numbers = FrameworkStages.NumbersOf(lifecycle, stage, MetricCatalogue.Of(host).All);
            var periods = AskedPeriods.Latest(by, engine.Rules.Zone, AskedPeriods.Shown(by), Latest.Of(engine));
            var (series, isBusy) = ask(engine, new MetricQuestion(numbers, periods, "", new Dictionary<string, string>()));
            return new PartModel("stage", new Text("The numbers of this stage", "Las cifras de esta etapa"), periods, series, engine.Read(state => state.Currency), isBusy);
        }).WithGoals(host, engine.Id));
    }

    private IResult DriversOf(HttpContext http, string lifecycle, string stage)
    {
        var engine = http.Visitor().Engine;
        var found = engine.Read(LifecycleInfo.AllOf).FirstOrDefault(one => one.Id == lifecycle);
        return found?.IndexOf(stage) is >= 0 and var index
            ? http.Part<StageDriversPart>(drivers.Of($"{engine.Id}/{lifecycle}/{stage}", engine.Changes, () => Drivers(engine, found, index)))
            : Results.NotFound();
    }

    private StageDriversModel Drivers(WorkspaceEngine engine, LifecycleInfo lifecycle, int stage)
    {
        var until = Latest.Of(engine) - Horizon;
        var model = Over(Spans[0]);
        return model.AtEntry is not null && Math.Min(model.MovedOn, model.People - model.MovedOn) < DriverRanking.FewestPeople ? Over(Spans[1]) : model;

        StageDriversModel Over(long span)
        {
            var question = new StageDriverQuestion(lifecycle.Id, stage, stage == lifecycle.Stages.Count - 1, until - span, until, Horizon);
            var folds = new SlicedScan(engine, host.Clock).Run(() => new StageDriverFold(question), CancellationToken.None);
            return folds is null
                ? new StageDriversModel(lifecycle, stage, question, 0, 0, null, null)
                : new StageDriversModel(
                    lifecycle, stage, question, folds.Sum(fold => fold.AtEntry.People), folds.Sum(fold => fold.AtEntry.Hits),
                    TraitNotes.Rank([.. folds.Select(fold => fold.AtEntry)]), TraitNotes.Rank([.. folds.Select(fold => fold.Early)]));
        }
    }
}
