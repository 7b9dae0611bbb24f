using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>The two maps of the contract on the files they were written for; the expected numbers are worked out here by other means.</summary>
public class RealFilesTests
{
    private const string OnlineRetail = "online_retail/online_retail.csv.gz";
    private const string Cdnow = "cdnow/CDNOW_sample.txt";

    private const string OnlineRetailMap = """
        source: online-retail
        format: csv
        header: true
        columns:
          InvoiceNo: text
          CustomerID: text
        skip: CustomerID == null or InvoiceNo starts_with "C"
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
              products: { each: { product_id: StockCode, name: Description, quantity: Quantity, price: UnitPrice } }
          - type: identify
            user_id: CustomerID
            timestamp: { column: InvoiceDate, format: "yyyy-MM-dd HH:mm:ss", timezone: Europe/London }
            traits: { country: Country }
        """;

    private const string CdnowMap = """
        source: cdnow
        format: csv
        delimiter: whitespace
        header: false
        columns: [ { id: text }, { sample_id: text }, { date: text }, { cds: number }, { amount: number } ]
        emit:
          - type: track
            event: Order Completed
            user_id: id
            timestamp: { column: date, format: yyyyMMdd }
            properties: { revenue: amount, quantity: cds, currency: '"USD"' }
        """;

    [SharedFact(OnlineRetail)]
    public async Task Online_retail_gives_each_invoice_its_exact_revenue()
    {
        var path = ImportFixture.Shared(OnlineRetail)!;
        var target = new MemoryTarget();
        await using var file = File.OpenRead(path);
        var result = await ImportRunner.RunAsync(file, path, ImportFixture.Map(OnlineRetailMap), ImportFixture.Options, target, null, CancellationToken.None);
        Assert.False(result.IsRefused);
        var expected = InvoicesOf(path);
        Assert.Equal((541_909L, 0L), (result.Rows, result.Rejected));
        Assert.Equal(541_909 - expected.Sum(invoice => invoice.Value.Lines), result.Skipped);
        var orders = target.Events.Where(admitted => admitted.Type == CallType.Track).ToList();
        Assert.Equal(18_536, orders.Count);
        Assert.Equal(18_536, target.Events.Count(admitted => admitted.Type == CallType.Identify));
        Assert.Equal(4_339, orders.Select(order => order.UserId).Distinct().Count());
        Assert.Equal((37_072L, 0L, 0L, 4_339L), (result.Events, result.Duplicates, result.Changed, result.Profiles));
        foreach (var order in orders)
        {
            using var json = JsonDocument.Parse(order.Properties);
            var invoice = expected[json.RootElement.GetProperty("order_id").GetString()!];
            Assert.Equal(invoice.Revenue, json.RootElement.GetProperty("revenue").GetDecimal());
            Assert.Equal(invoice.Lines, json.RootElement.GetProperty("products").GetArrayLength());
            Assert.Equal(invoice.Customer, order.UserId);
            Assert.Equal(invoice.Earliest, order.Timestamp);
            Assert.Equal("online-retail:track:Order Completed:" + json.RootElement.GetProperty("order_id").GetString(), order.MessageId);
        }
    }

