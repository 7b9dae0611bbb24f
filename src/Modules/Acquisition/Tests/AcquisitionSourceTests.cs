using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition.Tests;

public sealed class AcquisitionSourceTests
{
    private static readonly PeriodKind[] Kinds = [PeriodKind.Day, PeriodKind.Week, PeriodKind.Month];

    [Fact]
    public async Task Visits_and_bounces_are_those_that_one_counts_by_hand_whatever_they_are_broken_down_by()
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            await using var world = await VisitWorld.MakeAsync(seed);
            foreach (var breakdown in new[] { "", "channel", "source", "campaign", "channel_campaign", "landing_page" })
            {
                var (periods, isClassic) = (world.Periods(Kinds[seed % 3]), seed % 2 == 0);
                var expected = new VisitReference(world, periods, breakdown).CountVisits(isClassic).Cells;
                Check(world, WebMetrics.All, periods, breakdown, expected, ("bounce", isClassic ? "classic" : "engaged"));
            }
        }
    }

    [Fact]
    public async Task Customers_costs_and_revenue_are_those_that_one_counts_by_hand_for_models_that_give_all_to_one_visit()
    {
        var models = new (string Name, Func<List<VisitReference.Visit>, ChannelSource> Credit)[]
        {
            ("last_non_direct", visits => (visits.FindLast(visit => !visit.Source.IsDirect) ?? visits.LastOrDefault())?.Source ?? ChannelSource.Direct),
            ("last", visits => visits.LastOrDefault()?.Source ?? ChannelSource.Direct),
            ("first", visits => visits.FirstOrDefault()?.Source ?? ChannelSource.Direct),
        };
        Metric[] metrics = [.. AcquisitionMetrics.All.Where(metric => metric.Form != MetricForm.Estimate && metric != AcquisitionMetrics.AdClicks && !metric.Id.StartsWith("social", StringComparison.Ordinal) && metric != AcquisitionMetrics.AcquisitionRate)];
        for (var seed = 11; seed <= 16; seed++)
        {
            await using var world = await VisitWorld.MakeAsync(seed);
            var costs = CostsOf(seed);
            await world.PutAsync(costs);
            foreach (var (name, credit) in models)
            {
                foreach (var breakdown in new[] { "", "channel", "campaign" })
                {
                    var periods = world.Periods(Kinds[seed % 3]);
                    var expected = new VisitReference(world, periods, breakdown).CountCustomers(credit, costs).Cells;
                    Check(world, metrics, periods, breakdown, expected, ("attribution", name));
                }
            }
        }
    }

    [Fact]
    public async Task Under_every_model_what_channels_are_credited_with_adds_up_to_all_and_rows_add_up_to_each_number()
    {
        Metric[] metrics = [AcquisitionMetrics.NewCustomers, AcquisitionMetrics.Conversions, AcquisitionMetrics.Revenue, AcquisitionMetrics.LtvCac, AcquisitionMetrics.Cac, AcquisitionMetrics.Cpa, AcquisitionMetrics.AcquisitionRate];
        await using var world = await VisitWorld.MakeAsync(21, people: 40);
        await world.PutAsync(CostsOf(21));
        var periods = world.Periods(PeriodKind.Week);
        foreach (var (model, _) in AcquisitionMetrics.Model.Choices)
        {
            var all = world.Answer(metrics, periods, "", ("attribution", model));
            foreach (var breakdown in AcquisitionMetrics.Dimensions)
            {
                var parts = world.Answer(metrics, periods, breakdown, ("attribution", model));
                foreach (var (metric, period) in metrics.SelectMany(metric => Enumerable.Range(0, periods.Count).Select(period => (metric, period))))
                {
                    var whole = all.Single(series => series.Metric == metric).Cells[period]!.Value;
                    var cells = parts.Where(series => series.Metric == metric).Select(series => series.Cells[period]!.Value).ToList();
                    Assert.True(whole.Part == cells.Sum(cell => cell.Part), $"{model}, {metric.Id} by {breakdown}: {cells.Sum(cell => cell.Part)} is not {whole.Part}");
                    // Of people who came by two channels, each channel counts one visitor.
                    Assert.True(metric == AcquisitionMetrics.AcquisitionRate || (whole.Whole ?? 0) == cells.Sum(cell => cell.Whole ?? 0), $"{model}, {metric.Id} by {breakdown}");
                }
            }
            CheckRows(world, metrics, periods, "channel", ("attribution", model));
        }
    }

    [Fact]
    public async Task Visits_of_the_workspaces_own_people_and_from_its_own_hosts_are_told_apart()
    {
        await using var world = await VisitWorld.MakeAsync(31);
        var periods = world.Periods(PeriodKind.Month, 0, VisitWorld.Days);
        decimal Visits(string source) => world.Answer([WebMetrics.Visits], periods, "source").Where(series => series.Breakdown == source).Sum(series => series.Cells.Sum(cell => cell!.Value.Part));
        var (before, direct) = (Visits("blog.example"), Visits("(direct)"));
        Assert.True(before > 0);
        await world.Host.Database.WriteAsync((connection, transaction) =>
        {
            new CostStore(world.Engine.Id).Set(connection, transaction, CostStore.OwnHosts, ["blog.example"]);
            return 0;
        }, default);
        Assert.Equal(0, Visits("blog.example"));
        Assert.True(Visits("(direct)") > direct);
    }

    [Fact]
    public async Task Followers_of_a_period_are_the_latest_counts_by_its_end()
    {
        await using var world = await VisitWorld.MakeAsync(41, people: 1);
        var day = (int)(VisitWorld.Start / Durations.Day);
        await world.Host.Database.WriteAsync((connection, transaction) =>
        {
            new CostStore(world.Engine.Id).Put(connection, transaction, new FollowerRow[]
            {
                new(day + 1, "instagram", 100), new(day + 12, "instagram", 130), new(day + 12, "tiktok", 40), new(day + 25, "instagram", 120),
            });
            return 0;
        }, default);
        var periods = world.Periods(PeriodKind.Week, 7, 34);
        var series = world.Answer([AcquisitionMetrics.Followers, AcquisitionMetrics.FollowersGained], periods);
        decimal?[] followers = [.. series[0].Cells.Select(cell => cell?.Part)];
        decimal?[] gained = [.. series[1].Cells.Select(cell => cell?.Part)];
        var last = periods.Count - 1;
        // 1 March 2026 is a Sunday, so the first count lies in the first week, before which there was none.
        Assert.Equal([100, 170, 170, 160, 160], followers);
        Assert.Equal([null, 30, 0, -10, 0], gained);
        Assert.Equal(160, world.Answer([AcquisitionMetrics.Followers], periods, "network").Sum(one => one.Cells[last]!.Value.Part));
        var rows = world.Source.Rows(world.Engine, new MetricQuestion([AcquisitionMetrics.Followers], periods, "", new Dictionary<string, string>()), last, "", 10, default)!;
        Assert.Equal((2, 160m), (rows.Rows.Count, rows.Rows.Sum(row => row.Part)));
    }

    [Fact]
    public async Task What_customers_have_brought_is_the_workspaces_margin_of_their_orders()
    {
        await using var world = await VisitWorld.MakeAsync(51);
        await world.PutAsync(CostsOf(51));
        var periods = world.Periods(PeriodKind.Month, 0, VisitWorld.Days);
        decimal Brought() => world.Answer([AcquisitionMetrics.LtvCac], periods)[0].Cells.Sum(cell => cell!.Value.Part);
        var whole = Brought();
        Assert.Equal(0, (await new Ciclo.Server.CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null).RunInServerAsync(
            world.Host, new Ciclo.Engine.Hosting.RemoteCommandRequest(["settings", "set", "margin", "40"], world.Host.Folder, "En", IsTerminal: false), TextWriter.Null, TextWriter.Null, default)));
        Assert.Equal(whole * 0.4m, Brought(), 3);
    }

    /// <summary>Every cell equals the expected one, none is missing, and the rows behind each add up to it.</summary>
    private static void Check(
        VisitWorld world, IReadOnlyList<Metric> metrics, Periods periods, string breakdown, IReadOnlyDictionary<(string Metric, string Value, int Period), (decimal Part, decimal Whole)> expected,
        params (string, string)[] settings)
    {
        var answer = world.Answer(metrics, periods, breakdown, settings);
        var counted = answer.SelectMany(series => series.Cells.Select((cell, period) => (Key: (series.Metric.Id, series.Breakdown, period), Cell: cell!.Value)))
            .Where(one => one.Cell.Part != 0 || one.Cell.Whole is > 0).ToDictionary(one => one.Key, one => (one.Cell.Part, Whole: one.Cell.Whole ?? 0));
        var ids = metrics.Select(metric => metric.Id).ToHashSet();
        foreach (var (key, cell) in expected.Where(pair => ids.Contains(pair.Key.Metric) && pair.Value != default))
        {
            Assert.True(counted.Remove((key.Metric, key.Value, key.Period), out var found) && found == cell, $"seed {world.Seed}, by '{breakdown}', {string.Join(' ', settings)}, {key}: {found} is not {cell}");
        }
        Assert.True(counted.Count == 0, $"seed {world.Seed}, by '{breakdown}': {string.Join(' ', counted.Take(5))} should not be");
        CheckRows(world, metrics, periods, breakdown, settings);
    }

    private static void CheckRows(VisitWorld world, IReadOnlyList<Metric> metrics, Periods periods, string breakdown, params (string Name, string Choice)[] settings)
    {
        var random = new Random(world.Seed);
        var chosen = settings.ToDictionary(one => one.Name, one => one.Choice);
        foreach (var series in world.Answer(metrics, periods, breakdown, settings))
        {
            var period = random.Next(periods.Count);
            var rows = world.Source.Rows(world.Engine, new MetricQuestion([series.Metric], periods, breakdown, chosen), period, series.Breakdown, 1_000, default)!;
            var cell = series.Cells[period]!.Value;
            Assert.True(
                rows.Total == cell && rows.Count == rows.Rows.Count && rows.Rows.Sum(row => row.Part) == cell.Part && rows.Rows.Sum(row => row.Whole) == (cell.Whole ?? 0),
                $"seed {world.Seed}, {series.Metric.Id} of '{series.Breakdown}' in {period}: {rows.Rows.Sum(row => row.Part)}/{rows.Rows.Sum(row => row.Whole)} of {rows.Count} rows for {cell}");
        }
    }

    private static List<CostRow> CostsOf(int seed)
    {
        var (random, first) = (new Random(seed), (int)(VisitWorld.Start / Durations.Day));
        return
        [
            .. from day in Enumerable.Range(first, VisitWorld.Days)
               from source in new[] { new ChannelSource("google", "cpc", "Marca"), new ChannelSource("facebook", "paid_social", "Sorteo") }
               where random.Next(3) > 0
               select new CostRow(day, source, Number.Parse($"{random.Next(1, 5_000)}.{random.Next(100):00}"), "", random.Next(50), random.Next(50, 2_000)),
        ];
    }
}
