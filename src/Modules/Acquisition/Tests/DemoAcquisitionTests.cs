using System.Text.Json;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Demo;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Server;

namespace Ciclo.Modules.Acquisition.Tests;

/// <summary>The demo shop's ground truth: what was planted is what the numbers say.</summary>
public sealed class DemoAcquisitionTests
{
    [Fact]
    public async Task Visits_by_campaign_are_those_of_the_ground_truth_and_the_planted_campaign_brings_back_least()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-acquisition-").FullName;
        try
        {
            var commands = new CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
            await using var host = commands.OpenOrRefuse(folder);
            var engine = await host.WorkspaceAsync("default", default);
            var setup = new DemoSetup(host, engine);
            await setup.MakeAsync(new DemoOptions(1_795_293_120_000) { Customers = 3_000 }, new Progress<(long, double)>(), default);
            using var truth = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(setup.TruthFolder, "ground-truth.json")));
            var periods = Periods.Of(PeriodKind.Year, engine.Rules.Zone, 1_740_000_000_000, 1_795_293_120_000);
            var catalogue = new MetricCatalogue([new AcquisitionSource(host)]);
            Check(truth, Ask(catalogue, engine, periods, WebMetrics.Visits, "campaign"), Ask(catalogue, engine, periods, WebMetrics.Visits, "source"));
            CheckCosts(truth, Ask(catalogue, engine, periods, AcquisitionMetrics.AdCost, "campaign"));
            var asked = AcquisitionAsked.From(new Microsoft.AspNetCore.Http.QueryCollection(), engine.Rules.Zone, 1_795_293_120_000);
            var reading = AcquisitionReading.Of(catalogue, engine, asked, default);
            var planted = truth.RootElement.GetProperty("planted").GetProperty("bad_campaign").GetProperty("campaign").GetString();
            var paying = reading.Paying.ToList();
            Assert.Equal(5, paying.Count);
            Assert.EndsWith(planted!, paying[0].Value, StringComparison.Ordinal);
            Assert.True(paying[1].Ratio > 2 * paying[0].Ratio, $"{paying[1].Value}: {paying[1].Ratio} against {paying[0].Ratio}");
            // What the page adds up is what the catalogue answers.
            foreach (var metric in new[] { WebMetrics.Visits, WebMetrics.BounceRate, AcquisitionMetrics.NewCustomers, AcquisitionMetrics.Cac, AcquisitionMetrics.Cpa, AcquisitionMetrics.Revenue, AcquisitionMetrics.LtvCac })
            {
                Assert.Equal(catalogue.Answer(engine, new MetricQuestion([metric], asked.Whole, "", asked.Settings), default)[0].Cells[0], reading.All.Of(metric));
                var channel = reading.Channels[0].Channel;
                var series = catalogue.Answer(engine, new MetricQuestion([metric], asked.Whole, "channel", asked.Settings), default);
                Assert.Equal(series.Single(one => one.Breakdown == channel.Value).Cells[0], channel.Of(metric));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, decimal> Ask(MetricCatalogue catalogue, WorkspaceEngine engine, Periods periods, Metric metric, string breakdown) =>
        catalogue.Answer(engine, new MetricQuestion([metric], periods, breakdown, new Dictionary<string, string>()), default)
            .ToDictionary(series => series.Breakdown, series => series.Cells.Sum(cell => cell!.Value.Part));

    /// <summary>Every visit of the truth is one here, but for the few that began within half an hour of another: no campaign splits a visit.</summary>
    private static void Check(JsonDocument truth, Dictionary<string, decimal> byCampaign, Dictionary<string, decimal> bySource)
    {
        foreach (var channel in truth.RootElement.GetProperty("channels").EnumerateArray())
        {
            var (id, campaign, visits) = (channel.GetProperty("id").GetString()!, channel.GetProperty("campaign").GetString()!, channel.GetProperty("visits").GetInt64());
            var counted = id switch { "direct" => bySource["(direct)"], "instagram" => bySource["instagram"], "organic-search" => bySource["google"] - byCampaign["Marca"] - byCampaign["Café de especialidad"], _ => byCampaign[campaign] };
            Assert.True(counted <= visits && counted >= visits * 0.97m, $"{id}: {counted} visits were counted of {visits}");
        }
    }

    private static void CheckCosts(JsonDocument truth, Dictionary<string, decimal> costs)
    {
        foreach (var channel in truth.RootElement.GetProperty("channels").EnumerateArray().Where(channel => channel.GetProperty("cost").GetDecimal() > 0))
        {
            Assert.Equal(channel.GetProperty("cost").GetDecimal(), costs[channel.GetProperty("campaign").GetString()!]);
        }
    }
}
