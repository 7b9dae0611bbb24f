using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>Puts track events about messages into a frame of the journal.</summary>
internal static class EventFrame
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// Adds an event of a person, who is named by one identifier. <paramref name="isSystem"/>: it was done to the person, not by them. Nothing is added for an identifier that is none.
    /// </summary>
    public static void Add(FrameBuilder frame, string messageId, string name, bool isSystem, string person, long at, long now, IReadOnlyList<(string Name, string Value)> properties)
    {
        if (!Identifier.TryParse(person, out var identifier))
        {
            return;
        }
        var json = new ArrayBufferWriter<byte>(600);
        Range inner;
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "track"u8);
            writer.WriteString("event"u8, name);
            writer.WriteString("messageId"u8, messageId);
            writer.WritePropertyName("properties"u8);
            var from = (int)(writer.BytesCommitted + writer.BytesPending);
            writer.WriteStartObject();
            foreach (var (property, value) in properties)
            {
                writer.WriteString(property, value);
            }
            writer.WriteEndObject();
            inner = from..(int)(writer.BytesCommitted + writer.BytesPending);
            writer.WriteEndObject();
        }
        var external = new ArrayBufferWriter<byte>();
        if (identifier.Kind == IdentifierKind.External)
        {
            ExternalIds.Append(external, Encoding.UTF8.GetBytes(identifier.ExternalType), Encoding.UTF8.GetBytes(identifier.Value));
        }
        byte[] Of(IdentifierKind kind) => identifier.Kind == kind ? Encoding.UTF8.GetBytes(identifier.Value) : [];
        frame.Begin(RecordKind.Event);
        new EventRecord
        {
            Type = CallType.Track, Flags = isSystem ? EventFlags.System : EventFlags.None, Timestamp = Math.Min(at, now), ReceivedAt = now, OriginalTimestamp = EventRecord.NoTime,
            SentAt = EventRecord.NoTime, MessageId = Encoding.UTF8.GetBytes(messageId), Name = Encoding.UTF8.GetBytes(name), UserId = Of(IdentifierKind.UserId),
            AnonymousId = Of(IdentifierKind.AnonymousId), Email = Of(IdentifierKind.Email), ExternalIdBytes = external.WrittenSpan, Json = json.WrittenSpan, Properties = inner,
        }.Write(frame);
        frame.End();
    }

    /// <summary>What every event about a message says of it.</summary>
    public static List<(string Name, string Value)> PropertiesOf(Message message) =>
    [
        ("message_id", message.Id), ("channel", message.Channel), ("source", message.Source), ("template", message.TemplateId), ("campaign_id", message.Source), ("campaign_name", message.TemplateId),
        ("email_subject", message.Subject), ("purpose", message.Purpose),
    ];
}
