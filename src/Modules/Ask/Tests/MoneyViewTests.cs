using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Revenue.Tests;

namespace Ciclo.Modules.Ask.Tests;

/// <summary>Orders, refunds and subscriptions of random people in two currencies: SQL and the catalogue give the same sums.</summary>
public sealed class MoneyViewTests
{
    [DuckTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sums_by_month_are_the_catalogues(int seed)
    {
        await using var world = await RevenueWorld.OpenAsync("2024-12-20T12:00:00", Deeds(new Random(seed)));
        var months = Periods.Of(PeriodKind.Month, RevenueWorld.Zone, RevenueWorld.Instant("2024-01-02"), RevenueWorld.Instant("2024-12-15"));
        List<string> Catalogue(Metric metric) => [.. world.Ask([metric], months)[0].Cells.Select((cell, i) => $"{i + 1}|{(cell?.Value ?? 0m).ToString("0.######", CultureInfo.InvariantCulture)}").Where(row => !row.EndsWith("|0", StringComparison.Ordinal))];
        Assert.Equal(Catalogue(OrderMetrics.Revenue), await AskDesk.RowsAsync(world.Host, world.Engine, "SELECT month(time) AS m, sum(amount) AS s FROM orders GROUP BY m HAVING s <> 0 ORDER BY m"));
        Assert.Equal(Catalogue(OrderMetrics.Orders), await AskDesk.RowsAsync(world.Host, world.Engine, "SELECT month(time) AS m, count(*) AS s FROM orders WHERE kind = 'order' GROUP BY m ORDER BY m"));
        foreach (var metric in MrrMetrics.Movements)
        {
            var kind = metric.Id.Split('_')[^1];
            Assert.Equal(
                Catalogue(metric).Select(row => row.Replace("|-", "|", StringComparison.Ordinal)),
                await AskDesk.RowsAsync(world.Host, world.Engine, $"SELECT month(day) AS m, abs(sum(amount)) AS s FROM mrr_movements WHERE kind = '{kind}' GROUP BY m HAVING s <> 0 ORDER BY m"));
        }
    }

    private static IEnumerable<Deed> Deeds(Random random)
    {
        var start = RevenueWorld.Instant("2024-01-03");
        string[] changes = ["Subscription Started", "Subscription Updated", "Subscription Paused", "Subscription Resumed", "Subscription Cancelled"];
        for (var i = 0; i < 600; i++)
        {
            var (at, currency) = (start + random.NextInt64(340L * 86_400_000), random.Next(3) == 0 ? "USD" : "MXN");
            var user = $"u{random.Next(60)}";
            yield return random.Next(4) switch
            {
                0 => new Deed($"d{i}", user, changes[random.Next(changes.Length)], at) { Subscription = 1 + random.Next(2), Cents = random.Next(10_000), Currency = currency, Plan = $"p{random.Next(3)}" },
                1 => new Deed($"d{i}", user, "Order Refunded", at) { Order = $"{user}-{random.Next(9)}", Cents = random.Next(3) == 0 ? null : random.Next(5_000), Currency = currency },
                _ => new Deed($"d{i}", user, "Order Completed", at) { Order = $"{user}-{random.Next(9)}", Cents = random.Next(20) == 0 ? null : random.Next(20_000), Currency = currency },
            };
        }
    }
}
