using System.Globalization;
using System.IO.Compression;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Rules.Orders;

/// <summary>One order of one customer, at a Unix millisecond.</summary>
public sealed record Order(string User, string Id, long At, decimal Revenue);

/// <summary>Orders read from published data by code that shares nothing with the program's import.</summary>
public static class OrderData
{
    /// <summary>
    /// Online Retail: one order an invoice, at its earliest line, London time, with the sum of quantity times price; lines without a customer
    /// and cancellations (C…) left out.
    /// </summary>
    public static IReadOnlyList<Order> OnlineRetail()
    {
        using var file = File.OpenRead(Path.Combine(PublishedDataFactAttribute.Folder("online_retail"), "online_retail.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var invoices = new Dictionary<string, Order>(StringComparer.Ordinal);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var cells = Cells(line);
            var (invoice, customer) = (cells[0], cells[6]);
            if (customer.Length == 0 || invoice.StartsWith('C'))
            {
                continue;
            }
            var at = LondonTime(cells[4]);
            var amount = decimal.Parse(cells[3], CultureInfo.InvariantCulture) * decimal.Parse(cells[5], CultureInfo.InvariantCulture);
            invoices[invoice] = invoices.TryGetValue(invoice, out var order)
                ? order with { At = Math.Min(order.At, at), Revenue = order.Revenue + amount }
                : new Order(customer, invoice, at, amount);
        }
        return [.. invoices.Values];
    }

    /// <summary>CDNOW's sample: one order a line, at midnight UTC.</summary>
    public static IReadOnlyList<Order> Cdnow()
    {
        var orders = new List<Order>();
        foreach (var line in File.ReadLines(Path.Combine(PublishedDataFactAttribute.Folder("cdnow"), "CDNOW_sample.txt")))
        {
            var cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var day = DateTime.ParseExact(cells[2], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
            orders.Add(new Order(cells[0], orders.Count.ToString("000000", CultureInfo.InvariantCulture), Ms(day), decimal.Parse(cells[4], CultureInfo.InvariantCulture)));
        }
        return orders;
    }

    /// <summary>Summer time in the years of the data: from the last Sunday of March to that of October, at 01:00 UTC.</summary>
    private static long LondonTime(string text)
    {
        var local = DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var isSummer = local >= LastSunday(local.Year, 3).AddHours(2) && local < LastSunday(local.Year, 10).AddHours(2);
        return Ms(DateTime.SpecifyKind(local, DateTimeKind.Utc)) - (isSummer ? 3_600_000 : 0);
    }

    private static DateTime LastSunday(int year, int month)
    {
        var last = new DateTime(year, month, 31, 0, 0, 0, DateTimeKind.Unspecified);
        return last.AddDays(-(int)last.DayOfWeek);
    }

    private static long Ms(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
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
