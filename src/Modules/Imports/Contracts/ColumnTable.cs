using System.Text;
using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Imports.Contracts;

/// <summary>
/// A whole table by columns, for numbers to be taken from: millions of rows in a few bytes a cell. Encoding, gzip, delimiter and decimal mark are found out as for
/// an import, and a header stands on the first line. What cannot be read is refused with its line, never left out: rows answer to rows of the file.
/// </summary>
public sealed class ColumnTable
{
    public const int MostColumns = 2_000;

    /// <summary>Of the text, unpacked.</summary>
    public const int LargestBytes = 1 << 30;

    private const int LooksAt = 1_000;
    private const int SniffBytes = 1 << 18;

    private readonly string name;
    private readonly ColumnText cells;
    private readonly NumberFormat numbers;

    private ColumnTable(string name, IReadOnlyList<string> columns, ColumnText cells, char delimiter)
    {
        (this.name, Columns, this.cells) = (name, columns, cells);
        var sniffer = new DecimalSniffer();
        for (var row = 0; row < Math.Min(Rows, LooksAt); row++)
        {
            for (var column = 0; column < columns.Count; column++)
            {
                sniffer.Look(cells.Cell(row, column));
            }
        }
        numbers = new NumberFormat(sniffer.IsComma(delimiter));
    }

    /// <summary>The header's names, without blanks around them.</summary>
    public IReadOnlyList<string> Columns { get; }

    public int Rows => cells.Rows;

    /// <summary>Reads a table; <paramref name="name"/> is what refusals call it. Throws <see cref="RefusedException"/> for a file that is no table.</summary>
    public static ColumnTable Read(Stream file, string name)
    {
        try
        {
            using var input = Utf8Input.Open(file, null);
            var window = new ByteWindow(input);
            window.FillTo(SniffBytes);
            var delimiter = DelimiterSniffer.Sniff(window.Rest, window.IsAtEnd, null);
            var reader = new CsvReader(window, delimiter, MostColumns);
            var columns = HeaderOf(reader, name);
            reader.Columns = columns.Count;
            var read = new ColumnText(columns.Count);
            for (var state = reader.Read(); state != ReadState.End; state = reader.Read())
            {
                if (state == ReadState.Broken)
                {
                    throw Refused(name, reader.Line, reader.Fault.Detail);
                }
                if (!read.TryAdd(reader.Row, LargestBytes))
                {
                    throw new RefusedException(new Text(
                        $"{name} holds more than 1 GiB of text. Leave out columns that are not needed.", $"{name} contiene más de 1 GiB de texto. Quita las columnas que no hagan falta."));
                }
            }
            return new ColumnTable(name, columns, read, delimiter);
        }
        catch (ImportFailedException unreadable)
        {
            throw new RefusedException(unreadable.Reason);
        }
        catch (InvalidDataException damaged)
        {
            throw new RefusedException(new Text($"{name} is damaged ({damaged.Message}). Copy it again.", $"{name} está dañado ({damaged.Message}). Cópialo de nuevo."));
        }
    }

