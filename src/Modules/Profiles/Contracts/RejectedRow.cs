using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>
/// Something refused: when, why, and what was sent: as JSON where it was JSON, else as text (<see cref="IsJson"/>). An import row with other
/// content under a known key stands here as `changed`.
/// </summary>
public sealed record RejectedRow(long ReceivedAt, string Reason, string Detail, string Source, string Item, bool IsJson)
{
    public static RejectedRow Read(Journal journal, long address)
    {
        var (kind, body) = journal.ReadRecord(address);
        if (kind == RecordKind.Event && EventRecord.TryRead(body.Span, out var record))
        {
            return new RejectedRow(record.ReceivedAt, "changed", "", $"import:{record.ImportId}", Encoding.UTF8.GetString(record.Json), true);
        }
        if (kind == RecordKind.Erased)
        {
            return new RejectedRow(0, "erased", "", "", "", false);
        }
        var item = RejectedItem.Read(body.Span);
        var text = Encoding.UTF8.GetString(item.Item.Span);
        return new RejectedRow(item.ReceivedAt, item.Reason, item.Detail, item.Source, text, IsWholeJson(item.Item.Span));
    }

    private static bool IsWholeJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 60 });
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                return false;
            }
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString() is null)
                {
                    return false;
                }
            }
            return true;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
