using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>
/// A track event of one person that a module writes into the journal. <paramref name="IsSystem"/>: it says what was done to the person, who did not act. <paramref name="MessageId"/> has 1 to 99
/// characters; a second event of the same id does not count.
/// </summary>
public sealed record PersonEvent(string Name, JsonObject Properties, JsonObject Context, string MessageId, bool IsSystem);

/// <summary>Events of our own, as records of the journal.</summary>
public static class PersonEvents
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The strongest identifier of a profile, under which an event is kept. Inside a read of the engine.</summary>
    public static Identifier StrongestOf(IdentityGraph identity, int profile) => identity.IdentifiersOf(profile)[0].Identifier;

    /// <summary>A message id that nobody else has made; it begins with <paramref name="prefix"/>.</summary>
    public static string NewId(string prefix, TimeProvider clock) => $"{prefix}_{Guid.CreateVersion7(clock.GetUtcNow()):N}";

    /// <summary>Adds the record of an event to a frame, for <c>WorkspaceEngine.AppendAsync</c>.</summary>
    /// <param name="frame">What is appended at once.</param>
    /// <param name="person">Whose event.</param>
    /// <param name="made">The event.</param>
    /// <param name="now">When it happened, Unix milliseconds.</param>
    public static void Add(FrameBuilder frame, in Identifier person, PersonEvent made, long now)
    {
        var json = new ArrayBufferWriter<byte>();
        var (properties, context) = (Bytes(made.Properties), Bytes(made.Context));
        json.Write("{\"type\":\"track\",\"event\":"u8);
        json.Write(Bytes(JsonValue.Create(made.Name)));
        json.Write(",\"messageId\":"u8);
        json.Write(Bytes(JsonValue.Create(made.MessageId)));
        json.Write(",\"context\":"u8);
        var contextAt = json.WrittenCount;
        json.Write(context);
        json.Write(",\"properties\":"u8);
        var propertiesAt = json.WrittenCount;
        json.Write(properties);
        json.Write("}"u8);
        var external = new ArrayBufferWriter<byte>();
        if (person.Kind == IdentifierKind.External)
        {
            ExternalIds.Append(external, Encoding.UTF8.GetBytes(person.ExternalType), Encoding.UTF8.GetBytes(person.Value));
        }
        frame.Begin(RecordKind.Event);
        new EventRecord
        {
            Type = CallType.Track, Flags = made.IsSystem ? EventFlags.System : EventFlags.None, Timestamp = now, ReceivedAt = now, OriginalTimestamp = EventRecord.NoTime, SentAt = EventRecord.NoTime,
            MessageId = Encoding.UTF8.GetBytes(made.MessageId), Name = Encoding.UTF8.GetBytes(made.Name),
            UserId = Of(person, IdentifierKind.UserId), AnonymousId = Of(person, IdentifierKind.AnonymousId), Email = Of(person, IdentifierKind.Email), ExternalIdBytes = external.WrittenSpan,
            Json = json.WrittenSpan, Properties = new Range(propertiesAt, propertiesAt + properties.Length), Context = json.WrittenSpan.Slice(contextAt, context.Length),
        }.Write(frame);
        frame.End();
    }

    private static byte[] Of(in Identifier person, IdentifierKind kind) => person.Kind == kind ? Encoding.UTF8.GetBytes(person.Value) : [];

    private static byte[] Bytes(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            node.WriteTo(writer);
        }
        return buffer.WrittenSpan.ToArray();
    }
}
