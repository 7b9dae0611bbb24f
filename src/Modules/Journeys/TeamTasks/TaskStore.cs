using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys.TeamTasks;

/// <summary>The table `journey_tasks`. Writes run in the caller's transaction.</summary>
internal static class TaskStore
{
    private const string Columns = "id, journey, run, person, title, made_at, due_at, done_at, done_by, assigned_to";

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, string workspace, TeamTask task)
    {
        using var command = Command(connection, transaction, $"""
            INSERT INTO journey_tasks (workspace_id, {Columns}) VALUES (@workspace, @id, @journey, @run, @person, @title, @made, @due, NULL, '', '') ON CONFLICT (id) DO NOTHING
            """, ("@workspace", workspace), ("@id", task.Id), ("@journey", task.Journey), ("@run", task.Run), ("@person", task.Person), ("@title", task.Title), ("@made", task.MadeAt), ("@due", task.DueAt));
        command.ExecuteNonQuery();
    }

    public static TeamTask? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspace, string id)
    {
        using var command = Command(connection, transaction, $"SELECT {Columns} FROM journey_tasks WHERE workspace_id = @workspace AND id = @id", ("@workspace", workspace), ("@id", id));
        return Read(command).FirstOrDefault();
    }

    /// <summary>Open ones by when they are due, done ones by when they were done, the last first.</summary>
    public static List<TeamTask> List(SqliteConnection connection, string workspace, TasksWanted wanted, int skip, int limit)
    {
        using var command = Command(connection, null, $"""
            SELECT {Columns} FROM journey_tasks
            WHERE workspace_id = @workspace AND (done_at IS NOT NULL) = @done AND (@user = '' OR assigned_to = @user) AND (@anybody OR person IN (SELECT value FROM json_each(@people)))
                AND (@search = '' OR instr(lower(title), lower(@search)) > 0)
            ORDER BY CASE WHEN @done THEN -done_at ELSE due_at END, id LIMIT @limit OFFSET @skip
            """, ("@workspace", workspace), ("@done", wanted.IsDone), ("@user", wanted.AssignedTo), ("@anybody", wanted.People is null), ("@people", JsonSerializer.Serialize(wanted.People ?? [])),
            ("@search", wanted.Search), ("@limit", limit), ("@skip", skip));
        return Read(command);
    }

    public static TaskCounts Counts(SqliteConnection connection, string workspace, string user, long now)
    {
        using var command = Command(connection, null, """
            SELECT count(*) FILTER (WHERE done_at IS NULL), count(*) FILTER (WHERE done_at IS NULL AND due_at < @now), count(*) FILTER (WHERE done_at IS NULL AND assigned_to = @user),
                count(*) FILTER (WHERE done_at IS NOT NULL) FROM journey_tasks WHERE workspace_id = @workspace
            """, ("@workspace", workspace), ("@user", user), ("@now", now));
        using var reader = command.ExecuteReader();
        reader.Read();
        return new TaskCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <summary>Stores what people change of a task: whose it is, when it is due, whether it is done.</summary>
    public static void Change(SqliteConnection connection, SqliteTransaction transaction, string workspace, TeamTask task)
    {
        using var command = Command(connection, transaction, """
            UPDATE journey_tasks SET due_at = @due, done_at = @done, done_by = @by, assigned_to = @user WHERE workspace_id = @workspace AND id = @id
            """, ("@workspace", workspace), ("@id", task.Id), ("@due", task.DueAt), ("@done", task.DoneAt), ("@by", task.DoneBy), ("@user", task.AssignedTo));
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

    private static List<TeamTask> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var found = new List<TeamTask>();
        while (reader.Read())
        {
            found.Add(new TeamTask(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetInt64(7),
                reader.GetString(8), reader.GetString(9)));
        }
        return found;
    }
}
