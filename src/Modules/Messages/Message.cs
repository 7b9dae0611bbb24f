namespace Ciclo.Modules.Messages;

/// <summary>How far a message has come. Persisted by <see cref="MessageStates.Name"/>, so names only grow.</summary>
public enum MessageState
{
    /// <summary>It leaves at its due time.</summary>
    Due = 0,

    /// <summary>It is being handed over: written down before the first byte goes out.</summary>
    Sending = 1,

    /// <summary>The other side took it.</summary>
    Sent = 2,

    /// <summary>It is not sent, for a reason that is about the person: no consent, no address, a rule.</summary>
    HeldBack = 3,

    /// <summary>Its time passed before it could leave.</summary>
    Missed = 4,

    /// <summary>It cannot be sent: the template or the address is wrong, or the other side refused it for good.</summary>
    Failed = 5,

    /// <summary>It may have arrived or not: nobody answered. Not sent again by itself.</summary>
    Unknown = 6,

    /// <summary>It was called back before it left.</summary>
    Cancelled = 7,

    /// <summary>It was written and kept here, because no service is set up that would send it.</summary>
    Caught = 8,
}

/// <summary>A message of the outbox with all that is known of it. Times are Unix milliseconds.</summary>
public sealed record Message(
    string Id, string WorkspaceId, string Key, string Person, string Channel, string TemplateId, int TemplateVersion, string Purpose, string Source, string Data, string? HoldBack,
    int Priority, long CreatedAt, long DueAt, long ExpiresAt, MessageState State, string Reason, int Attempts, string Batch, string Address, string Locale, string Subject, int Links,
    long? SentAt, string ProviderId, string Answer)
{
    public const string Transactional = "transactional";

    public long? DeliveredAt { get; init; }

    public long? OpenedAt { get; init; }

    public int MachineOpens { get; init; }

    public long? ClickedAt { get; init; }

    public int Clicks { get; init; }

    public int MachineClicks { get; init; }

    public long? UnsubscribedAt { get; init; }

    public long? BouncedAt { get; init; }

    public long? ComplainedAt { get; init; }

    /// <summary>`msg_` and 32 hexadecimal digits that begin with the time: so the newest stand together.</summary>
    public static string NewId(long nowMs) => "msg_" + Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)).ToString("N");
}

/// <summary>The stored names of states, also the words of API, command line and addresses.</summary>
public static class MessageStates
{
    public static IReadOnlyList<MessageState> All { get; } = Enum.GetValues<MessageState>();

    public static string Name(this MessageState state) => state switch
    {
        MessageState.Due => "due",
        MessageState.Sending => "sending",
        MessageState.Sent => "sent",
        MessageState.HeldBack => "held_back",
        MessageState.Missed => "missed",
        MessageState.Failed => "failed",
        MessageState.Unknown => "unknown",
        MessageState.Cancelled => "cancelled",
        _ => "caught",
    };

    public static MessageState? Find(string? name) => All.Cast<MessageState?>().FirstOrDefault(state => state!.Value.Name() == name);
}
