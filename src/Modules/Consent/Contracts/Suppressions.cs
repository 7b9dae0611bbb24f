using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Consent.Contracts;

/// <summary>Why an address gets nothing. Persisted by name, so names only grow.</summary>
public static class SuppressionReasons
{
    public const string HardBounce = "hard_bounce";
    public const string Complaint = "complaint";
    public const string Unsubscribed = "unsubscribed";
    public const string Manual = "manual";
    public const string Erased = "erased";

    public static IReadOnlyList<string> All { get; } = [HardBounce, Complaint, Unsubscribed, Manual, Erased];
}

/// <summary>An address that gets nothing on a channel. <paramref name="Address"/> is empty where its person was erased: only the hash is left.</summary>
public sealed record Suppression(string Channel, string Hash, string Address, string Reason, long AddedAt, string AddedBy);

/// <summary>The addresses of a workspace that get nothing, whatever else holds. All run in the caller's transaction.</summary>
public static class Suppressions
{
    public const int LongestAddress = 320;

    private const string Columns = "channel, hash, address, reason, added_at, added_by";

    /// <summary>
    /// Puts an address on the list; false if it is there already, for whatever reason: the first one stays. An address of an erased person is kept as a hash alone.
    /// </summary>
    /// <param name="connection">Of the records.</param>
    /// <param name="transaction">The caller's.</param>
    /// <param name="workspaceId">Whose list.</param>
    /// <param name="channel">Such as `email`.</param>
    /// <param name="address">1 to <see cref="LongestAddress"/> characters; the case of letters and spaces around it do not count.</param>
    /// <param name="reason">One of <see cref="SuppressionReasons"/>.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="by">Who: the id of a user or key, or `server`.</param>
    /// <exception cref="ArgumentException">The address is empty or too long, or there is no such reason.</exception>
    public static bool Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string channel, string address, string reason, long nowMs, string by = "server")
    {
        var plain = Normal(address);
        if (plain.Length is 0 or > LongestAddress || !SuppressionReasons.All.Contains(reason))
        {
            throw new ArgumentException($"An address has 1 to {LongestAddress} characters, and its reason is one of {string.Join(", ", SuppressionReasons.All)}.", nameof(address));
        }
        var isErased = reason == SuppressionReasons.Erased;
        using var command = new SqliteCommand(isErased
            ? """
              insert into suppressions (workspace_id, channel, hash, address, reason, added_at, added_by) values (@workspace, @channel, @hash, @address, @reason, @at, @by)
              on conflict do update set address = '', reason = excluded.reason, added_at = excluded.added_at, added_by = excluded.added_by
              """
            : """
              insert into suppressions (workspace_id, channel, hash, address, reason, added_at, added_by) values (@workspace, @channel, @hash, @address, @reason, @at, @by)
              on conflict do nothing
              """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        command.Parameters.AddWithValue("@hash", HashOf(ConsentKeys.Derive(connection, transaction, workspaceId), channel, plain));
        command.Parameters.AddWithValue("@address", isErased ? "" : plain);
        command.Parameters.AddWithValue("@reason", reason);
        command.Parameters.AddWithValue("@at", nowMs);
        command.Parameters.AddWithValue("@by", by);
        return command.ExecuteNonQuery() > 0;
    }

    /// <summary>Takes an address off the list; false if it is not there.</summary>
    public static bool Lift(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string channel, string address) =>
        LiftHash(connection, transaction, workspaceId, channel, HashOf(ConsentKeys.Derive(connection, transaction, workspaceId), channel, Normal(address)));

    /// <summary>What stands on the list of an address; null if nothing.</summary>
    public static Suppression? Find(SqliteConnection connection, string workspaceId, string channel, string address, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand($"select {Columns} from suppressions where workspace_id = @workspace and channel = @channel and hash = @hash", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        command.Parameters.AddWithValue("@hash", HashOf(ConsentKeys.Derive(connection, transaction, workspaceId), channel, Normal(address)));
        return ReadAll(command).FirstOrDefault();
    }

    /// <summary>
    /// The list, newest first: those whose address holds <paramref name="piece"/>, or is it whole where only its hash is known; empty for all. From <paramref name="offset"/> on, at most
    /// <paramref name="most"/>.
    /// </summary>
    public static IReadOnlyList<Suppression> List(SqliteConnection connection, string workspaceId, string piece, string reason, int offset, int most)
    {
        var plain = Normal(piece);
        var key = ConsentKeys.Derive(connection, null, workspaceId);
        using var command = new SqliteCommand($"""
            select {Columns} from suppressions
            where workspace_id = @workspace and (@reason = '' or reason = @reason) and (@piece = '' or instr(address, @piece) > 0 or hash in (select value from json_each(@hashes)))
            order by added_at desc, channel, hash limit @most offset @offset
            """, connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@reason", reason);
        command.Parameters.AddWithValue("@piece", plain);
        command.Parameters.AddWithValue("@hashes", System.Text.Json.JsonSerializer.Serialize(ConsentWords.Channels.Keys.Select(channel => HashOf(key, channel, plain))));
        command.Parameters.AddWithValue("@most", most);
        command.Parameters.AddWithValue("@offset", offset);
        return ReadAll(command);
    }

    public static long Count(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("select count(*) from suppressions where workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return (long)command.ExecuteScalar()!;
    }

    internal static bool LiftHash(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string channel, string hash)
    {
        using var command = new SqliteCommand("delete from suppressions where workspace_id = @workspace and channel = @channel and hash = @hash", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        command.Parameters.AddWithValue("@hash", hash);
        return command.ExecuteNonQuery() > 0;
    }

    /// <summary>The keyed hash that an address is found by.</summary>
    internal static string HashOf(byte[] key, string channel, string normalAddress) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(channel + "\0" + normalAddress))[..20]);

#pragma warning disable CA1308 // Addresses are kept in lower case: that is the form that identities have, and people read it.
    internal static string Normal(string address) => address.Trim().ToLowerInvariant();
#pragma warning restore CA1308

    private static List<Suppression> ReadAll(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var found = new List<Suppression>();
        while (reader.Read())
        {
            found.Add(new Suppression(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetString(5)));
        }
        return found;
    }
}
