using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure.Tests;

public sealed class MetricTests
{
    private const int Seed = 20_261_122;
    private static readonly string[] Events = ["page", "page", "Order Completed", "Signed Up", "NPS Answered", "Survey Answered", "Points Earned", "Points Redeemed", "Invite Sent", "Referral Made"];

    [Fact]
    public async Task Numbers_equal_a_plain_reference_and_their_rows_add_up_to_them()
    {
        var deeds = Random(Seed, 2_000, 60, 120);
        await using var world = await MeasureWorld.StartAsync(deeds);
        var end = MeasureWorld.Start + (120 * Durations.Day);
        foreach (var kind in new[] { PeriodKind.Day, PeriodKind.Week, PeriodKind.Month, PeriodKind.Quarter })
        {
            var periods = Periods.Of(kind, Zone.Utc, MeasureWorld.Start + (10 * Durations.Day), end);
            var reference = new MetricReference(deeds, periods);
            foreach (var (metric, expected) in reference.All())
            {
                var found = world.Values(metric, periods);
                for (var i = 0; i < periods.Count; i++)
                {
                    foreach (var (value, number) in expected[i])
                    {
                        var known = found.GetValueOrDefault((PeriodOptions.NameOf(periods, i), value)) ?? (number == 0 && metric == "growth_accounting" ? 0 : null);
                        Assert.True(known is null == number is null && Math.Abs((known ?? 0) - (number ?? 0)) < 0.000001m, $"seed {Seed}: {metric} {kind} {i} '{value}': {known}, expected {number}");
                    }
                }
            }
            RowsAddUp(world, periods);
        }
    }

    [Fact]
    public async Task A_funnel_and_cohorts_come_out_of_the_command_line_as_the_contract_says()
    {
        long Day(int day) => MeasureWorld.Start + (day * Durations.Day);
        await using var world = await MeasureWorld.StartAsync(
        [
            new("ana", "Signed Up", Day(0)), new("ana", "Order Completed", Day(0) + 90_000), new("ana", "Order Completed", Day(40)),
            new("bea", "Signed Up", Day(1)), new("bea", "Order Completed", Day(20)),
            new("eva", "Signed Up", Day(2)),
        ]);
        var funnel = await world.Server.RunAsync("funnel", "--step", "Signed Up", "--step", "Order Completed", "--window", "7d", "--from", "2026-01-01", "--to", "2026-02-01", "--format", "csv");
        Assert.Equal((0, "step,profiles,conversion,median_seconds\nSigned Up,3,1,\nOrder Completed,1,0.3333333333,90\n"), (funnel.Code, funnel.Out));
        var cohorts = await world.Server.RunAsync("cohorts", "--first", "Order Completed", "--return", "Order Completed", "--by", "month", "--format", "csv");
        Assert.Equal((0, "cohort,period,profiles,share\n2026-01-01,2026-01-01,2,1\n2026-01-01,2026-02-01,1,0.5\n"), (cohorts.Code, cohorts.Out));
        var catalogue = await world.Server.RunAsync("metrics", "--format", "csv");
        Assert.Equal(0, catalogue.Code);
        Assert.Contains("nps,", catalogue.Out, StringComparison.Ordinal);
        var metrics = await world.Server.RunAsync("metrics", "--id", "active_people,growth_accounting", "--from", "2026-01-01", "--to", "2026-03-01", "--format", "csv");
        Assert.Equal(0, metrics.Code);
        Assert.StartsWith("period,metric,breakdown,value\n2026-01-01,active_people,,3\n", metrics.Out, StringComparison.Ordinal);
        Assert.Contains("2026-02-01,growth_accounting,dormant,2\n", metrics.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no metric", "metrics", "--id", "nothing", "--from", "2026-01-01", "--to", "2026-02-01")]
    [InlineData("date", "metrics", "--id", "nps", "--from", "2026-02-01", "--to", "2026-01-01")]
    [InlineData("broken down", "metrics", "--id", "nps", "--from", "2026-01-01", "--to", "2026-02-01", "--breakdown", "plan")]
    [InlineData("choices", "metrics", "--id", "nps", "--from", "2026-01-01", "--to", "2026-02-01", "--set", "answers=some")]
    [InlineData("periods", "metrics", "--id", "nps", "--from", "2026-01-01", "--to", "2026-02-01", "--by", "moon")]
    [InlineData("window", "funnel", "--step", "A", "--step", "B", "--window", "soon", "--from", "2026-01-01", "--to", "2026-02-01")]
    [InlineData("cannot be read", "funnel", "--step", "\"A", "--step", "B", "--from", "2026-01-01", "--to", "2026-02-01")]
    [InlineData("2 to 16", "funnel", "--step", "A", "--from", "2026-01-01", "--to", "2026-02-01")]
    public async Task A_question_that_makes_no_sense_is_refused_with_a_next_step(string says, params string[] arguments)
    {
        await using var world = await MeasureWorld.StartAsync([]);
        var (code, output, error) = await world.Server.RunAsync(arguments);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_metric_of_the_catalogue_reads_in_both_languages_and_has_an_id_of_its_own()
    {
        Assert.All(StageMetrics.All.Concat(EngagementMetrics.All).Concat(EngagementMetrics.Activation).Concat(FeedbackMetrics.All).Concat(MessageMetrics.All), metric =>
        {
            Assert.Matches("^[a-z][a-z0-9_]+$", metric.Id);
            Assert.All(new[] { metric.Formula.En, metric.Formula.Es }, formula => Assert.EndsWith(".", formula, StringComparison.Ordinal));
        });
    }

    internal static List<Deed> Random(int seed, int count, int people, int days)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var name = Events[random.Next(Events.Length)];
                var type = name == "Survey Answered" ? new[] { "csat", "ces", "nps" }[random.Next(3)] : "";
                return new Deed($"p{random.Next(people)}", name, MeasureWorld.Start + (random.NextInt64(days * Durations.Day / 60_000) * 60_000),
                    name is "NPS Answered" or "Survey Answered" ? random.Next(12) : -1, type, name == "Referral Made" && random.Next(2) == 0 ? $"p{random.Next(people)}" : "");
            }).DistinctBy(deed => (deed.Person, deed.At)),
        ];
    }

    private static void RowsAddUp(MeasureWorld world, Periods periods)
    {
        var catalogue = MetricCatalogue.Of(world.Server.Host);
        foreach (var metric in EngagementMetrics.All.Concat(FeedbackMetrics.All))
        {
            var question = new MetricQuestion([metric], periods, "", new Dictionary<string, string>());
            foreach (var series in catalogue.Answer(world.Engine, question, default))
            {
                for (var i = 0; i < periods.Count; i += 3)
                {
                    var rows = catalogue.Rows(world.Engine, question, i, series.Breakdown, 1_000, default);
                    Assert.Equal(series.Cells[i]!.Value.Value, rows.Total.Value);
                    Assert.Equal((rows.Total.Part, rows.Total.Whole ?? 0), (rows.Rows.Sum(row => row.Part), metric.Form == MetricForm.Ratio ? rows.Rows.Sum(row => row.Whole) : 0));
                    Assert.Equal(rows.Count, rows.Rows.Count);
                }
            }
        }
    }
}
