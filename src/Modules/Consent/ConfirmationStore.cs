using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Consent;

/// <summary>The tables `consent_confirmations` and `consent_positions`. Writes run in the caller's transaction.</summary>
internal static class ConfirmationStore
{
    /// <summary>When an address was asked to confirm since an instant, with the purpose, the latest first.</summary>
    public static List<(long At, string Purpose)> Since(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string hash, long since)
    {
        using var command = new SqliteCommand("""
            select sent_at, purpose from consent_confirmations where workspace_id = @workspace and hash = @hash and sent_at >= @since order by sent_at desc
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@hash", hash);
        command.Parameters.AddWithValue("@since", since);
        using var reader = command.ExecuteReader();
        var found = new List<(long, string)>();
        while (reader.Read())
        {
            found.Add((reader.GetInt64(0), reader.GetString(1)));
        }
        return found;
    }

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string hash, string purpose, long at)
    {
        using var command = new SqliteCommand("insert into consent_confirmations (workspace_id, hash, purpose, sent_at) values (@workspace, @hash, @purpose, @at)", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@hash", hash);
        command.Parameters.AddWithValue("@purpose", purpose);
        command.Parameters.AddWithValue("@at", at);
        command.ExecuteNonQuery();
    }

    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, long before)
    {
        using var command = new SqliteCommand("delete from consent_confirmations where workspace_id = @workspace and sent_at < @before", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@before", before);
        command.ExecuteNonQuery();
    }

    public static long? Position(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("select journal from consent_positions where workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return command.ExecuteScalar() as long?;
    }

    public static void SetPosition(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, long journal)
    {
        using var command = new SqliteCommand("""
            insert into consent_positions (workspace_id, journal) values (@workspace, @journal) on conflict (workspace_id) do update set journal = excluded.journal
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@journal", journal);
        command.ExecuteNonQuery();
    }
}
