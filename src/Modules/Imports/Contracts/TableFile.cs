using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports.Contracts;

/// <summary>A row of a table as texts without blanks around them: as many as there are columns, and the line that it begins on.</summary>
public readonly record struct TableRow(long Line, IReadOnlyList<string> Cells);

/// <summary>
/// A small table out of a spreadsheet or an advertiser's export, whole in memory: its encoding, delimiter, decimal mark and dates found out as for an
/// import, and its header found below whatever titles stand above it.
/// </summary>
public sealed class TableFile
{
    public const int LargestBytes = 64 << 20;

    /// <summary>Titles above a header: a report's name, its dates, an empty line.</summary>
    private const int MostTitles = 20;

    private const int MostColumns = 400;
    private const int LooksAt = 500;

    private readonly NumberFormat numbers;

    private TableFile(IReadOnlyList<string> columns, IReadOnlyList<TableRow> rows, char delimiter)
    {
        var sniffer = new DecimalSniffer();
        foreach (var cell in rows.Take(LooksAt).SelectMany(row => row.Cells))
        {
            sniffer.Look(Encoding.UTF8.GetBytes(Amount(cell)));
        }
        (Columns, Rows, numbers) = (columns, rows, new NumberFormat(sniffer.IsComma(delimiter)));
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>Rows with fewer cells than columns end in empty ones; cells past the last column are left out.</summary>
    public IReadOnlyList<TableRow> Rows { get; }

    public bool IsDecimalComma => numbers.IsDecimalComma;

    /// <summary>
    /// Reads a table whose header is the first row that <paramref name="isHeader"/> takes for one. Answers why not, in words for people, where there is none
    /// or the file is no text.
    /// </summary>
    public static (TableFile? Table, Text? Refusal) Read(Stream file, Func<IReadOnlyList<string>, bool> isHeader)
    {
        byte[] text;
        try
        {
            text = AllOf(file);
        }
        catch (ImportFailedException unreadable)
        {
            return (null, unreadable.Reason);
        }
        if (text.Length > LargestBytes)
        {
            return (null, new Text("The file is larger than 64 MiB. Cut it into several, by months.", "El archivo pesa más de 64 MiB. Divídelo en varios, por meses."));
        }
        var rest = text.AsSpan();
        for (var (line, titles) = (1L, 0); titles <= MostTitles && !rest.IsEmpty; titles++, line++)
        {
            var delimiter = DelimiterSniffer.Sniff(rest[..Math.Min(rest.Length, 1 << 18)], rest.Length <= 1 << 18, null);
            var rows = RowsOf(rest, delimiter, line, 1);
            if (rows.Count > 0 && rows[0].Line == line && isHeader(rows[0].Cells))
            {
                var all = RowsOf(rest, delimiter, line, int.MaxValue);
                return (new TableFile(rows[0].Cells, [.. all.Skip(1).Select(row => Fit(row, rows[0].Cells.Count))], delimiter), null);
            }
            rest = rest.IndexOf((byte)'\n') is >= 0 and var end ? rest[(end + 1)..] : [];
        }
        return (null, null);
    }

    /// <summary>A name in small letters without accents, words apart by one blank: `Costo (MXN)` is costo mxn.</summary>
    public static string Normal(string name) => ColumnGuess.Normal(name);

    /// <summary>A number as the file writes them; signs of currencies and blanks around it do not count.</summary>
    public bool TryNumber(string cell, out Number number) => numbers.TryParse(Encoding.UTF8.GetBytes(Amount(cell)), out number);

    /// <summary>A whole number, whose points or commas can only stand between thousands: `1.234` followers are many.</summary>
    public bool TryWhole(string cell, out long whole)
    {
        var groups = Amount(cell).Split('.', ',');
        var isGrouped = groups.Length > 1 && groups[0].Length is > 0 and <= 3 && groups.Skip(1).All(group => group.Length == 3);
        if (isGrouped)
        {
            return long.TryParse(string.Concat(groups), NumberStyles.None, CultureInfo.InvariantCulture, out whole);
        }
        var isNumber = TryNumber(cell, out var number) && number.Micros % Number.Scale == 0;
        whole = isNumber ? (long)(number.Micros / Number.Scale) : 0;
        return isNumber;
    }

    /// <summary>How a column writes its days; null where that cannot be told. Where day and month could be either, the day comes first.</summary>
    public string? DatesOf(int column) => TimeGuess.Of(Rows.Select(row => row.Cells[column]).Where(cell => cell.Any(char.IsAsciiDigit)).Take(LooksAt));

    /// <summary>Reads days that are written so, as <see cref="DatesOf"/> names it, or by a pattern such as d/M/yyyy; in days since 1970-01-01. Null for no pattern.</summary>
    public static Func<string, int?>? DayReader(string format)
    {
        if (format is TimeGuess.Iso or TimeGuess.Unix or TimeGuess.UnixMs)
        {
            return cell => Instants.TryParse(cell, Zone.Utc, out var at) ? Zone.Utc.DayOf(at) : null;
        }
        return TimePattern.TryParse(format, out _) is { } pattern
            ? cell => pattern.TryRead(Encoding.UTF8.GetBytes(cell), out var local, out _) ? Zone.Utc.DayOf(local) : null
            : null;
    }

    private static byte[] AllOf(Stream file)
    {
        using var input = Utf8Input.Open(file, null);
        using var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; all.Length <= LargestBytes && (count = input.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, count);
        }
        return all.ToArray();
    }

    private static List<TableRow> RowsOf(ReadOnlySpan<byte> text, char delimiter, long line, int most)
    {
        var (reader, builder, rows) = (new CsvRows((byte)delimiter), new RowBuilder(), new List<TableRow>());
        while (!text.IsEmpty && rows.Count < most)
        {
            var outcome = reader.Read(text, isLast: true, builder, MostColumns, out var consumed);
            if (outcome == RowOutcome.Row)
            {
                var row = builder.Take(line);
                rows.Add(new TableRow(line, [.. Enumerable.Range(0, Math.Min(reader.Cells, MostColumns)).Select(cell => Encoding.UTF8.GetString(row.RawOf(cell)).Trim())]));
            }
            else if (outcome != RowOutcome.Empty)
            {
                // A stray quote must not swallow the rest of the file: its line is a row that no column of a table fits.
                consumed = text.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : text.Length;
                rows.Add(new TableRow(line, [Encoding.UTF8.GetString(text[..consumed]).Trim()]));
            }
            line += text[..consumed].Count((byte)'\n');
            text = text[consumed..];
        }
        return rows;
    }

    private static TableRow Fit(TableRow row, int columns) => row.Cells.Count == columns
        ? row
        : row with { Cells = [.. row.Cells.Take(columns), .. Enumerable.Repeat("", Math.Max(0, columns - row.Cells.Count))] };

    /// <summary>A cell from its first digit or sign to its last digit: `$ 1,234.50 MXN` is 1,234.50.</summary>
    private static string Amount(string cell)
    {
        var first = 0;
        while (first < cell.Length && !char.IsAsciiDigit(cell[first]))
        {
            first++;
        }
        var last = cell.Length - 1;
        while (last >= first && !char.IsAsciiDigit(cell[last]))
        {
            last--;
        }
        var isNegative = first < cell.Length && cell.AsSpan(0, first).Contains('-');
        var hasMark = first > 0 && cell[first - 1] is '.' or ',';
        return first > last ? "" : (isNegative ? "-" : "") + cell[(hasMark ? first - 1 : first)..(last + 1)];
    }
}
