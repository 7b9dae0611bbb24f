using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Onsite;

/// <summary>The table `onsite_pieces`. Writes run in the caller's transaction.</summary>
internal static class PieceStore
{
    /// <summary>All of a workspace, by id.</summary>
    public static IReadOnlyList<Piece> List(SqliteConnection connection, string workspaceId, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand("select body from onsite_pieces where workspace_id = @workspace order by id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        using var reader = command.ExecuteReader();
        var found = new List<Piece>();
        while (reader.Read())
        {
            found.Add(Piece.FromJson(reader.GetString(0)));
        }
        return found;
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Piece piece, long now, string by)
    {
        using var command = new SqliteCommand("""
            insert into onsite_pieces (workspace_id, id, body, changed_at, changed_by) values (@workspace, @id, @body, @now, @by)
            on conflict (workspace_id, id) do update set body = excluded.body, changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", piece.Id);
        command.Parameters.AddWithValue("@body", piece.ToJson());
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@by", by);
        command.ExecuteNonQuery();
    }

    public static bool Delete(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("delete from onsite_pieces where workspace_id = @workspace and id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        return command.ExecuteNonQuery() > 0;
    }
}
