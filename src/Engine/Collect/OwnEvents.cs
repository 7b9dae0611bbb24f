using System.Buffers;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Collect;

/// <summary>Puts events into a frame of the journal that the program itself knows of: what it did to a person, and what a person did with it.</summary>
public static class OwnEvents
{
    /// <summary>A track call. <paramref name="isSystem"/>: it was done to the person, not by them. <paramref name="properties"/>: a JSON object. Times are Unix milliseconds.</summary>
    public static void Track(FrameBuilder frame, Identifier person, string messageId, string name, string properties, bool isSystem, long at, long now) =>
        Add(frame, person, messageId, name, properties, isSystem, at, now);

    /// <summary>An identify call that sets traits without the person's doing.</summary>
    public static void Identify(FrameBuilder frame, Identifier person, string messageId, string traits, long at, long now) => Add(frame, person, messageId, null, traits, true, at, now);

    private static void Add(FrameBuilder frame, Identifier person, string messageId, string? name, string body, bool isSystem, long at, long now)
    {
        var json = new ArrayBufferWriter<byte>(128 + body.Length);
        json.Write(name is null ? "{\"type\":\"identify\",\"traits\":"u8 : "{\"type\":\"track\",\"properties\":"u8);
        var from = json.WrittenCount;
        json.Write(Encoding.UTF8.GetBytes(body));
        var to = json.WrittenCount;
        json.Write("}"u8);
        var external = new ArrayBufferWriter<byte>();
        if (person.Kind == IdentifierKind.External)
        {
            ExternalIds.Append(external, Encoding.UTF8.GetBytes(person.ExternalType), Encoding.UTF8.GetBytes(person.Value));
        }
        byte[] Of(IdentifierKind kind) => person.Kind == kind ? Encoding.UTF8.GetBytes(person.Value) : [];
        frame.Begin(RecordKind.Event);
        new EventRecord
        {
            Type = name is null ? CallType.Identify : CallType.Track, Flags = isSystem ? EventFlags.System : EventFlags.None, Timestamp = Math.Min(at, now), ReceivedAt = now,
            OriginalTimestamp = EventRecord.NoTime, SentAt = EventRecord.NoTime, MessageId = Encoding.UTF8.GetBytes(messageId), Name = name is null ? default : Encoding.UTF8.GetBytes(name),
            UserId = Of(IdentifierKind.UserId), AnonymousId = Of(IdentifierKind.AnonymousId), Email = Of(IdentifierKind.Email), ExternalIdBytes = external.WrittenSpan, Json = json.WrittenSpan,
            Properties = from..to,
        }.Write(frame);
        frame.End();
    }
}
