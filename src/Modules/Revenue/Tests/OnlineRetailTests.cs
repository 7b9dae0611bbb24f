using System.Globalization;
using System.IO.Compression;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Imports.Tests;

namespace Ciclo.Modules.Revenue.Tests;

/// <summary>The published totals of UCI's Online Retail, by the program's metrics.</summary>
public sealed class OnlineRetailTests
{
    private const string Data = "online_retail/online_retail.csv.gz";

    internal const string Map = """
        source: online-retail
        format: csv
        columns: { InvoiceNo: text, CustomerID: text, StockCode: text }
        skip: CustomerID == null or InvoiceNo starts_with "C" or not (Quantity > 0 and UnitPrice > 0)
        group_by: InvoiceNo
        emit:
          - type: track
            event: Order Completed
            user_id: CustomerID
            timestamp: { column: InvoiceDate, format: "yyyy-MM-dd HH:mm:ss", timezone: Europe/London }
            key: InvoiceNo
            properties:
              order_id: InvoiceNo
              revenue: sum(Quantity * UnitPrice)
              currency: '"GBP"'
              products: { each: { product_id: StockCode, quantity: Quantity, price: UnitPrice } }
        """;

    [SharedFact(Data)]
    public async Task Orders_customers_and_revenue_are_the_published_ones()
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(ImportFixture.Shared(Data)!), CompressionMode.Decompress));
        await using var world = await RevenueWorld.OpenAsync("2012-06-01T00:00:00Z", Map, await text.ReadToEndAsync());
        var periods = Periods.Of(PeriodKind.Year, Core.Time.Zone.Utc, RevenueWorld.Instant("2010-01-02"), RevenueWorld.Instant("2011-12-30"));
        var months = Periods.Of(PeriodKind.Month, Core.Time.Zone.Utc, RevenueWorld.Instant("2010-12-05"), RevenueWorld.Instant("2011-12-30"));
        // Some prices of the file have three decimals: the sum is rounded, as commands and pages round it, and never its terms.
        decimal Sum(Metric metric, Periods over) => Math.Round(world.Ask([metric], over)[0].Cells.Sum(cell => cell!.Value.Part), 2);
        Assert.Equal((18_532m, 18_532m), (Sum(OrderMetrics.Orders, periods), Sum(OrderMetrics.Orders, months)));
        Assert.Equal((8_911_407.90m, 8_911_407.90m), (Sum(OrderMetrics.Revenue, periods), Sum(OrderMetrics.Revenue, months)));
        var toDate = world.Ask([OrderMetrics.LtvHistoric], months)[0].Cells[^1]!.Value;
        Assert.Equal((8_911_407.90m, (decimal?)4_338m), (Math.Round(toDate.Part, 2), toDate.Whole));
        Assert.Equal(4_338, world.Rows(OrderMetrics.LtvHistoric, months, months.Count - 1, "", "").Count);
        AssertProducts(world, periods);
        Assert.Equal("GBP", world.Engine.Read(state => state.Currency));
    }

    /// <summary>Each product's revenue and units are those of its lines in the file, and add up to the whole.</summary>
    private static void AssertProducts(RevenueWorld world, Periods periods)
    {
        var (revenue, units) = (new Dictionary<string, decimal>(StringComparer.Ordinal), new Dictionary<string, decimal>(StringComparer.Ordinal));
        using var rows = new StreamReader(new GZipStream(File.OpenRead(ImportFixture.Shared(Data)!), CompressionMode.Decompress));
        while (rows.ReadLine() is { } row)
        {
            // Only descriptions have commas in them: the other fields are counted from both ends.
            var fields = row.Split(',');
            if (!decimal.TryParse(fields[^5], CultureInfo.InvariantCulture, out var quantity) || !decimal.TryParse(fields[^3], CultureInfo.InvariantCulture, out var price))
            {
                continue;
            }
            if (fields[^2].Length > 0 && !fields[0].StartsWith('C') && quantity > 0 && price > 0)
            {
                revenue[fields[1]] = revenue.GetValueOrDefault(fields[1]) + (quantity * price);
                units[fields[1]] = units.GetValueOrDefault(fields[1]) + quantity;
            }
        }
        var found = world.Ask([OrderMetrics.Revenue], periods, "product");
        Assert.Equal(revenue.Count, found.Count);
        Assert.All(found, series => Assert.Equal(revenue[series.Breakdown], series.Cells.Sum(cell => cell!.Value.Part), 3));
        Assert.Equal(8_911_407.90m, Math.Round(found.Sum(series => series.Cells.Sum(cell => cell!.Value.Part)), 2));
        Assert.All(world.Ask([OrderMetrics.Units], periods, "product"), series => Assert.Equal(units[series.Breakdown], series.Cells.Sum(cell => cell!.Value.Part)));
        var best = found.MaxBy(series => series.Cells[1]!.Value.Part)!;
        var behind = world.Rows(OrderMetrics.Revenue, periods, 1, "product", best.Breakdown);
        Assert.Equal(best.Cells[1]!.Value.Part, behind.Rows.Sum(row => row.Part));
    }
}