    /// <summary>Where a column stands: by its name, or else by its name in other capitals. Refused where there is none, or two.</summary>
    public int IndexOf(string column)
    {
        var found = Matching(column, StringComparison.Ordinal);
        found = found.Count > 0 ? found : Matching(column, StringComparison.OrdinalIgnoreCase);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new RefusedException(new Text(
                $"{name} has no column '{column}'; it has {List()}.", $"{name} no tiene la columna '{column}'; tiene {List()}.")),
            _ => throw new RefusedException(new Text(
                $"{name} has {found.Count} columns named '{column}'. Give them different names.", $"{name} tiene {found.Count} columnas llamadas '{column}'. Dales nombres distintos.")),
        };
    }

    /// <summary>Whether there is such a column, as <see cref="IndexOf"/> looks for it.</summary>
    public bool Has(string column) => Matching(column, StringComparison.OrdinalIgnoreCase).Count > 0;

    /// <summary>A cell without blanks around it, in UTF-8; empty where nothing stands.</summary>
    public ReadOnlySpan<byte> Cell(int row, int column) => cells.Cell(row, column).Trim(" \t"u8);

    public string TextOf(int row, int column) => Encoding.UTF8.GetString(Cell(row, column));

    /// <summary>The line of the file that a row begins on, from 1.</summary>
    public long LineOf(int row) => cells.LineOf(row);

    /// <summary>Whether a column holds numbers: each cell in which something stands is one, and there is one.</summary>
    public bool IsNumeric(int column)
    {
        var seen = false;
        for (var row = 0; row < Rows; row++)
        {
            var cell = Cell(row, column);
            if (!cell.IsEmpty && !numbers.TryReal(cell, out _))
            {
                return false;
            }
            seen |= !cell.IsEmpty;
        }
        return seen;
    }

    /// <summary>A column as numbers. An empty cell is NaN where <paramref name="mayBeEmpty"/>; it and what is no number are refused with their line otherwise.</summary>
    public double[] Numbers(int column, bool mayBeEmpty = false)
    {
        var values = new double[Rows];
        for (var row = 0; row < values.Length; row++)
        {
            var cell = Cell(row, column);
            if (numbers.TryReal(cell, out values[row]))
            {
                continue;
            }
            if (!cell.IsEmpty || !mayBeEmpty)
            {
                throw RefuseCell(row, column, new Text("a number", "un número"));
            }
            values[row] = double.NaN;
        }
        return values;
    }

    /// <summary>A column as texts: the different ones in the order in which they first stand, and which of them each row has. An empty cell is the text "".</summary>
    public (string[] Levels, int[] Codes) Levels(int column)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        var codes = new int[Rows];
        Span<char> small = stackalloc char[256];
        for (var row = 0; row < codes.Length; row++)
        {
            var cell = Cell(row, column);
            var characters = cell.Length <= small.Length ? small[..Encoding.UTF8.GetChars(cell, small)] : Encoding.UTF8.GetString(cell).ToCharArray();
            if (!lookup.TryGetValue(characters, out codes[row]))
            {
                codes[row] = known.Count;
                known.Add(characters.ToString(), codes[row]);
            }
        }
        return ([.. known.Keys], codes);
    }

    /// <summary>Says of a cell what it should hold: `line 7, column t_x: "soon" is not a number`.</summary>
    public RefusedException RefuseCell(int row, int column, Text wanted)
    {
        var (cell, of) = (TextOf(row, column), Columns[column]);
        var shown = cell.Length > 40 ? cell[..40] + "…" : cell;
        return Refused(name, LineOf(row), cell.Length == 0
            ? new Text($"column {of} is empty; it needs {wanted.En}", $"la columna {of} está vacía; necesita {wanted.Es}")
            : new Text($"column {of}: \"{shown}\" is not {wanted.En}", $"columna {of}: \"{shown}\" no es {wanted.Es}"));
    }

    private static RefusedException Refused(string name, long line, Text what) => new(new Text(
        $"{name}, line {line}: {what.En}. Correct it and run the command again; nothing was made of the rest.",
        $"{name}, línea {line}: {what.Es}. Corrígelo y repite el comando; no se hizo nada con el resto."));

    private static List<string> HeaderOf(CsvReader reader, string name)
    {
        var state = reader.Read();
        if (state == ReadState.End)
        {
            throw new RefusedException(new Text($"{name} is empty. Its first line should name the columns.", $"{name} está vacío. Su primera línea debe nombrar las columnas."));
        }
        if (state == ReadState.Broken && reader.Fault.Code != RowFaultCode.WrongCells)
        {
            throw Refused(name, reader.Line, reader.Fault.Detail);
        }
        if (reader.CellsFound > MostColumns)
        {
            throw new RefusedException(new Text(
                $"{name} has {reader.CellsFound} columns; at most {MostColumns} can be read.", $"{name} tiene {reader.CellsFound} columnas; se pueden leer {MostColumns} como máximo."));
        }
        var row = reader.Row;
        return [.. Enumerable.Range(0, reader.CellsFound).Select(cell => Encoding.UTF8.GetString(row.RawOf(cell)).Trim())];
    }

    private List<int> Matching(string column, StringComparison comparison) =>
        [.. Enumerable.Range(0, Columns.Count).Where(at => string.Equals(Columns[at], column.Trim(), comparison))];

    private string List() => string.Join(", ", Columns.Take(30)) + (Columns.Count > 30 ? ", …" : "");
}
