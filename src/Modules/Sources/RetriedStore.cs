using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Sources;

/// <summary>The table `retried_items`: refused items that came in later, by their addresses in the journal.</summary>
internal static class RetriedStore
{
    public static IReadOnlyDictionary<long, long> Of(SqliteConnection connection, string workspace)
    {
        using var command = new SqliteCommand("SELECT address, retried_at FROM retried_items WHERE workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspace);
        using var reader = command.ExecuteReader();
        var found = new Dictionary<long, long>();
        while (reader.Read())
        {
            found.Add(reader.GetInt64(0), reader.GetInt64(1));
        }
        return found;
    }

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, string workspace, long address, long at, string by)
    {
        using var command = new SqliteCommand(
            "INSERT INTO retried_items (workspace_id, address, retried_at, retried_by) VALUES (@workspace, @address, @at, @by) ON CONFLICT DO NOTHING", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@address", address);
        command.Parameters.AddWithValue("@at", at);
        command.Parameters.AddWithValue("@by", by);
        command.ExecuteNonQuery();
    }
}
