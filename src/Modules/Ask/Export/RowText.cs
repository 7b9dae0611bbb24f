using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask.Export;

/// <summary>
/// Writes one row of a view as a line. Events as JSON lines are items of the tracking API, ready to be sent to it again; in CloudEvents 1.0 they are the data.
/// </summary>
internal sealed class RowText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ExportAsked asked;
    private readonly string workspace;
    private readonly Dictionary<string, int> places;
    private readonly int[] inFile;
    private readonly ArrayBufferWriter<byte> buffer = new();

    public RowText(ExportAsked asked, string workspace)
    {
        (this.asked, this.workspace) = (asked, workspace);
        inFile = [.. asked.View.Columns.Index().Where(one => !one.Item.RepeatsOthers).Select(one => one.Index)];
        places = asked.View.Columns.Index().ToDictionary(one => one.Item.Name, one => one.Index, StringComparer.Ordinal);
    }

    /// <summary>What a file begins with; empty where it begins with a row.</summary>
    public string Head => asked.Format == ExportFormat.Csv ? Csv(inFile, [.. asked.View.Columns.Select(column => (object?)column.Name)]) : "";

    /// <summary>The row as a line, its end included.</summary>
    public string Line(ReadOnlySpan<object?> row)
    {
        if (asked.Format == ExportFormat.Csv)
        {
            return Csv(inFile, row.ToArray());
        }
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            if (asked.Format == ExportFormat.CloudEvents)
            {
                WriteCloudEvent(json, row);
            }
            else
            {
                WriteData(json, row);
            }
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static string Csv(int[] columns, object?[] cells)
    {
        using var text = new StringWriter { NewLine = "\n" };
        RowWriter.WriteCsvLine(text, Array.ConvertAll(columns, column => SqlCommand.Cell(cells[column])));
        return text.ToString();
    }

    private void WriteData(Utf8JsonWriter json, ReadOnlySpan<object?> row)
    {
        if (asked.View is EventsView)
        {
            WriteItem(json, row);
            return;
        }
        json.WriteStartObject();
        for (var i = 0; i < row.Length; i++)
        {
            json.WritePropertyName(asked.View.Columns[i].Name);
            SqlJson.Write(json, row[i] is string text && asked.View.Columns[i].IsJson ? new SqlNested(text) : row[i]);
        }
        json.WriteEndObject();
    }

    private void WriteCloudEvent(Utf8JsonWriter json, ReadOnlySpan<object?> row)
    {
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", asked.View is EventsView ? Said(row, "message_id") ?? Said(row, "id") : IdOf(row));
        json.WriteString("source", "/ciclo/workspaces/" + workspace);
        json.WriteString("type", asked.View is EventsView ? "ciclo.event." + Said(row, "type") : "ciclo." + asked.View.Name);
        json.WriteString("subject", Said(row, "profile"));
        json.WriteString("time", Said(row, "time"));
        json.WriteString("datacontenttype", "application/json");
        json.WritePropertyName("data");
        WriteData(json, row);
        json.WriteEndObject();
    }

    /// <summary>Of equal content, so that an export that is read twice counts once.</summary>
    private static string IdOf(ReadOnlySpan<object?> row)
    {
        var text = new StringBuilder();
        foreach (var cell in row)
        {
            text.Append(SqlJson.Print(cell)).Append('\u001f');
        }
        return Hash.Of(Encoding.UTF8.GetBytes(text.ToString())).ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The item as a client sends it: its own time corrected, without the client's clock, so that it counts the same when it is sent again.
    /// </summary>
    private void WriteItem(Utf8JsonWriter json, ReadOnlySpan<object?> row)
    {
        json.WriteStartObject();
        json.WriteString("type", Said(row, "type"));
        json.WriteString("messageId", Said(row, "message_id"));
        json.WriteString("timestamp", Said(row, "time"));
        using var item = JsonDocument.Parse(Said(row, "item") ?? "{}");
        foreach (var field in item.RootElement.EnumerateObject())
        {
            if (field.Name is not ("type" or "messageId" or "timestamp" or "originalTimestamp" or "sentAt" or "receivedAt" or "writeKey" or "context"))
            {
                field.WriteTo(json);
            }
        }
        if (Said(row, "context") is { } context)
        {
            json.WritePropertyName("context");
            json.WriteRawValue(context);
        }
        json.WriteEndObject();
    }

    private string? Said(ReadOnlySpan<object?> row, string column) => row[places[column]] is { } cell ? SqlJson.Print(cell) : null;
}