    [SharedFact(OnlineRetail)]
    public async Task A_reversed_file_and_two_halves_give_the_same_events_byte_for_byte()
    {
        var lines = ReadLines(ImportFixture.Shared(OnlineRetail)!).Take(40_000).ToList();
        var header = lines[0];
        // The invoices of the file are consecutive: the cut lies between two of them.
        var cut = Enumerable.Range(20_000, 1_000).First(i => lines[i].Split(',')[0] != lines[i - 1].Split(',')[0]);
        string[][] orders = [[.. lines.Skip(1)], [.. lines.Skip(1).Reverse()], [.. lines.Skip(1).Take(cut - 1)], [.. lines.Skip(cut)]];
        var targets = new MemoryTarget[] { new(), new(), new(), new() };
        for (var i = 0; i < orders.Length; i++)
        {
            // The halves go into one target.
            await ImportFixture.RunAsync(OnlineRetailMap, header + "\r\n" + string.Join("\r\n", orders[i]), targets[Math.Min(i, 2)], ImportFixture.Options with { });
        }
        Assert.True(targets[0].Bodies.Count > 2_000);
        AssertSame(targets[0], targets[1]);
        Assert.Equal(targets[0].Events.Select(admitted => (admitted.MessageId, admitted.Json)), targets[2].Events.Select(admitted => (admitted.MessageId, admitted.Json)));
        var again = await ImportFixture.RunAsync(OnlineRetailMap, header + "\n" + string.Join('\n', orders[1]), targets[0]);
        Assert.Equal((0L, (long)targets[0].Bodies.Count, 0L), (again.Events, again.Duplicates, again.Changed));
    }

    [SharedFact(Cdnow)]
    public async Task Cdnow_gives_each_of_its_lines_and_equal_lines_each_their_own_event()
    {
        var path = ImportFixture.Shared(Cdnow)!;
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(CdnowMap, await File.ReadAllBytesAsync(path), target);
        Assert.Equal((6_919L, 0L, 0L, 6_919L, 0L, 2_357L), (result.Rows, result.Skipped, result.Rejected, result.Events, result.Duplicates, result.Profiles));
        var cells = (await File.ReadAllLinesAsync(path)).Where(line => line.Trim().Length > 0)
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).ToList();
        var expected = cells.Select(row => (row[0], DateTimeOffset.ParseExact(row[2], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(),
            decimal.Parse(row[4], CultureInfo.InvariantCulture), int.Parse(row[3], CultureInfo.InvariantCulture))).Order();
        var actual = target.Events.Select(admitted =>
        {
            using var json = JsonDocument.Parse(admitted.Properties);
            return (admitted.UserId, admitted.Timestamp, json.RootElement.GetProperty("revenue").GetDecimal(), json.RootElement.GetProperty("quantity").GetInt32());
        }).Order();
        Assert.Equal(expected, actual);
        Assert.Contains(target.Events, admitted => admitted.MessageId.EndsWith("-2", StringComparison.Ordinal));
    }

    internal static void AssertSame(MemoryTarget one, MemoryTarget other)
    {
        Assert.Equal(one.Bodies.Keys, other.Bodies.Keys);
        Assert.All(one.Bodies.Zip(other.Bodies), pair => Assert.Equal(pair.First.Value, pair.Second.Value));
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>By a splitter of its own, in decimals; London's clock by the system's zone database.</summary>
    private static Dictionary<string, (decimal Revenue, int Lines, string Customer, long Earliest)> InvoicesOf(string path)
    {
        var london = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
        var invoices = new Dictionary<string, (decimal Revenue, int Lines, string Customer, long Earliest)>(StringComparer.Ordinal);
        foreach (var line in ReadLines(path).Skip(1))
        {
            var cells = Split(line);
            if (cells[6].Length == 0 || cells[0].StartsWith('C'))
            {
                continue;
            }
            var local = DateTime.ParseExact(cells[4], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            var at = new DateTimeOffset(local, london.GetUtcOffset(local)).ToUnixTimeMilliseconds();
            var revenue = decimal.Parse(cells[3], CultureInfo.InvariantCulture) * decimal.Parse(cells[5], CultureInfo.InvariantCulture);
            invoices[cells[0]] = invoices.TryGetValue(cells[0], out var known)
                ? (known.Revenue + revenue, known.Lines + 1, at < known.Earliest ? cells[6] : known.Customer, Math.Min(at, known.Earliest))
                : (revenue, 1, cells[6], at);
        }
        return invoices;
    }

    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                isQuoted = !isQuoted;
                cell.Append(isQuoted && i > 0 && line[i - 1] == '"' ? "\"" : "");
            }
            else if (line[i] == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }
        cells.Add(cell.ToString());
        return cells;
    }
}
