using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Engine.Hosting;

/// <summary>An instant in a row: printed as RFC 3339 in UTC with milliseconds.</summary>
public readonly record struct InstantCell(long Ms);

/// <summary>JSON that stands in a row as it is.</summary>
public readonly record struct JsonCell(string Json);

/// <summary>
/// Prints rows as CSV with a header, as a JSON array of objects, or as a table. CSV and JSON are streamed; a table takes its widths from
/// its first thousand rows. In CSV a text that a spreadsheet would take for a formula begins with an apostrophe. Cells: null, text, whole numbers, <see cref="Number"/>, booleans, <see cref="InstantCell"/>, <see cref="JsonCell"/>.
/// </summary>
public sealed class RowWriter(TextWriter output, OutputFormat format, string[] columns) : IDisposable
{
    private const int SampleRows = 1_000;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string[]> sample = [];
    private int[]? widths;
    private bool isFirst = true;
    private bool isClosed;

    public void Write(params object?[] cells)
    {
        switch (format)
        {
            case OutputFormat.Json:
                output.Write(isFirst ? "[\n" : ",\n");
                WriteJson(cells);
                break;
            case OutputFormat.Csv:
                if (isFirst)
                {
                    WriteCsv(output, columns);
                }
                WriteCsvLine(output, cells);
                break;
            default:
                WriteTable([.. cells.Select(cell => Tame(Print(cell)))]);
                break;
        }
        isFirst = false;
    }

    public void Dispose()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        switch (format)
        {
            case OutputFormat.Json:
                output.WriteLine(isFirst ? "[]" : "\n]");
                break;
            case OutputFormat.Csv when isFirst:
                WriteCsv(output, columns);
                break;
            case OutputFormat.Table:
                FlushTable();
                break;
        }
        output.Flush();
    }

    public static string Print(object? cell) => cell switch
    {
        null => "",
        InstantCell instant => Instants.Format(instant.Ms),
        JsonCell json => json.Json,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    private void WriteJson(object?[] cells)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Length; i++)
            {
                json.WritePropertyName(columns[i]);
                WriteJsonCell(json, cells[i]);
            }
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteJsonCell(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonCell raw:
                json.WriteRawValue(raw.Json);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long or uint or Number:
                json.WriteRawValue(Print(cell));
                break;
            default:
                json.WriteStringValue(Print(cell));
                break;
        }
    }

    /// <summary>One line of CSV, ended by a line feed; texts that a spreadsheet would run are disarmed.</summary>
    public static void WriteCsvLine(TextWriter output, object?[] cells) => WriteCsv(output, [.. cells.Select(cell => cell is string text ? Disarm(text) : Print(cell))]);

    private static void WriteCsv(TextWriter output, string[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                output.Write(',');
            }
            output.Write(Quote(cells[i]));
        }
        output.Write('\n');
    }

    /// <summary>
    /// A spreadsheet takes a text for a formula that begins so, and what customers send is not to run there: an apostrophe goes before it.
    /// </summary>
    private static string Disarm(string text) => text.Length > 0 && text[0] is ('=' or '+' or '-' or '@' or '\t' or '\r') ? "'" + text : text;

    private static string Quote(string cell) => cell.AsSpan().IndexOfAny("\",\r\n") < 0 ? cell : "\"" + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A terminal obeys control characters, and what came in from outside is not to command it.</summary>
    private static string Tame(string cell) => cell.Any(char.IsControl) ? string.Concat(cell.Select(c => char.IsControl(c) ? '�' : c)) : cell;

    private void WriteTable(string[] cells)
    {
        if (widths is not null)
        {
            WriteLine(cells, widths);
            return;
        }
        sample.Add(cells);
        if (sample.Count == SampleRows)
        {
            FlushTable();
        }
    }

    private void FlushTable()
    {
        if (widths is not null)
        {
            return;
        }
        widths = [.. columns.Select((column, i) => Math.Min(60, Math.Max(column.Length, sample.Count == 0 ? 0 : sample.Max(row => row[i].Length))))];
        WriteLine(columns, widths);
        WriteLine([.. widths.Select(width => new string('─', width))], widths);
        sample.ForEach(row => WriteLine(row, widths));
        sample.Clear();
    }

    private void WriteLine(string[] cells, int[] widths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            output.Write(i == cells.Length - 1 ? cells[i] : cells[i].PadRight(widths[i]) + "  ");
        }
        output.WriteLine();
    }
}
