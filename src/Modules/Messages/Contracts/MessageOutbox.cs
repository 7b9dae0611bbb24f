using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>
/// A message to one person, before it is written. <paramref name="Key"/> makes it one and the same, such as `journey/abandoned-cart/run_…/step/1`: a second of that key is not taken.
/// <paramref name="Person"/> is the strongest identifier, as `user_id:V`; <paramref name="Source"/> such as `journey:abandoned-cart:first-mail` or `campaign:42:B` is what it is counted under;
/// <paramref name="Data"/> a JSON object, the template's `event`; a message that cannot leave before <paramref name="ExpiresMs"/> is missed. Higher <paramref name="Priority"/> goes first.
/// </summary>
public sealed record MessageDraft(
    string Key, string Person, string Channel, string TemplateId, string Purpose, string Source, string Data, string? HoldBack, int Priority, long DueMs, long ExpiresMs);

/// <summary>Messages to people, kept until they have left.</summary>
public static class MessageOutbox
{
    public const int LongestKey = 300;
    public const int LongestSource = 200;

    /// <summary>The longest <see cref="MessageDraft.Data"/>, in characters.</summary>
    public const int LongestData = 32_000;

    /// <summary>
    /// Puts messages into the outbox in the caller's transaction: each leaves at most once, at or after its due time, also after a crash. One whose key the workspace has already is not
    /// taken, whatever became of the first. Answers how many were new.
    /// </summary>
    /// <param name="connection">Of the records.</param>
    /// <param name="transaction">The caller's.</param>
    /// <param name="workspaceId">Whose messages.</param>
    /// <param name="drafts">In any number; hundreds in one transaction are cheap.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <exception cref="ArgumentException">A key, a source or the data is empty or too long.</exception>
    public static int AddMany(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<MessageDraft> drafts, long nowMs) =>
        OutboxStore.Add(connection, transaction, workspaceId, drafts, nowMs);

    /// <summary>Calls back what has not left, by the beginning of its key, such as `journey/abandoned-cart/run_7/`. Answers how many.</summary>
    public static int Cancel(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string keyPrefix) =>
        OutboxStore.Cancel(connection, transaction, workspaceId, keyPrefix);

    /// <summary>How the messages of sources stand, by source: all that begin with the prefix, such as `campaign:42:`. Test sends are in no source of yours.</summary>
    public static IReadOnlyDictionary<string, SourceCounts> CountsOf(SqliteConnection connection, string workspaceId, string sourcePrefix, SqliteTransaction? transaction = null) =>
        CountStore.OfSources(connection, transaction, workspaceId, sourcePrefix);

    /// <summary>The messages of sources that begin with the prefix, the newest first: who got what, and what came of it. <paramref name="after"/>: the id of the last one of the page before.</summary>
    public static IReadOnlyList<MessageOutcome> OutcomesOf(SqliteConnection connection, string workspaceId, string sourcePrefix, string? after, int most, SqliteTransaction? transaction = null) =>
        CountStore.Outcomes(connection, transaction, workspaceId, sourcePrefix, after, most);

    /// <summary>The messages of a person, by any of the identifiers, newest first.</summary>
    public static IReadOnlyList<MessageOutcome> OutcomesOfPerson(SqliteConnection connection, string workspaceId, IReadOnlyList<string> identifiers, int most) =>
        CountStore.OfPerson(connection, workspaceId, identifiers, most);

    /// <summary>Whoever got the message left by it: for the page on which people do.</summary>
    public static void Unsubscribed(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string messageId, long nowMs) =>
        Reports.ReportStore.Unsubscribed(connection, transaction, workspaceId, messageId, nowMs);

    /// <summary>Why a message was not sent, in words: what <see cref="ReasonCount.Reason"/> means, whoever gave it.</summary>
    public static Text WhyNot(DataHost host, string reason) => MessageDesk.Of(host).Why(reason);

    /// <summary>How one message stands, by its key; null if there is none.</summary>
    public static MessageOutcome? Find(SqliteConnection connection, string workspaceId, string key, SqliteTransaction? transaction = null) => CountStore.ByKey(connection, transaction, workspaceId, key);
}

/// <summary>
/// Messages of one source. <paramref name="States"/> by the names `due`, `sending`, `sent`, `held_back`, `missed`, `failed`, `unknown`, `cancelled`, `caught` (kept in the sandbox);
/// <paramref name="Reasons"/> of those that were not sent. Openings and clicks count messages, by people and not by machines; <paramref name="People"/> are those with a message sent.
/// </summary>
public sealed record SourceCounts(
    IReadOnlyDictionary<string, long> States, IReadOnlyList<ReasonCount> Reasons, long People, long Delivered, long Opened, long Clicked, long Unsubscribed, long Bounced, long Complained)
{
    public long Of(string state) => States.GetValueOrDefault(state);
}

/// <summary>So many messages of a state have that reason.</summary>
public sealed record ReasonCount(string State, string Reason, long Count);

/// <summary>What came of one message. Times are Unix milliseconds; null is "not so far".</summary>
public sealed record MessageOutcome(
    string Id, string Key, string Person, string Channel, string TemplateId, string Purpose, string Source, string Subject, string State, string Reason, long DueAt, long? SentAt,
    long? OpenedAt, long? ClickedAt, long? UnsubscribedAt, long? BouncedAt, long? ComplainedAt);
