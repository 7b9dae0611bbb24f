using Ciclo.Core.Mail;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Tracking;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages.Reports;

/// <summary>What a report tells, with the provider's id of the message where it says that instead of ours.</summary>
internal sealed record ProviderReport(MailReport Report, string ProviderId = "");

/// <summary>Puts reports to their messages. Writes run in the caller's transaction.</summary>
internal static class ReportStore
{
    /// <summary>
    /// Notes what a report tells of a message and suppresses the address of a hard bounce, a complaint, and a wish to be left alone. Null where no message of the workspace is meant: then nothing is done, for
    /// anybody can send anything to an address.
    /// </summary>
    public static Message? Apply(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, ProviderReport told, long now)
    {
        var report = told.Report;
        if (report.Fate == MailFate.Ignored || MessageOf(connection, transaction, workspaceId, told, now) is not { } message)
        {
            return null;
        }
        SignStore.Add(connection, transaction, SignOf(message, KindOf(report.Fate), report.Detail, now));
        var suppressed = report.Fate switch
        {
            MailFate.HardBounce => SuppressionReasons.HardBounce,
            MailFate.Complaint => SuppressionReasons.Complaint,
            MailFate.Unsubscribe => SuppressionReasons.Unsubscribed,
            _ => null,
        };
        if (suppressed is not null && message.Address.Length > 0)
        {
            Suppressions.Add(connection, transaction, workspaceId, message.Channel, message.Address, suppressed, now);
        }
        return message;
    }

    /// <summary>The person left by a link of the message.</summary>
    public static void Unsubscribed(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string messageId, long now)
    {
        if (ListStore.Find(connection, workspaceId, messageId, transaction) is { } message)
        {
            SignStore.Add(connection, transaction, SignOf(message, SignKind.Unsubscribed, "", now));
        }
    }

    /// <summary>The service said while it took the message that nobody is there.</summary>
    public static void Bounced(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string messageId, long now)
    {
        if (ListStore.Find(connection, workspaceId, messageId, transaction) is { } message)
        {
            SignStore.Add(connection, transaction, SignOf(message, SignKind.Bounced, message.Answer, now));
        }
    }

    /// <summary>One sign for each kind: a report that comes twice is one.</summary>
    private static MessageSign SignOf(Message message, SignKind kind, string detail, long now) =>
        new($"{message.Id}/{SignStore.Name(kind)}", message.WorkspaceId, message.Id, kind, Reader.Person, 0, "", detail, now, now, IsTold: false);

    private static Message? MessageOf(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, ProviderReport told, long now) =>
        (told.Report.MessageId is { } id ? ListStore.Find(connection, workspaceId, id, transaction) : null)
        ?? (told.ProviderId.Length > 0 && told.Report.Address.Length > 0 ? ListStore.ByProviderId(connection, transaction, workspaceId, told.ProviderId, told.Report.Address) : null)
        ?? (told.Report.MessageId is null && told.Report.Address.Length > 0 ? ListStore.LastTo(connection, transaction, workspaceId, told.Report.Address, now) : null);

    private static SignKind KindOf(MailFate fate) => fate switch
    {
        MailFate.Delivered => SignKind.Delivered,
        MailFate.HardBounce or MailFate.SoftBounce => SignKind.Bounced,
        MailFate.Complaint => SignKind.Complained,
        MailFate.Unsubscribe => SignKind.Unsubscribed,
        _ => SignKind.Deferred,
    };
}
