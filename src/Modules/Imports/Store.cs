using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Imports;

/// <summary>The table `imports`. Writes run in the caller's transaction.</summary>
public static class Store
{
    private static readonly string[] StateNames = ["running", "done", "broken", "undone"];

    private const string Columns =
        "workspace_id, id, source, file, state, started_at, ended_at, undone_at, rows, skipped, rejected, events, duplicates, changed, profiles";

    /// <summary>Writes a record, over the one of the same id if there is one: reading the journal again gives the same table.</summary>
    public static void Put(SqliteConnection connection, SqliteTransaction transaction, ImportRecord import)
    {
        using var command = new SqliteCommand("""
            insert into imports (workspace_id, id, source, file, state, started_at, ended_at, undone_at, rows, skipped, rejected, events, duplicates, changed, profiles)
            values (@workspace, @id, @source, @file, @state, @started, @ended, @undone, @rows, @skipped, @rejected, @events, @duplicates, @changed, @profiles)
            on conflict (workspace_id, id) do update set
                source = excluded.source, file = excluded.file, state = excluded.state, started_at = excluded.started_at,
                ended_at = excluded.ended_at, undone_at = excluded.undone_at, rows = excluded.rows, skipped = excluded.skipped,
                rejected = excluded.rejected, events = excluded.events, duplicates = excluded.duplicates, changed = excluded.changed,
                profiles = excluded.profiles
            """, connection, transaction);
        var parameters = command.Parameters;
        parameters.AddWithValue("@workspace", import.WorkspaceId);
        parameters.AddWithValue("@id", (long)import.Id);
        parameters.AddWithValue("@source", import.Source);
        parameters.AddWithValue("@file", import.File);
        parameters.AddWithValue("@state", StateNames[(int)import.State]);
        parameters.AddWithValue("@started", import.StartedAt);
        parameters.AddWithValue("@ended", (object?)import.EndedAt ?? DBNull.Value);
        parameters.AddWithValue("@undone", (object?)import.UndoneAt ?? DBNull.Value);
        parameters.AddWithValue("@rows", import.Rows);
        parameters.AddWithValue("@skipped", import.Skipped);
        parameters.AddWithValue("@rejected", import.Rejected);
        parameters.AddWithValue("@events", import.Events);
        parameters.AddWithValue("@duplicates", import.Duplicates);
        parameters.AddWithValue("@changed", import.Changed);
        parameters.AddWithValue("@profiles", import.Profiles);
        command.ExecuteNonQuery();
    }

    /// <summary>The import, null if the workspace has none of this number.</summary>
    public static ImportRecord? Find(SqliteConnection connection, string workspaceId, uint id)
    {
        using var command = new SqliteCommand($"select {Columns} from imports where workspace_id = @workspace and id = @id", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", (long)id);
        return ReadAll(command) is [var import] ? import : null;
    }

    /// <summary>The workspace's imports, the latest first.</summary>
    public static IReadOnlyList<ImportRecord> List(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand($"select {Columns} from imports where workspace_id = @workspace order by id desc", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return ReadAll(command);
    }

    private static List<ImportRecord> ReadAll(SqliteCommand command)
    {
        var imports = new List<ImportRecord>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            imports.Add(new ImportRecord(
                reader.GetString(0), checked((uint)reader.GetInt64(1)), reader.GetString(2), reader.GetString(3), StateOf(reader.GetString(4)), reader.GetInt64(5),
                reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetInt64(7),
                reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13), reader.GetInt64(14)));
        }
        return imports;
    }

    private static ImportState StateOf(string name) => Array.IndexOf(StateNames, name) is var index and >= 0
        ? (ImportState)index
        : throw new InvalidDataException($"An import is in a state that this program does not know: {name}.");
}
