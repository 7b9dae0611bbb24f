using Ciclo.Core.Events;

namespace Ciclo.Engine.Collect;

/// <summary>The fields of an item that admission reads; flags, to note several of the wrong JSON type.</summary>
[Flags]
internal enum Field
{
    Other = 0,
    Type = 1,
    UserId = 1 << 1,
    AnonymousId = 1 << 2,
    PreviousId = 1 << 3,
    GroupId = 1 << 4,
    MessageId = 1 << 5,
    Event = 1 << 6,
    Name = 1 << 7,
    Properties = 1 << 8,
    Traits = 1 << 9,
    Context = 1 << 10,
    Integrations = 1 << 11,
    Timestamp = 1 << 12,
    OriginalTimestamp = 1 << 13,
    SentAt = 1 << 14,
}

/// <summary>A time as a client sent it: not at all, unreadable, or an instant.</summary>
internal readonly record struct SentTime(bool Sent, bool Readable, long Ms)
{
    public static readonly SentTime None = new(false, false, EventRecord.NoTime);
    public static readonly SentTime Unreadable = new(true, false, EventRecord.NoTime);

    public static SentTime At(long ms) => new(true, true, ms);
}

/// <summary>Whether an object has a name, and a value for it. A name with null hides the one of the batch.</summary>
internal enum Presence : byte
{
    Absent = 0,
    Null,
    Given,
}

/// <summary>What admission reads of a context object, of an item or of a batch.</summary>
internal ref struct ContextFields
{
    /// <summary>The object itself; empty if there is none.</summary>
    public ReadOnlySpan<byte> Json;

    /// <summary>The list `externalIds`, unread.</summary>
    public ReadOnlySpan<byte> ExternalIds;

    /// <summary>`traits.email` as sent.</summary>
    public ReadOnlySpan<byte> Email;

    /// <summary>Where in the JSON that was read the object `traits` stands.</summary>
    public Range Traits;

    /// <summary>Names at its top level: those that it has, the batch's context cannot give it.</summary>
    public int Members;
    public Presence HasTraits;
    public Presence HasExternalIds;
    public Presence HasIp;
    public Presence HasDirect;
    public bool Direct;
}

/// <summary>
/// One item on its way through the steps: what was read of it, and what the steps made of that. Spans point into the body or into
/// <see cref="Scratch"/>. An empty text is one that was not sent, sent empty, or sent as null.
/// </summary>
internal ref struct Item
{
    public ReadOnlySpan<byte> Json;

    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> UserId;
    public ReadOnlySpan<byte> AnonymousId;
    public ReadOnlySpan<byte> PreviousId;
    public ReadOnlySpan<byte> GroupId;
    public ReadOnlySpan<byte> MessageId;
    public ReadOnlySpan<byte> Event;
    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> TraitsEmail;
    public Range Properties;
    public Range Traits;
    public bool HasProperties;
    public bool HasTraits;
    public bool HasIntegrations;
    public ContextFields Context;
    public SentTime Timestamp;
    public SentTime OriginalTimestamp;
    public SentTime SentAt;

    /// <summary>Fields that were sent with a JSON type they cannot have. Whether that matters depends on the call.</summary>
    public Field Wrong;

    /// <summary>Property names counted so far.</summary>
    public int Names;

    /// <summary>The first thing found while reading that refuses the item.</summary>
    public RejectReason Fault;

    /// <summary>More about the refusal than its reason says, such as the field's name; empty if there is nothing to add.</summary>
    public string Detail;

    public EventRecord Record;
}
