using System.Text;
using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>
/// A file opened with a map: what was not given is found out from its beginning, the map is bound to its columns, and its rows are read one by
/// one, those that were looked at first included.
/// </summary>
internal sealed class OpenedFile
{
    private readonly record struct Looked(ReadState State, Row Row, long Line, RowFault Fault, byte[] Text);

    private readonly RowReader reader;
    private readonly Queue<Looked> looked;
    private readonly Utf8Input input;
    private Looked current;

    private OpenedFile(RowReader reader, Utf8Input input, char? delimiter, Queue<Looked> looked, ImportPlan? plan, NumberFormat numbers)
    {
        this.reader = reader;
        this.input = input;
        Delimiter = delimiter;
        this.looked = looked;
        Plan = plan;
        Numbers = numbers;
    }

    /// <summary>Null if the map does not fit the file.</summary>
    internal ImportPlan? Plan { get; }

    internal NumberFormat Numbers { get; }

    /// <summary>Null for JSON lines.</summary>
    internal char? Delimiter { get; }

    /// <summary>What was found out; the encoding is settled for good only at the end of the file.</summary>
    internal DetectedFile? Detected => Plan is null ? null : new DetectedFile(input.Encoding, input.IsCompressed, Delimiter, Numbers.IsDecimalComma,
        [.. Plan.Columns.Select((name, column) => (name, Plan.Types[column] ?? ColumnType.Text))]);

    internal Row Row => current.Row;

    internal long Line => current.Line;

    internal RowFault Fault => current.Fault;

    /// <summary>A broken row's text as it stands in the file.</summary>
    internal ReadOnlySpan<byte> BrokenText => current.Text;

    internal static OpenedFile Open(ImportMap map, Utf8Input input, ICollection<Diagnostic> diagnostics)
    {
        var window = new ByteWindow(input);
        return map.Format == FileFormat.JsonLines ? OpenJson(map, input, window, diagnostics) : OpenCsv(map, input, window, diagnostics);
    }

    internal ReadState Read()
    {
        if (looked.TryDequeue(out current))
        {
            return current.State;
        }
        current = Look(reader);
        return current.State;
    }

    private static Looked Look(RowReader from)
    {
        var state = from.Read();
        return state switch
        {
            ReadState.Row => new Looked(state, from.Row, from.Line, default, []),
            ReadState.Broken => new Looked(state, default, from.Line, from.Fault, from.Text.ToArray()),
            _ => default(Looked) with { State = ReadState.End },
        };
    }

    private static OpenedFile OpenJson(ImportMap map, Utf8Input input, ByteWindow window, ICollection<Diagnostic> diagnostics)
    {
        var rows = new JsonLinesReader(window);
        var columns = ColumnSet.OfJson(JsonLinesReader.Peek(window));
        var given = map.Columns.Where(column => column.Type is not null).ToDictionary(column => column.Name.Value, column => column.Type, StringComparer.Ordinal);
        var plan = new Binder(map, columns, diagnostics).Bind(set => [.. set.Names.Select(name => given.GetValueOrDefault(name))]);
        rows.SetColumns(columns.Names);
        return new OpenedFile(rows, input, null, [], plan, new NumberFormat(map.IsDecimalComma ?? false));
    }

    private static OpenedFile OpenCsv(ImportMap map, Utf8Input input, ByteWindow window, ICollection<Diagnostic> diagnostics)
    {
        window.FillTo(256 * 1024);
        var delimiter = map.Delimiter ?? DelimiterSniffer.Sniff(window.Rest, window.IsAtEnd, map.HasHeader ? null : map.Columns.Count);
        var rows = new CsvReader(window, delimiter, map.Columns.Count);
        var names = map.HasHeader ? ReadHeader(rows, diagnostics) : [.. map.Columns.Select(column => column.Name.Value)];
        if (names is null)
        {
            return new OpenedFile(rows, input, delimiter, [], null, new NumberFormat(false));
        }
        rows.Columns = names.Count;
        var (first, sample) = LookAtFirstRows(rows);
        var numbers = new NumberFormat(map.IsDecimalComma ?? IsDecimalComma(sample, names.Count, delimiter));
        var sniffed = TypeSniffer.Sniff(sample, names.Count, numbers);
        var given = map.Columns.ToDictionary(column => column.Name.Value, column => column.Type, StringComparer.Ordinal);
        var plan = new Binder(map, ColumnSet.OfHeader(names), diagnostics)
            .Bind(_ => [.. names.Select((name, column) => given.GetValueOrDefault(name) ?? sniffed[column])]);
        return new OpenedFile(rows, input, delimiter, first, plan, numbers);
    }

    private static List<string>? ReadHeader(CsvReader csv, ICollection<Diagnostic> diagnostics)
    {
        csv.Columns = MapReader.MaxColumns;
        var state = csv.Read();
        if (state == ReadState.End)
        {
            diagnostics.Add(OfFile("empty_file", new Text("a file without rows", "un archivo sin filas"), new Text("a header, and rows below it", "un encabezado y filas debajo")));
            return null;
        }
        if (state == ReadState.Broken && csv.Fault.Code != RowFaultCode.WrongCells)
        {
            diagnostics.Add(OfFile("bad_header", new Text("in the file's header, " + csv.Fault.Detail.En, "en el encabezado del archivo, " + csv.Fault.Detail.Es), new Text("a row of names", "una fila de nombres")));
            return null;
        }
        if (csv.CellsFound > MapReader.MaxColumns)
        {
            diagnostics.Add(OfFile("too_many_columns", new Text($"{csv.CellsFound} columns", $"{csv.CellsFound} columnas"), new Text($"at most {MapReader.MaxColumns}", $"{MapReader.MaxColumns} como máximo")));
            return null;
        }
        var names = new List<string>();
        for (var cell = 0; cell < csv.CellsFound; cell++)
        {
            names.Add(Encoding.UTF8.GetString(csv.Row.RawOf(cell)).Trim());
        }
        return names;
    }

    /// <summary>A finding that no line of the map caused stands at the map's beginning.</summary>
    private static Diagnostic OfFile(string code, Text found, Text expected) => new(code, Severity.Error, 1, 1, found, expected);

    private static (Queue<Looked> Looked, List<Row> Rows) LookAtFirstRows(CsvReader csv)
    {
        var held = new HeldRows();
        var first = new Queue<Looked>();
        var rows = new List<Row>();
        while (first.Count < TypeSniffer.Rows)
        {
            var next = Look(csv);
            if (next.State == ReadState.End)
            {
                break;
            }
            if (next.State == ReadState.Row)
            {
                next = next with { Row = held.Keep(next.Row) };
                rows.Add(next.Row);
            }
            first.Enqueue(next);
        }
        return (first, rows);
    }

    private static bool IsDecimalComma(List<Row> rows, int columns, char delimiter)
    {
        var sniffer = new DecimalSniffer();
        foreach (var row in rows)
        {
            for (var column = 0; column < columns; column++)
            {
                sniffer.Look(row.RawOf(column));
            }
        }
        return sniffer.IsComma(delimiter);
    }
}
