using System.Buffers;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Collect;

/// <summary>Puts events into a frame of the journal that the program itself knows of: what it did to a person, and what a person did with it.</summary>
public static class OwnEvents
{
    /// <summary>A track call.</summary>
    /// <param name="frame">What is appended at once.</param>
    /// <param name="person">Whose event.</param>
    /// <param name="messageId">1 to 99 characters; a second event of the same id does not count.</param>
    /// <param name="name">Of the event.</param>
    /// <param name="properties">A JSON object, as UTF-8.</param>
    /// <param name="isSystem">It was done to the person, not by them.</param>
    /// <param name="at">When it happened, Unix milliseconds; not later than now.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="context">A JSON object, as UTF-8; empty for none.</param>
    public static void Track(
        FrameBuilder frame, in Identifier person, string messageId, string name, ReadOnlySpan<byte> properties, bool isSystem, long at, long now, ReadOnlySpan<byte> context = default) =>
        Add(frame, person, messageId, name, properties, context, isSystem, at, now);

    /// <summary>An identify call that sets traits without the person's doing; <paramref name="traits"/> is a JSON object, as UTF-8. <paramref name="email"/>: an address among them, which identifies the person from now on.</summary>
    public static void Identify(
        FrameBuilder frame, in Identifier person, string messageId, ReadOnlySpan<byte> traits, long at, long now, ReadOnlySpan<byte> context = default, Identifier? email = null) =>
        Add(frame, person, messageId, null, traits, context, true, at, now, email);

    private static void Add(
        FrameBuilder frame, in Identifier person, string messageId, string? name, ReadOnlySpan<byte> body, ReadOnlySpan<byte> context, bool isSystem, long at, long now, Identifier? email = null)
    {
        var json = new ArrayBufferWriter<byte>(128 + body.Length + context.Length);
        var contextAt = default(Range);
        json.Write(name is null ? "{\"type\":\"identify\","u8 : "{\"type\":\"track\","u8);
        if (context.Length > 0)
        {
            json.Write("\"context\":"u8);
            contextAt = json.WrittenCount..(json.WrittenCount + context.Length);
            json.Write(context);
            json.Write(","u8);
        }
        json.Write(name is null ? "\"traits\":"u8 : "\"properties\":"u8);
        var bodyAt = json.WrittenCount..(json.WrittenCount + body.Length);
        json.Write(body);
        json.Write("}"u8);
        var external = new ArrayBufferWriter<byte>();
        if (person.Kind == IdentifierKind.External)
        {
            ExternalIds.Append(external, Encoding.UTF8.GetBytes(person.ExternalType), Encoding.UTF8.GetBytes(person.Value));
        }
        frame.Begin(RecordKind.Event);
        new EventRecord
        {
            Type = name is null ? CallType.Identify : CallType.Track, Flags = isSystem ? EventFlags.System : EventFlags.None, Timestamp = Math.Min(at, now), ReceivedAt = now,
            OriginalTimestamp = EventRecord.NoTime, SentAt = EventRecord.NoTime, MessageId = Encoding.UTF8.GetBytes(messageId), Name = name is null ? default : Encoding.UTF8.GetBytes(name),
            UserId = Of(person, IdentifierKind.UserId), AnonymousId = Of(person, IdentifierKind.AnonymousId), Email = Of(email ?? person, IdentifierKind.Email), ExternalIdBytes = external.WrittenSpan,
            Json = json.WrittenSpan, Properties = bodyAt, Context = json.WrittenSpan[contextAt],
        }.Write(frame);
        frame.End();
    }

    private static byte[] Of(in Identifier person, IdentifierKind kind) => person.Kind == kind ? Encoding.UTF8.GetBytes(person.Value) : [];
}
