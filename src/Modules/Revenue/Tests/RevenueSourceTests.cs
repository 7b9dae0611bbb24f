using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue.Tests;

public sealed class RevenueSourceTests
{
    private const string Now = "2025-02-12T15:30:00Z";

    [Theory]
    [InlineData(1, PeriodKind.Month)]
    [InlineData(2, PeriodKind.Quarter)]
    [InlineData(3, PeriodKind.Week)]
    [InlineData(4, PeriodKind.Year)]
    [InlineData(5, PeriodKind.Month)]
    public async Task Every_metric_is_what_its_formula_says_of_the_plain_list_and_its_rows_add_up_to_it(int seed, PeriodKind kind)
    {
        var deeds = Some(new Random(seed));
        await using var world = await RevenueWorld.OpenAsync(Now, deeds);
        var periods = Periods.Of(kind, RevenueWorld.Zone, RevenueWorld.Instant("2024-02-01"), RevenueWorld.Instant("2025-03-01"));
        var metrics = new RevenueSource(world.Host).Metrics;
        var series = world.Ask(metrics, periods);
        Assert.Equal(metrics.Select(metric => metric.Id), series.Select(one => one.Metric.Id));
        var reference = new RevenueReference(deeds, periods, RevenueWorld.Instant(Now));
        foreach (var one in series)
        {
            for (var i = 0; i < periods.Count; i++)
            {
                var cell = one.Cells[i]!.Value;
                Assert.True(one.Metric.Form == MetricForm.Ratio == cell.Whole is not null, one.Metric.Id);
                if (one.Metric != MrrMetrics.RenewalRate && !IsToCome(one.Metric, periods, i))
                {
                    Assert.True(reference.Of(one.Metric, i) == cell, $"seed {seed}, {one.Metric.Id} of {periods.DateOf(i)}: expected {reference.Of(one.Metric, i)}, found {cell}");
                }
                if ((i + seed) % 3 == 0)
                {
                    AssertRows(world.Rows(one.Metric, periods, i, "", ""), cell, $"seed {seed}, {one.Metric.Id} of {periods.DateOf(i)}", one.Metric.GreatestFirst);
                }
            }
        }
    }

    [Fact]
    public async Task Variants_answer_what_they_say_and_plans_add_up_to_the_whole()
    {
        var deeds = Some(new Random(7));
        await using var world = await RevenueWorld.OpenAsync(Now, deeds);
        var periods = Periods.Of(PeriodKind.Month, RevenueWorld.Zone, RevenueWorld.Instant("2024-02-01"), RevenueWorld.Instant("2025-02-01"));
        var gross = new RevenueReference(deeds, periods, RevenueWorld.Instant(Now), takesRefunds: false);
        foreach (var series in world.Ask([OrderMetrics.Revenue, OrderMetrics.Aov, OrderMetrics.Arpu, OrderMetrics.Arppu], periods, "", ("refunds", "gross")))
        {
            Assert.Equal(Enumerable.Range(0, periods.Count).Select(i => (MetricCell?)gross.Of(series.Metric, i)), series.Cells);
        }

        var whole = world.Ask([MrrMetrics.Mrr, MrrMetrics.Arr], periods);
        var byPlan = world.Ask([MrrMetrics.Mrr, MrrMetrics.Arr], periods, "plan");
        Assert.Contains(byPlan, series => series.Breakdown == "gold");
        for (var i = 0; i < periods.Count; i++)
        {
            foreach (var one in whole)
            {
                Assert.Equal(one.Cells[i]!.Value.Part, byPlan.Where(series => series.Metric == one.Metric).Sum(series => series.Cells[i]!.Value.Part));
            }
            foreach (var plan in byPlan)
            {
                AssertRows(world.Rows(plan.Metric, periods, i, "plan", plan.Breakdown), plan.Cells[i]!.Value, $"{plan.Metric.Id} of {plan.Breakdown}");
            }
        }

        var renewals = world.Ask([MrrMetrics.RenewalRate], periods, "", ("by", "amount"))[0];
        Assert.Contains(renewals.Cells, cell => cell is { Part: > 0 } known && known.Part < known.Whole);
        foreach (var choice in MrrMetrics.PauseAs.Choices.Select(choice => choice.Id))
        {
            var rows = MrrTable.Of(world.Ask(MrrTable.Metrics, periods, "", ("pause_as", choice)));
            Assert.All(rows, row => Assert.Equal(row.Closing, row.Opening + row.Movements.Sum()));
            Assert.Equal(choice == "own", rows.Any(row => row.Movements[(int)MrrKind.Pause] != 0));
        }
    }

