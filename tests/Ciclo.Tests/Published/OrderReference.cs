using System.Globalization;
using System.IO.Compression;
using System.Text;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Published;

/// <summary>The two published files of orders: their lines, the maps of the contract, and the orders read by code that shares nothing with the import.</summary>
internal static class OrderReference
{
    public const int CdnowRows = 6_919;

    public const string CdnowMap = """
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

    public const string OnlineRetailMap = """
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

    public static string[] CdnowLines() => File.ReadAllLines(Path.Combine(PublishedDataFactAttribute.Folder("cdnow"), "CDNOW_sample.txt"));

    /// <summary>The file's lines without the header; of the first <paramref name="most"/>, those of invoices that are whole among them.</summary>
    public static (string Header, string[] Lines) OnlineRetailLines(int most)
    {
        using var file = File.OpenRead(Path.Combine(PublishedDataFactAttribute.Folder("online_retail"), "online_retail.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var header = reader.ReadLine()!;
        var lines = new List<string>();
        var cut = new HashSet<string>();
        while (reader.ReadLine() is { } line)
        {
            if (lines.Count < most)
            {
                lines.Add(line);
            }
            else
            {
                cut.Add(InvoiceOf(line));
            }
        }
        return (header, [.. lines.Where(line => !cut.Contains(InvoiceOf(line)))]);
    }

    public static string InvoiceOf(string line) => line[..line.IndexOf(',', StringComparison.Ordinal)];

    public static List<FileOrder> CdnowOrders(IEnumerable<string> lines) =>
        [.. lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(cells =>
            new FileOrder(cells[0], Ms(DateTime.ParseExact(cells[2], "yyyyMMdd", CultureInfo.InvariantCulture)), decimal.Parse(cells[4], CultureInfo.InvariantCulture)))];

    /// <summary>One order an invoice: at its earliest line, with the sum over its lines.</summary>
    public static List<FileOrder> OnlineRetailOrders(IEnumerable<string> lines) =>
        [.. lines.Select(Cells).Where(cells => cells[6].Length > 0 && !cells[0].StartsWith('C')).GroupBy(cells => cells[0])
            .Select(invoice => new FileOrder(
                invoice.First()[6],
                invoice.Min(cells => LondonTime(cells[4])),
                invoice.Sum(cells => decimal.Parse(cells[3], CultureInfo.InvariantCulture) * decimal.Parse(cells[5], CultureInfo.InvariantCulture))))];

    private static long LondonTime(string text)
    {
        var local = DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        // Summer time of 2011, the only one in the file.
        var isSummer = local >= new DateTime(2011, 3, 27, 1, 0, 0) && local < new DateTime(2011, 10, 30, 2, 0, 0);
        return Ms(local) - (isSummer ? 3_600_000 : 0);
    }

    private static long Ms(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private static string[] Cells(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return line.Split(',');
        }
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        foreach (var letter in line.Replace("\"\"", "\u0001", StringComparison.Ordinal))
        {
            if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (letter == ',' && !isQuoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(letter);
            }
        }
        return [.. cells, cell.ToString()];
    }
}
