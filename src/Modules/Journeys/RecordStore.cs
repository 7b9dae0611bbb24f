using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys;

/// <summary>An event about a person that is to stand in the journal. <paramref name="Name"/>: of a track event; empty for traits. <paramref name="Body"/>: JSON.</summary>
public sealed record DueEvent(string Id, string Person, string Name, string Body, long At);

/// <summary>The tables of settings, positions, requests and due events. Writes run in the caller's transaction.</summary>
internal static class RecordStore
{
    /// <summary>How far the feed has been acted upon; null where nothing ever was.</summary>
    public static long? Position(SqliteConnection connection, string workspace)
    {
        using var command = Command(connection, null, "SELECT feed FROM journey_positions WHERE workspace_id = @workspace", ("@workspace", workspace));
        return command.ExecuteScalar() is long position ? position : null;
    }

    public static void SetPosition(SqliteConnection connection, SqliteTransaction transaction, string workspace, long feed) => Execute(connection, transaction, """
        INSERT INTO journey_positions (workspace_id, feed) VALUES (@workspace, @feed) ON CONFLICT (workspace_id) DO UPDATE SET feed = @feed
        """, ("@workspace", workspace), ("@feed", feed));

    /// <summary>Journeys that are paused, and when schedules are next due.</summary>
    public static Dictionary<string, (bool IsPaused, long? NextAt)> Settings(SqliteConnection connection, string workspace)
    {
        using var command = Command(connection, null, "SELECT journey, is_paused, next_at FROM journey_settings WHERE workspace_id = @workspace", ("@workspace", workspace));
        using var reader = command.ExecuteReader();
        var found = new Dictionary<string, (bool, long?)>(StringComparer.Ordinal);
        while (reader.Read())
        {
            found.Add(reader.GetString(0), (reader.GetInt64(1) == 1, reader.IsDBNull(2) ? null : reader.GetInt64(2)));
        }
        return found;
    }

    public static void SetPaused(SqliteConnection connection, SqliteTransaction transaction, string workspace, string journey, bool isPaused) => Execute(connection, transaction, """
        INSERT INTO journey_settings (workspace_id, journey, is_paused) VALUES (@workspace, @journey, @paused) ON CONFLICT (workspace_id, journey) DO UPDATE SET is_paused = @paused
        """, ("@workspace", workspace), ("@journey", journey), ("@paused", isPaused));

    public static void SetNextAt(SqliteConnection connection, SqliteTransaction transaction, string workspace, string journey, long? at) => Execute(connection, transaction, """
        INSERT INTO journey_settings (workspace_id, journey, next_at) VALUES (@workspace, @journey, @at) ON CONFLICT (workspace_id, journey) DO UPDATE SET next_at = @at
        """, ("@workspace", workspace), ("@journey", journey), ("@at", at));

    /// <summary>Asks for somebody to be sent in; false where a request of that key was there before.</summary>
    public static bool AddRequest(SqliteConnection connection, SqliteTransaction transaction, string workspace, string journey, string person, string data, string key, long at)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO journey_requests (workspace_id, journey, person, data, key, at) VALUES (@workspace, @journey, @person, @data, @key, @at)
            ON CONFLICT (workspace_id, journey, key) DO NOTHING
            """, ("@workspace", workspace), ("@journey", journey), ("@person", person), ("@data", data), ("@key", key), ("@at", at));
        return command.ExecuteNonQuery() == 1;
    }

    public static List<Request> Requests(SqliteConnection connection, string workspace, int limit)
    {
        using var command = Command(connection, null, """
            SELECT id, journey, person, data, key, at FROM journey_requests WHERE workspace_id = @workspace AND data <> '' ORDER BY id LIMIT @limit
            """, ("@workspace", workspace), ("@limit", limit));
        using var reader = command.ExecuteReader();
        var found = new List<Request>();
        while (reader.Read())
        {
            found.Add(new Request(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt64(5)));
        }
        return found;
    }

    /// <summary>A request that was acted upon: its key stays, so that the same one again is none.</summary>
    public static void CloseRequest(SqliteConnection connection, SqliteTransaction transaction, long id) =>
        Execute(connection, transaction, "UPDATE journey_requests SET data = '', person = '' WHERE id = @id", ("@id", id));

    public static void AddEvent(SqliteConnection connection, SqliteTransaction transaction, string workspace, DueEvent due) => Execute(connection, transaction, """
        INSERT INTO journey_events (id, workspace_id, person, name, body, at) VALUES (@id, @workspace, @person, @name, @body, @at) ON CONFLICT (id) DO NOTHING
        """, ("@id", due.Id), ("@workspace", workspace), ("@person", due.Person), ("@name", due.Name), ("@body", due.Body), ("@at", due.At));

    public static List<DueEvent> Events(SqliteConnection connection, string workspace, int limit)
    {
        using var command = Command(connection, null, "SELECT id, person, name, body, at FROM journey_events WHERE workspace_id = @workspace ORDER BY at, id LIMIT @limit", ("@workspace", workspace), ("@limit", limit));
        using var reader = command.ExecuteReader();
        var found = new List<DueEvent>();
        while (reader.Read())
        {
            found.Add(new DueEvent(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4)));
        }
        return found;
    }

    public static void RemoveEvent(SqliteConnection connection, SqliteTransaction transaction, string id) => Execute(connection, transaction, "DELETE FROM journey_events WHERE id = @id", ("@id", id));

    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspace, IReadOnlyList<string> people)
    {
        var list = System.Text.Json.JsonSerializer.Serialize(people);
        Execute(connection, transaction, "DELETE FROM journey_events WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people))", ("@workspace", workspace), ("@people", list));
        Execute(connection, transaction, "DELETE FROM journey_tasks WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people))", ("@workspace", workspace), ("@people", list));
        // The key of a request may name the person, too.
        Execute(connection, transaction, """
            DELETE FROM journey_requests WHERE workspace_id = @workspace AND (person IN (SELECT value FROM json_each(@people)) OR EXISTS (SELECT 1 FROM json_each(@people) WHERE key LIKE '%/' || value))
            """, ("@workspace", workspace), ("@people", list));
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
        return command;
    }
}