    [Fact]
    public async Task What_customers_are_worth_is_their_margin_and_an_order_is_named_by_its_number()
    {
        List<Deed> deeds =
        [
            new("1", "ana", "Order Completed", RevenueWorld.Instant("2024-03-01T10:00:00Z")) { Order = "A-1", Cents = 100_00, Currency = "MXN" },
            new("2", "bob", "Order Completed", RevenueWorld.Instant("2024-03-02T10:00:00Z")) { Order = "B-1", Cents = 50_00, Currency = "MXN" },
            new("3", "ana", "Order Refunded", RevenueWorld.Instant("2024-04-03T10:00:00Z")) { Order = "A-1" },
        ];
        await using var world = await RevenueWorld.OpenAsync(Now, deeds);
        var periods = Periods.Of(PeriodKind.Month, RevenueWorld.Zone, RevenueWorld.Instant("2024-03-01"), RevenueWorld.Instant("2024-05-01"));
        Assert.Equal([new MetricCell(150, 2), new MetricCell(50, 2)], world.Ask([OrderMetrics.LtvHistoric], periods)[0].Cells.Select(cell => cell!.Value));
        await world.Host.Database.WriteAsync((connection, transaction) =>
        {
            new Lifecycles.SettingsStore(world.Engine.Id).Set(connection, transaction, "margin", "62.5");
            return 0;
        }, default);
        Assert.Equal([93.75m, 31.25m], world.Ask([OrderMetrics.LtvHistoric], periods)[0].Cells.Select(cell => cell!.Value.Part));
        AssertRows(world.Rows(OrderMetrics.LtvHistoric, periods, 1, "", ""), new MetricCell(31.25m, 2), "margin");
        var rows = world.Rows(OrderMetrics.Revenue, periods, 0, "", "").Rows;
        Assert.Equal([("B-1", 50m), ("A-1", 100m)], rows.Select(row => (row.What, row.Part)));
        Assert.Equal(("A-1", -100m), world.Rows(OrderMetrics.Revenue, periods, 1, "", "").Rows.Select(row => (row.What, row.Part)).Single());
    }

    /// <summary>Nobody leaves in a period that has not begun; the plain formula would look at customers of a day to come.</summary>
    private static bool IsToCome(Metric metric, Periods periods, int period) =>
        metric.Id is "crr" or "churn_rate" or "customers_at_risk" or "revenue_at_risk" && periods.StartOf(period) > RevenueWorld.Instant(Now);

    private static void AssertRows(MetricRows rows, MetricCell cell, string what, bool greatestFirst = false)
    {
        Assert.True(rows.Total == cell, $"{what}: rows add up to {rows.Total}, not {cell}");
        Assert.True(rows.Count == rows.Rows.Count && rows.Rows.Sum(row => row.Part) == cell.Part && rows.Rows.Sum(row => row.Whole) == (cell.Whole ?? 0), $"{what}: {rows.Count} rows");
        Assert.True(rows.Rows.Zip(rows.Rows.Skip(1)).All(pair => greatestFirst ? pair.First.Part >= pair.Second.Part : pair.First.At >= pair.Second.At), $"{what}: not in order");
    }

    private static List<Deed> Some(Random random)
    {
        var deeds = new List<Deed>();
        string[] plans = ["basic", "gold", ""];
        var changes = Enum.GetNames<SubscriptionChange>();
        var start = RevenueWorld.Instant("2023-11-01");
        for (var i = 0; i < 260; i++)
        {
            // Few instants, many of them midnights of the zone, so that edges and equal ones are frequent.
            var day = random.Next(470);
            var at = random.Next(3) == 0 ? RevenueWorld.Zone.StartOfDay(RevenueWorld.Zone.DayOf(start) + day) + random.Next(-1, 2) : start + (day * Durations.Day) + (random.Next(4) * 6 * Durations.Hour);
            var deed = new Deed(i.ToString("000", CultureInfo.InvariantCulture), $"u{random.Next(9)}", "Page Seen", Math.Min(at, RevenueWorld.Instant(Now) - 1));
            deeds.Add(random.Next(10) switch
            {
                0 or 1 or 2 => deed with { Event = "Order Completed", Order = $"o{i}", Cents = random.Next(6) == 0 ? null : random.Next(1, 999_99), Currency = random.Next(3) switch { 0 => "USD", 1 => "MXN", _ => random.Next(3) == 0 ? "EUR" : "" } },
                3 => Refund(deed, deeds, random),
                4 => deed,
                5 => deed with { Event = "Email Sent" },
                var _ => random.Next(3) == 0
                    ? deed with { Event = "Subscription Started", Subscription = 1 + random.Next(2), Cents = random.Next(1, 300) * 50, Plan = plans[random.Next(3)] }
                    : changes[random.Next(1, changes.Length)] is var change && change == "Updated"
                        ? deed with { Event = "Subscription Updated", Subscription = 1 + random.Next(2), Cents = random.Next(1, 300) * 50, Plan = plans[random.Next(3)] }
                        : deed with { Event = "Subscription " + change, Subscription = 1 + random.Next(2) },
            });
        }
        return deeds;
    }

    private static Deed Refund(Deed deed, List<Deed> deeds, Random random)
    {
        var order = deeds.FindLast(one => one.Event == "Order Completed" && one.At <= deed.At && !deeds.Exists(other => other.Event == "Order Refunded" && other.Order == one.Order));
        return order is null ? deed
            : random.Next(2) == 0 ? deed with { Event = "Order Refunded", User = order.User, Order = order.Order, Currency = "MXN" }
            : deed with { Event = "Order Refunded", User = order.User, Order = order.Order, Currency = "MXN", Cents = random.Next(1, 500_00) };
    }
}
