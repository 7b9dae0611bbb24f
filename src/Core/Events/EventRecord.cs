using System.Buffers;
using System.Buffers.Binary;

namespace Ciclo.Core.Events;

/// <summary>The six calls of the tracking API. Persisted: values only grow.</summary>
public enum CallType : byte
{
    Track = 1,
    Identify = 2,
    Page = 3,
    Screen = 4,
    Group = 5,
    Alias = 6,
}

/// <summary>Who acted. `any` in a rule means <see cref="Customer"/>; what was done to the customer is matched by name alone. Persisted.</summary>
public enum Origin : byte
{
    Customer = 0,
    System = 1,
}

/// <summary>Facts about an admitted event that are not in its JSON. Persisted: bits only grow.</summary>
[Flags]
public enum EventFlags : ushort
{
    None = 0,
    System = 1,
    /// <summary>The corrected timestamp lay after receivedAt and was set to it.</summary>
    Clamped = 2,
    /// <summary>The client's timestamp could not be read; receivedAt stands in.</summary>
    UnreadableTime = 4,
    /// <summary>Sent with `Sec-GPC: 1`.</summary>
    GlobalPrivacyControl = 8,
    Imported = 16,
    /// <summary>An import with `on_change: replace`: other content under a known key takes its place.</summary>
    Replace = 32,
}

