using System.Net;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Measure.Drivers;

namespace Ciclo.Modules.Measure.Tests;

public sealed class StageDriverTests
{
    private const string Lifecycle = """
        lifecycle: trial
        label: { en: Trial, es: Prueba }
        timezone: UTC
        movement: forward
        stages:
          - id: start
            label: { en: Start, es: Inicio }
          - id: member
            label: { en: Member, es: Miembro }
            when: ever("Joined")
        """;

    [Fact]
    public async Task What_moves_people_on_is_told_of_those_who_could_still_move_when_they_had_done_it()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        List<Deed> deeds = [];
        var (people, moved, stayed, toured, touredAndMoved) = (0, 0, 0, 0, 0);
        for (var i = 0; i < 400; i++)
        {
            var at = now - (60 * Durations.Day) + (i * Durations.Minute);
            var isQuick = i % 20 == 0;
            var takesTour = i % 2 == 0;
            var joins = isQuick || i / 2 % 10 < (takesTour ? 8 : 3);
            deeds.Add(new Deed($"p{i}", "Came", at));
            if (takesTour)
            {
                deeds.Add(new Deed($"p{i}", "Tour", at + (4 * Durations.Hour)));
            }
            if (joins)
            {
                deeds.Add(new Deed($"p{i}", "Joined", at + (isQuick ? 2 * Durations.Hour : 10 * Durations.Day)));
            }
            (people, moved) = (people + 1, moved + (joins ? 1 : 0));
            stayed += isQuick ? 0 : 1;
            toured += !isQuick && takesTour ? 1 : 0;
            touredAndMoved += !isQuick && takesTour && joins ? 1 : 0;
        }
        await using var world = await MeasureWorld.StartAsync(deeds);
        await WorkspaceSetup.ApplyAsync(world.Server.Host, world.Engine, [DefinitionFile.Read(Lifecycle, "trial.yaml")], "MXN", "UTC", "test", default);
        await world.Engine.RestAsync(default);

        var question = new StageDriverQuestion("trial", 0, false, now - (90 * Durations.Day), now - (30 * Durations.Day), 30 * Durations.Day);
        var folds = new SlicedScan(world.Engine, TimeProvider.System).Run(() => new StageDriverFold(question), default)!;
        Assert.Equal((people, moved), (folds.Sum(fold => fold.AtEntry.People), folds.Sum(fold => fold.AtEntry.Hits)));
        Assert.Equal(stayed, folds.Sum(fold => fold.Early.People));
        var tour = TraitNotes.Rank([.. folds.Select(fold => fold.Early)]).Drivers.Single(driver => driver.Trait == "did:Tour");
        Assert.Equal((toured, (double)touredAndMoved / toured), (tour.People, tour.Share));

        using var analyst = await world.Server.AsAsync(Role.Analyst);
        var drivers = await analyst.GetAsync("/numbers/drivers?lifecycle=trial&stage=start");
        Assert.Equal(HttpStatusCode.OK, drivers.Status);
        Assert.Contains("Did Tour", drivers.Html, StringComparison.Ordinal);
        var page = await analyst.GetAsync("/stages/trial/member");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.All(new[] { "Member", "ever(", "stage=trial%3Amember" }, text => Assert.Contains(text, page.Html, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync("/stages/trial/nothing")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync("/numbers/drivers?lifecycle=trial&stage=nothing")).Status);
    }

    [Fact]
    public async Task Every_number_belongs_to_a_stage_of_each_framework_that_ships()
    {
        await using var world = await MeasureWorld.StartAsync([]);
        var metrics = MetricCatalogue.Of(world.Server.Host).All.Where(metric => metric.Part != LifePart.Stage).ToList();
        var frameworks = ShippedDefinitions.Lifecycles.Select(file => file.Lifecycle!).ToList();
        Assert.Equal(FrameworkStages.Frameworks.Order(), frameworks.Select(one => one.Id).Order());
        foreach (var framework in frameworks)
        {
            Assert.All(metrics, metric => Assert.True(framework.IndexOf(FrameworkStages.StageOf(framework.Id, metric)!) >= 0, $"{metric.Id} in {framework.Id}"));
            Assert.All(framework.Stages, stage => Assert.NotEmpty(FrameworkStages.NumbersOf(framework.Id, stage.Id, metrics)));
        }
        Assert.Equal(FrameworkStages.NumbersOf("customer", "onboarding", metrics), FrameworkStages.NumbersOf("ours", "onboarding", metrics));
        Assert.Empty(FrameworkStages.NumbersOf("ours", "whatever", metrics));
    }
}
