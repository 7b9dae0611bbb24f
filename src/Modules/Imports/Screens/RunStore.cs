using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Imports;

/// <summary>The table `import_runs`: who began an import, by name, and how many people it reached.</summary>
internal static class RunStore
{
    public static IReadOnlyDictionary<uint, (string By, long People)> Of(SqliteConnection connection, string workspace)
    {
        using var command = new SqliteCommand("SELECT import_id, begun_by, people FROM import_runs WHERE workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspace);
        using var reader = command.ExecuteReader();
        var found = new Dictionary<uint, (string, long)>();
        while (reader.Read())
        {
            found.Add((uint)reader.GetInt64(0), (reader.GetString(1), reader.GetInt64(2)));
        }
        return found;
    }

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, string workspace, uint import, string by, long people)
    {
        using var command = new SqliteCommand(
            "INSERT INTO import_runs (workspace_id, import_id, begun_by, people) VALUES (@workspace, @import, @by, @people) ON CONFLICT DO NOTHING", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@import", (long)import);
        command.Parameters.AddWithValue("@by", by);
        command.Parameters.AddWithValue("@people", people);
        command.ExecuteNonQuery();
    }
}