/// <summary>
/// An admitted event as it stands in the journal: what admission worked out (types, times, identifiers) beside the item's own JSON, whole.
/// One shape to write and to read; spans point into the caller's buffers. Text is UTF-8. Absent texts are empty.
/// </summary>
public ref struct EventRecord
{
    /// <summary>Marks an absent instant.</summary>
    public const long NoTime = long.MinValue;

    private const byte Version = 1;

    public CallType Type;
    public EventFlags Flags;

    /// <summary>When it happened, corrected for the client's clock: the time that rules see.</summary>
    public long Timestamp;
    public long ReceivedAt;
    /// <summary>What the client said (`originalTimestamp`, else `timestamp`), or <see cref="NoTime"/>.</summary>
    public long OriginalTimestamp;
    public long SentAt;

    /// <summary>The number of the import that brought it; 0 for events of the API.</summary>
    public uint ImportId;

    /// <summary>The idempotency key, 1 to 99 characters.</summary>
    public ReadOnlySpan<byte> MessageId;

    /// <summary>Track: the event's name after NFC and trim. Page and screen: `name`.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>Identifiers as they count for identity: blocked values are already empty, e-mail is lower-cased.</summary>
    public ReadOnlySpan<byte> UserId;
    public ReadOnlySpan<byte> AnonymousId;
    public ReadOnlySpan<byte> Email;
    public ReadOnlySpan<byte> GroupId;
    public ReadOnlySpan<byte> PreviousId;

    /// <summary>`context.externalIds`, each as length-prefixed type and value (<see cref="ExternalIds"/>).</summary>
    public ReadOnlySpan<byte> ExternalIdBytes;

    /// <summary>The item as it was sent, a JSON object.</summary>
    public ReadOnlySpan<byte> Json;

    /// <summary>Where in <see cref="Json"/> the object stands that holds properties (track, page, screen) or traits (identify, group); empty if absent.</summary>
    public Range Properties;

    /// <summary>The context object: of the item, or of its batch where the item lacks one. Empty if neither has one.</summary>
    public ReadOnlySpan<byte> Context;

    public readonly Origin Origin => (Flags & EventFlags.System) != 0 ? Origin.System : Origin.Customer;

    public readonly ReadOnlySpan<byte> PropertiesJson => Json[Properties];

    /// <summary>Writes the record's body. <see cref="TryRead"/> reads it back.</summary>
    public readonly void Write(IBufferWriter<byte> writer)
    {
        var (propertiesAt, propertiesLength) = Properties.GetOffsetAndLength(Json.Length);
        var contextAt = Context.IsEmpty ? -1 : Json.IndexOf(Context);
        var outside = contextAt < 0 ? Context : default;
        var length = 1 + 1 + 2 + 4 * 8 + 4 + 8 * 4 + 5 * 4
            + MessageId.Length + Name.Length + UserId.Length + AnonymousId.Length + Email.Length + GroupId.Length + PreviousId.Length
            + ExternalIdBytes.Length + Json.Length + outside.Length;
        var span = writer.GetSpan(length);
        var output = new SpanWriter(span);
        output.Byte(Version);
        output.Byte((byte)Type);
        output.UInt16((ushort)Flags);
        output.Int64(Timestamp);
        output.Int64(ReceivedAt);
        output.Int64(OriginalTimestamp);
        output.Int64(SentAt);
        output.UInt32(ImportId);
        output.Bytes(MessageId);
        output.Bytes(Name);
        output.Bytes(UserId);
        output.Bytes(AnonymousId);
        output.Bytes(Email);
        output.Bytes(GroupId);
        output.Bytes(PreviousId);
        output.Bytes(ExternalIdBytes);
        output.Bytes(Json);
        output.UInt32((uint)propertiesAt);
        output.UInt32((uint)propertiesLength);
        output.UInt32(unchecked((uint)contextAt));
        output.UInt32((uint)Context.Length);
        if (contextAt < 0)
        {
            outside.CopyTo(output.Rest);
            output.Skip(outside.Length);
        }
        writer.Advance(output.Written);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false if the bytes are not a whole record of a known version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out EventRecord record)
    {
        record = default;
        var input = new SpanReader(body);
        if (body.Length < 40 || input.Byte() != Version)
        {
            return false;
        }
        record.Type = (CallType)input.Byte();
        record.Flags = (EventFlags)input.UInt16();
        record.Timestamp = input.Int64();
        record.ReceivedAt = input.Int64();
        record.OriginalTimestamp = input.Int64();
        record.SentAt = input.Int64();
        record.ImportId = input.UInt32();
        record.MessageId = input.Bytes();
        record.Name = input.Bytes();
        record.UserId = input.Bytes();
        record.AnonymousId = input.Bytes();
        record.Email = input.Bytes();
        record.GroupId = input.Bytes();
        record.PreviousId = input.Bytes();
        record.ExternalIdBytes = input.Bytes();
        record.Json = input.Bytes();
        var propertiesAt = (int)input.UInt32();
        var propertiesLength = (int)input.UInt32();
        var contextAt = unchecked((int)input.UInt32());
        var contextLength = (int)input.UInt32();
        if (input.Failed || propertiesAt < 0 || propertiesLength < 0 || (long)propertiesAt + propertiesLength > record.Json.Length || contextLength < 0)
        {
            return false;
        }
        record.Properties = new Range(propertiesAt, propertiesAt + propertiesLength);
        if (contextAt >= 0)
        {
            if ((long)contextAt + contextLength > record.Json.Length)
            {
                return false;
            }
            record.Context = record.Json.Slice(contextAt, contextLength);
        }
        else
        {
            record.Context = input.Take(contextLength);
        }
        return !input.Failed;
    }

    private ref struct SpanWriter(Span<byte> span)
    {
        private readonly Span<byte> span = span;

        public int Written { get; private set; }

        public readonly Span<byte> Rest => span[Written..];

        public void Skip(int count) => Written += count;

        public void Byte(byte value)
        {
            span[Written] = value;
            Written++;
        }

        public void UInt16(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(span[Written..], value);
            Written += 2;
        }

        public void UInt32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(span[Written..], value);
            Written += 4;
        }

        public void Int64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(span[Written..], value);
            Written += 8;
        }

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            UInt32((uint)bytes.Length);
            bytes.CopyTo(span[Written..]);
            Written += bytes.Length;
        }
    }

    private ref struct SpanReader(ReadOnlySpan<byte> span)
    {
        private ReadOnlySpan<byte> rest = span;

        public bool Failed { get; private set; }

        public byte Byte() => Take(1) is [var value] ? value : (byte)0;

        public ushort UInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

        public uint UInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

        public long Int64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

        public ReadOnlySpan<byte> Bytes() => Take((int)Math.Min(UInt32(), int.MaxValue));

        public ReadOnlySpan<byte> Take(int count)
        {
            if (count > rest.Length)
            {
                Failed = true;
                rest = default;
                return default;
            }
            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
