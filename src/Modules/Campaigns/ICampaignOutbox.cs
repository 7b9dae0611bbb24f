using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Campaigns;

/// <summary>How the messages of one arm stand. <paramref name="NotSent"/>: held back, missed, failed or of unknown outcome, with the reasons.</summary>
public sealed record ArmCounts(long Waiting, long Sent, long Delivered, long Opened, long Clicked, long Unsubscribed, long NotSent, IReadOnlyList<(string Reason, long Count)> Reasons)
{
    public static ArmCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0, []);

    public static ArmCounts operator +(ArmCounts one, ArmCounts other) => new(
        one.Waiting + other.Waiting, one.Sent + other.Sent, one.Delivered + other.Delivered, one.Opened + other.Opened, one.Clicked + other.Clicked, one.Unsubscribed + other.Unsubscribed,
        one.NotSent + other.NotSent,
        [.. one.Reasons.Concat(other.Reasons).GroupBy(pair => pair.Reason, StringComparer.Ordinal).Select(group => (group.Key, group.Sum(pair => pair.Count))).OrderByDescending(pair => pair.Item2)]);
}

/// <summary>The outbox as campaigns use it: messages are taken in the transaction of the step that makes them.</summary>
public interface ICampaignOutbox
{
    int AddMany(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<MessageDraft> drafts, long nowMs);

    /// <summary>Calls back what has not left; answers how many.</summary>
    int Cancel(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string keyPrefix);

    /// <summary>By source.</summary>
    IReadOnlyDictionary<string, ArmCounts> CountsOf(SqliteConnection connection, string workspaceId, string sourcePrefix);

    /// <summary>Whether a message left and nobody opened it, nor left the list over it.</summary>
    bool IsUnopened(SqliteConnection connection, string workspaceId, string key);
}
