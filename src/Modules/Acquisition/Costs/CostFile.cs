using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>A row that is no cost, and why.</summary>
public sealed record FileFault(long Line, Text Reason);

/// <summary>What is not said by the file itself: where its campaigns send people from, its currency, how it writes days.</summary>
internal sealed record FileHints(string Source = "", string Medium = "", string Currency = "", string Dates = "");

/// <summary>What was read of a file, before anything is kept of it.</summary>
/// <param name="Skipped">Rows of totals, and empty ones.</param>
/// <param name="Replaced">Rows whose day and campaign came again further down.</param>
public sealed record ReadFile<T>(IReadOnlyList<T> Rows, int Skipped, int Replaced, IReadOnlyList<FileFault> Faults, string Dates, string Origin);

/// <summary>
/// Reads costs. A file that names sources (Google Analytics' shape): of a day and campaign the last row wins. An export of an ad platform lists what a
/// campaign consists of: its rows of a day add up.
/// </summary>
internal static class CostFile
{
    public const int MostRows = 1_000_000;
    private const int LongestName = 500;
    private const long MostEvents = 1_000_000_000_000;

    public static (ReadFile<CostRow>? Read, Text? Refusal) Read(Stream file, FileHints hints)
    {
        var (table, unreadable) = TableFile.Read(file, CostHeaders.IsOfCosts);
        if (table is null)
        {
            return (null, unreadable ?? new Text(
                "No row of the file names its columns: it needs a date and a cost, such as date, cost, utm_source, utm_medium, utm_campaign, clicks, impressions; or an export of Google Ads or Meta by day.",
                "Ninguna fila del archivo nombra sus columnas: necesita fecha y costo, como date, cost, utm_source, utm_medium, utm_campaign, clicks, impressions; o una exportación de Google Ads o Meta por día."));
        }
        if (table.Rows.Count > MostRows)
        {
            return (null, new Text("The file has more than a million rows. Cut it into several, by months.", "El archivo tiene más de un millón de filas. Divídelo en varios, por meses."));
        }
        var reader = new CostRows(table, hints);
        return reader.Refusal is { } refusal ? (null, refusal) : (reader.All(), null);
    }

    /// <summary>One table with its columns found.</summary>
    private sealed class CostRows
    {
        private readonly TableFile table;
        private readonly IReadOnlyDictionary<CostColumn, int> columns;
        private readonly (string Source, string Medium) by;
        private readonly string currency;
        private readonly string dates;
        private readonly Func<string, int?>? day;
        private readonly List<FileFault> faults = [];

        public CostRows(TableFile table, FileHints hints)
        {
            var (known, named) = CostHeaders.Of(table.Columns);
            (this.table, columns, currency) = (table, known, named.Length > 0 ? named : hints.Currency);
            IsExport = !columns.ContainsKey(CostColumn.Source) && !columns.ContainsKey(CostColumn.Medium);
            var (source, medium) = CostHeaders.IsOfMeta(table.Columns) ? ("facebook", "paid_social") : ("google", "cpc");
            by = (hints.Source.Length > 0 ? hints.Source : IsExport ? source : "", hints.Medium.Length > 0 ? hints.Medium : IsExport ? medium : "");
            dates = hints.Dates.Length > 0 ? hints.Dates : table.DatesOf(columns[CostColumn.Date]) ?? "";
            day = TableFile.DayReader(dates);
        }

        private bool IsExport { get; }

        public Text? Refusal => day is not null ? null : dates.Length > 0
            ? new Text($"'{dates}' is no way to write days; such as yyyy-MM-dd or d/M/yyyy.", $"'{dates}' no es una forma de escribir días; como yyyy-MM-dd o d/M/yyyy.")
            : new Text("The dates of the file cannot be read. Say how it writes them, such as d/M/yyyy.", "No se pueden leer las fechas del archivo. Di cómo las escribe, como d/M/yyyy.");

        public ReadFile<CostRow> All()
        {
            var (found, skipped, replaced) = (new Dictionary<(int, ChannelSource), CostRow>(), 0, 0);
            foreach (var row in table.Rows)
            {
                if (IsTotal(row))
                {
                    skipped++;
                }
                else if (Read(row) is { } cost)
                {
                    var key = (cost.Day, cost.Source);
                    var isKnown = found.TryGetValue(key, out var before);
                    replaced += isKnown && !IsExport ? 1 : 0;
                    found[key] = isKnown && IsExport ? Sum(before!, cost) : cost;
                }
            }
            return new ReadFile<CostRow>([.. found.Values.OrderBy(row => row.Day)], skipped, replaced, faults, dates, IsExport ? $"{by.Source} / {by.Medium}" : "");
        }

        /// <summary>An export ends in rows of totals: they say so, or name no day or no campaign where every other row does.</summary>
        private bool IsTotal(in TableRow row)
        {
            var (date, campaign) = (Cell(row, CostColumn.Date), Cell(row, CostColumn.Campaign));
            var isUnnamed = columns.ContainsKey(CostColumn.Campaign) && IsExport && campaign.Length is 0;
            return date.Length == 0 || isUnnamed || row.Cells.Any(cell => cell.StartsWith("Total", StringComparison.OrdinalIgnoreCase) && (cell.Length == 5 || cell[5] == ':'));
        }

