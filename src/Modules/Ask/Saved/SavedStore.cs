using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Ask.Saved;

/// <summary>A question that the workspace keeps. Who saved it last is named as they were called then.</summary>
public sealed record SavedQuery(string Id, string Name, string Description, string Sql, long SavedAt, string SavedBy, string AuthorName)
{
    public const int LongestName = 80;
    public const int LongestDescription = 500;

    /// <summary>Of one workspace.</summary>
    public const int Most = 500;
}

/// <summary>The table `saved_queries`.</summary>
internal static class SavedStore
{
    public static IReadOnlyList<SavedQuery> List(SqliteConnection connection, string workspace)
    {
        using var command = new SqliteCommand(
            "SELECT id, name, description, sql, saved_at, saved_by, author_name FROM saved_queries WHERE workspace_id = @workspace ORDER BY name, id", connection);
        command.Parameters.AddWithValue("@workspace", workspace);
        using var reader = command.ExecuteReader();
        var found = new List<SavedQuery>();
        while (reader.Read())
        {
            found.Add(new SavedQuery(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetString(5), reader.GetString(6)));
        }
        return found;
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspace, SavedQuery query)
    {
        using var command = new SqliteCommand(
            """
            INSERT INTO saved_queries (workspace_id, id, name, description, sql, saved_at, saved_by, author_name)
            VALUES (@workspace, @id, @name, @description, @sql, @at, @by, @author)
            ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, description = excluded.description, sql = excluded.sql,
                saved_at = excluded.saved_at, saved_by = excluded.saved_by, author_name = excluded.author_name
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@id", query.Id);
        command.Parameters.AddWithValue("@name", query.Name);
        command.Parameters.AddWithValue("@description", query.Description);
        command.Parameters.AddWithValue("@sql", query.Sql);
        command.Parameters.AddWithValue("@at", query.SavedAt);
        command.Parameters.AddWithValue("@by", query.SavedBy);
        command.Parameters.AddWithValue("@author", query.AuthorName);
        command.ExecuteNonQuery();
    }

    /// <summary>False where there is none.</summary>
    public static bool Delete(SqliteConnection connection, SqliteTransaction transaction, string workspace, string id)
    {
        using var command = new SqliteCommand("DELETE FROM saved_queries WHERE workspace_id = @workspace AND id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@id", id);
        return command.ExecuteNonQuery() > 0;
    }
}
