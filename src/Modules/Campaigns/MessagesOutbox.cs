using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Campaigns;

/// <summary>The outbox of all channels. What the sandbox caught counts as sent: it went as far as anything goes there.</summary>
internal sealed class MessagesOutbox : ICampaignOutbox
{
    private static readonly string[] Waiting = ["due", "sending"];
    private static readonly string[] Left = ["sent", "caught"];
    private static readonly string[] NotSent = ["held_back", "missed", "failed", "unknown"];

    public int AddMany(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<MessageDraft> drafts, long nowMs) =>
        MessageOutbox.AddMany(connection, transaction, workspaceId, drafts, nowMs);

    public int Cancel(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string keyPrefix) => MessageOutbox.Cancel(connection, transaction, workspaceId, keyPrefix);

    public IReadOnlyDictionary<string, ArmCounts> CountsOf(SqliteConnection connection, string workspaceId, string sourcePrefix) =>
        MessageOutbox.CountsOf(connection, workspaceId, sourcePrefix).ToDictionary(pair => pair.Key, pair => Of(pair.Value), StringComparer.Ordinal);

    public bool IsUnopened(SqliteConnection connection, string workspaceId, string key) =>
        MessageOutbox.Find(connection, workspaceId, key) is { OpenedAt: null, ClickedAt: null, UnsubscribedAt: null, BouncedAt: null, ComplainedAt: null } found && Left.Contains(found.State);

    private static ArmCounts Of(SourceCounts counts) => new(
        Waiting.Sum(counts.Of), Left.Sum(counts.Of), counts.Delivered, counts.Opened, counts.Clicked, counts.Unsubscribed, NotSent.Sum(counts.Of),
        [.. counts.Reasons.Where(reason => NotSent.Contains(reason.State)).GroupBy(reason => reason.Reason, StringComparer.Ordinal).Select(group => (group.Key, group.Sum(reason => reason.Count))).OrderByDescending(pair => pair.Item2)]);
}