        private CostRow? Read(in TableRow row)
        {
            var date = Cell(row, CostColumn.Date);
            if (day!(date) is not { } on)
            {
                return Fault(row, new Text($"the date '{date}' is not written as {dates}", $"la fecha '{date}' no está escrita como {dates}"));
            }
            if (Cell(row, CostColumn.DateEnd) is { Length: > 0 } end && day(end) != on)
            {
                return Fault(row, new Text("it covers several days; export by day", "abarca varios días; exporta por día"));
            }
            if (!TryCost(row, out var cost) || cost < Number.Zero)
            {
                return Fault(row, new Text($"the cost '{Cell(row, CostColumn.Cost)}' is no amount", $"el costo '{Cell(row, CostColumn.Cost)}' no es un importe"));
            }
            if (!TryCount(row, CostColumn.Clicks, out var clicks) || !TryCount(row, CostColumn.Impressions, out var impressions))
            {
                return Fault(row, new Text("clicks or impressions are no whole number", "los clics o impresiones no son un número entero"));
            }
            var code = Cell(row, CostColumn.Currency) is { Length: > 0 } said ? said.ToUpperInvariant() : currency;
            if (code.Length is not 0 and not 3)
            {
                return Fault(row, new Text($"'{code}' is no currency such as MXN", $"'{code}' no es una moneda como MXN"));
            }
            return new CostRow(on, SourceOf(row), cost, code, clicks, impressions);
        }

        private ChannelSource SourceOf(in TableRow row) => ChannelSource.Of(
            Cell(row, CostColumn.Source) is { Length: > 0 } source ? source : by.Source, Cell(row, CostColumn.Medium) is { Length: > 0 } medium ? medium : by.Medium,
            Cell(row, CostColumn.Campaign) is var campaign && campaign.Length > LongestName ? campaign[..LongestName] : campaign, "", "");

        private string Cell(in TableRow row, CostColumn column) => columns.TryGetValue(column, out var at) ? row.Cells[at] : "";

        /// <summary>`--` is how Google Ads writes nothing.</summary>
        private static bool IsNothing(string cell) => cell.AsSpan().Trim("-– ").IsEmpty;

        private bool TryCost(in TableRow row, out Number cost)
        {
            cost = Number.Zero;
            return Cell(row, CostColumn.Cost) is var cell && (IsNothing(cell) || table.TryNumber(cell, out cost));
        }

        private bool TryCount(in TableRow row, CostColumn column, out long count)
        {
            count = 0;
            return Cell(row, column) is var cell && (IsNothing(cell) || (table.TryWhole(cell, out count) && count is >= 0 and < MostEvents));
        }

        private CostRow? Fault(in TableRow row, Text reason)
        {
            faults.Add(new FileFault(row.Line, reason));
            return null;
        }

        private static CostRow Sum(CostRow one, CostRow other) =>
            one with { Cost = Number.Add(one.Cost, other.Cost) ?? one.Cost, Clicks = one.Clicks + other.Clicks, Impressions = one.Impressions + other.Impressions };
    }
}

/// <summary>Reads counts of followers: date, network, followers.</summary>
internal static class FollowerFile
{
    public static (ReadFile<FollowerRow>? Read, Text? Refusal) Read(Stream file, FileHints hints)
    {
        var (table, unreadable) = TableFile.Read(file, CostHeaders.IsOfFollowers);
        if (table is null)
        {
            return (null, unreadable ?? new Text("No row of the file names the columns date, network and followers.", "Ninguna fila del archivo nombra las columnas fecha, red y seguidores."));
        }
        var columns = CostHeaders.Of(table.Columns).Columns;
        var dates = hints.Dates.Length > 0 ? hints.Dates : table.DatesOf(columns[CostColumn.Date]) ?? "";
        if (TableFile.DayReader(dates) is not { } dayOf)
        {
            return (null, new Text("The dates of the file cannot be read. Say how it writes them, such as d/M/yyyy.", "No se pueden leer las fechas del archivo. Di cómo las escribe, como d/M/yyyy."));
        }
        var (found, faults, replaced) = (new Dictionary<(int, string), FollowerRow>(), new List<FileFault>(), 0);
        foreach (var row in table.Rows)
        {
            var (day, network) = (dayOf(row.Cells[columns[CostColumn.Date]]), row.Cells[columns[CostColumn.Network]]);
            var isCount = table.TryWhole(row.Cells[columns[CostColumn.Followers]], out var followers) && followers >= 0;
            if (day is not { } on || network.Length is 0 or > 100 || !isCount)
            {
                faults.Add(new FileFault(row.Line, new Text("it needs a date, a network and a whole number", "necesita una fecha, una red y un número entero")));
                continue;
            }
            replaced += found.ContainsKey((on, network)) ? 1 : 0;
            found[(on, network)] = new FollowerRow(on, network, followers);
        }
        return (new ReadFile<FollowerRow>([.. found.Values.OrderBy(row => row.Day)], 0, replaced, faults, dates, ""), null);
    }
}
