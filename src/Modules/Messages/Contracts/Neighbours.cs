using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>Whoever keeps the list of addresses that must not be written to registers it.</summary>
public interface ISuppressor
{
    /// <summary>Puts an address on the list, in the caller's transaction. <paramref name="reason"/>: `hard_bounce`, `complaint` or `unsubscribed`.</summary>
    void Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string channel, string address, string reason, long nowMs);
}

/// <summary>Whoever has the pages on which people leave, or choose what they get, registers them.</summary>
public interface ILeaveLinks
{
    /// <summary>Where people reach the server, without a slash at the end.</summary>
    string BaseUrl(string workspaceId);

    string UnsubscribeUrl(string workspaceId, string person, string channel, string purpose, string messageId);

    string PreferencesUrl(string workspaceId, string person, string locale);

    /// <summary>The person left by another way than the page, such as by writing to the address of `List-Unsubscribe`.</summary>
    Task LeaveAsync(string workspaceId, string person, string channel, string purpose, string messageId, CancellationToken cancellation);
}
