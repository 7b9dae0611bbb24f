using Ciclo.Core;

namespace Ciclo.Modules.Boards.Mails;

/// <summary>How far a mail of a report came. Persisted by name, so names only grow.</summary>
public enum MailState
{
    Due = 0,

    /// <summary>It is being handed over: written down before the first byte goes out.</summary>
    Sending = 1,
    Sent = 2,

    /// <summary>It was not sent, and is not tried again by itself.</summary>
    Failed = 3,

    /// <summary>It may have arrived or not: nobody answered, or the server ended. Not sent again by itself.</summary>
    Unknown = 4,
}

/// <summary>Somebody who gets a schedule's report. <paramref name="LeftAt"/>: when they left by the link in a mail; null while they get it.</summary>
public sealed record Recipient(string ScheduleId, string UserId, string Token, long? LeftAt);

/// <summary>A mail of a report to one user.</summary>
public sealed record BoardMail(string ScheduleId, long DueAt, string UserId, string Subject, string Html, string Body, MailState State, string Reason, int Attempts, long NextAt, long? SettledAt)
{
    /// <summary>What stands in the texts where the reader's own link to leave goes.</summary>
    public const string LeaveMark = "%%LEAVE%%";
}

/// <summary>A schedule’s recipients as the page shows them: the latest mail to each, null before the first.</summary>
public sealed record RecipientRow(Recipient Recipient, string Name, MailState? State, long? At, Text? Reason);
