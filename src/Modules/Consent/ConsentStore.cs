using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Ciclo.Engine.Hosting;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Consent;

/// <summary>Settings with the number of their version, which grows by one with each change; 0 until somebody sets something.</summary>
public sealed record StoredSettings(long Version, ConsentSettings Settings, long ChangedAt, string ChangedBy);

/// <summary>The table `consent_settings`. Writes run in the caller's transaction.</summary>
internal static class ConsentStore
{
    private static readonly StoredSettings None = new(0, ConsentSettings.Initial, 0, "");

    public static StoredSettings Read(SqliteConnection connection, string workspaceId, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand("select version, body, changed_at, changed_by from consent_settings where workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new StoredSettings(reader.GetInt64(0), ConsentSettings.FromJson(reader.GetString(1)), reader.GetInt64(2), reader.GetString(3)) : None;
    }

    /// <summary>The version alone: what is asked each time, before what was compiled for it is used again.</summary>
    public static long Version(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("select version from consent_settings where workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return command.ExecuteScalar() as long? ?? 0;
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, ConsentSettings settings, long now, string by)
    {
        using var command = new SqliteCommand("""
            insert into consent_settings (workspace_id, version, body, changed_at, changed_by) values (@workspace, 1, @body, @now, @by)
            on conflict (workspace_id) do update set version = version + 1, body = excluded.body, changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@body", settings.ToJson());
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@by", by);
        command.ExecuteNonQuery();
    }
}

/// <summary>The key of each workspace: what its links are signed with and its addresses are hashed with. It never leaves the server.</summary>
internal sealed class ConsentKeys(DataHost host)
{
    private readonly ConcurrentDictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    public static ConsentKeys Of(DataHost host) => host.Shared(host => new ConsentKeys(host));

    public byte[] Key(string workspaceId) => keys.GetOrAdd(workspaceId, id => host.Database.Read(connection => Derive(connection, null, id)));

    /// <summary>A keyed hash of something that must not be kept itself, such as a network address: 16 hexadecimal digits.</summary>
    public string Hash(string workspaceId, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Key(workspaceId), Encoding.UTF8.GetBytes(text)))[..16];

    public static byte[] Derive(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId)
    {
        using var command = new SqliteCommand("select secret from consent_secret", connection, transaction);
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes((string)command.ExecuteScalar()!), Encoding.UTF8.GetBytes(workspaceId));
    }
}
