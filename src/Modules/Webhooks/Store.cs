using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Webhooks;

/// <summary>The tables `webhook_endpoints` and `webhook_messages`. Writes run in the caller's transaction.</summary>
internal static class Store
{
    private const string EndpointColumns = "id, workspace_id, name, url, secret, old_secret, old_until, types, state, created_at, made_by";

    private const string MessageColumns = "id, workspace_id, endpoint_id, key, type, body, created_at, state, attempts, due_at, last_at, last_status, last_answer";

    public static IReadOnlyList<Endpoint> Endpoints(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId)
    {
        using var command = new SqliteCommand($"SELECT {EndpointColumns} FROM webhook_endpoints WHERE workspace_id = @workspace ORDER BY id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return ReadEndpoints(command);
    }

    /// <summary>One of the workspace's; null if there is none of this id.</summary>
    public static Endpoint? Endpoint(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, long id)
    {
        using var command = new SqliteCommand($"SELECT {EndpointColumns} FROM webhook_endpoints WHERE workspace_id = @workspace AND id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        return ReadEndpoints(command).FirstOrDefault();
    }

    /// <summary>Adds an endpoint and answers its number.</summary>
    public static long AddEndpoint(SqliteConnection connection, SqliteTransaction transaction, Endpoint endpoint)
    {
        using var command = new SqliteCommand("""
            INSERT INTO webhook_endpoints (workspace_id, name, url, secret, types, state, created_at, made_by)
            VALUES (@workspace, @name, @url, @secret, @types, @state, @created, @by) RETURNING id
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", endpoint.WorkspaceId);
        command.Parameters.AddWithValue("@name", endpoint.Name);
        command.Parameters.AddWithValue("@url", endpoint.Url);
        command.Parameters.AddWithValue("@secret", endpoint.Secret);
        command.Parameters.AddWithValue("@types", string.Join(' ', endpoint.Types));
        command.Parameters.AddWithValue("@state", StateName(endpoint.State));
        command.Parameters.AddWithValue("@created", endpoint.CreatedAt);
        command.Parameters.AddWithValue("@by", endpoint.MadeBy);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Stores an endpoint's secrets and state.</summary>
    public static void Change(SqliteConnection connection, SqliteTransaction transaction, Endpoint endpoint)
    {
        using var command = new SqliteCommand("UPDATE webhook_endpoints SET secret = @secret, old_secret = @old, old_until = @until, state = @state WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", endpoint.Id);
        command.Parameters.AddWithValue("@secret", endpoint.Secret);
        command.Parameters.AddWithValue("@old", endpoint.OldSecret);
        command.Parameters.AddWithValue("@until", endpoint.OldUntil);
        command.Parameters.AddWithValue("@state", StateName(endpoint.State));
        command.ExecuteNonQuery();
    }

    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, long id)
    {
        using var messages = new SqliteCommand("DELETE FROM webhook_messages WHERE endpoint_id = @id", connection, transaction);
        messages.Parameters.AddWithValue("@id", id);
        messages.ExecuteNonQuery();
        using var command = new SqliteCommand("DELETE FROM webhook_endpoints WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
    }

    /// <summary>Adds a message; false if the endpoint has one of the same key.</summary>
    public static bool AddMessage(SqliteConnection connection, SqliteTransaction transaction, Message message)
    {
        using var command = new SqliteCommand("""
            INSERT INTO webhook_messages (id, workspace_id, endpoint_id, key, type, body, created_at, state, due_at)
            VALUES (@id, @workspace, @endpoint, @key, @type, @body, @created, @state, @due) ON CONFLICT (endpoint_id, key) DO NOTHING
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", message.Id);
        command.Parameters.AddWithValue("@workspace", message.WorkspaceId);
        command.Parameters.AddWithValue("@endpoint", message.EndpointId);
        command.Parameters.AddWithValue("@key", message.Key);
        command.Parameters.AddWithValue("@type", message.Type);
        command.Parameters.AddWithValue("@body", message.Body);
        command.Parameters.AddWithValue("@created", message.CreatedAt);
        command.Parameters.AddWithValue("@state", StateName(message.State));
        command.Parameters.AddWithValue("@due", message.DueAt);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Stores what came of an attempt.</summary>
    public static void Tried(SqliteConnection connection, SqliteTransaction transaction, Message message)
    {
        using var command = new SqliteCommand("""
            UPDATE webhook_messages SET state = @state, attempts = @attempts, due_at = @due, last_at = @at, last_status = @status, last_answer = @answer WHERE id = @id
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", message.Id);
        command.Parameters.AddWithValue("@state", StateName(message.State));
        command.Parameters.AddWithValue("@attempts", message.Attempts);
        command.Parameters.AddWithValue("@due", message.DueAt);
        command.Parameters.AddWithValue("@at", (object?)message.LastAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@status", message.LastStatus);
        command.Parameters.AddWithValue("@answer", message.LastAnswer);
        command.ExecuteNonQuery();
    }

    /// <summary>Forgets what was delivered or given up before an instant.</summary>
    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, long before)
    {
        using var command = new SqliteCommand("DELETE FROM webhook_messages WHERE workspace_id = @workspace AND created_at < @before AND state <> 'due'", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@before", before);
        command.ExecuteNonQuery();
    }

    /// <summary>What is due by an instant at endpoints that are on, the longest due first; some of each endpoint, so that a slow one leaves room for the others.</summary>
    public static IReadOnlyList<Message> Due(SqliteConnection connection, long now, int most)
    {
        using var command = new SqliteCommand($"""
            SELECT {MessageColumns} FROM (
                SELECT *, row_number() OVER (PARTITION BY endpoint_id ORDER BY due_at) AS turn FROM webhook_messages
                WHERE state = 'due' AND due_at <= @now AND endpoint_id IN (SELECT id FROM webhook_endpoints WHERE state = 'on')) AS due
            WHERE turn <= 8 ORDER BY due_at LIMIT @most
            """, connection);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@most", most);
        return ReadMessages(command);
    }

    /// <summary>When the next message is due after an instant; null for none.</summary>
    public static long? NextDue(SqliteConnection connection, long after)
    {
        using var command = new SqliteCommand("""
            SELECT min(due_at) FROM webhook_messages
            WHERE state = 'due' AND due_at > @after AND endpoint_id IN (SELECT id FROM webhook_endpoints WHERE state = 'on')
            """, connection);
        command.Parameters.AddWithValue("@after", after);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>The latest messages of a workspace, newest first.</summary>
    public static IReadOnlyList<Message> Latest(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, int most)
    {
        using var command = new SqliteCommand($"SELECT {MessageColumns} FROM webhook_messages WHERE workspace_id = @workspace ORDER BY created_at DESC, id LIMIT @most", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@most", most);
        return ReadMessages(command);
    }

    public static Message? Message(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand($"SELECT {MessageColumns} FROM webhook_messages WHERE workspace_id = @workspace AND id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        return ReadMessages(command).FirstOrDefault();
    }

    /// <summary>The stored name of a state, also the word of the command line.</summary>
    public static string StateName(EndpointState state) => state switch { EndpointState.On => "on", EndpointState.Off => "off", _ => "gone" };

    public static string StateName(MessageState state) => state switch { MessageState.Due => "due", MessageState.Delivered => "delivered", _ => "failed" };

    private static List<Endpoint> ReadEndpoints(SqliteCommand command)
    {
        var found = new List<Endpoint>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Endpoint(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetInt64(6),
                reader.GetString(7).Split(' ', StringSplitOptions.RemoveEmptyEntries),
                reader.GetString(8) switch
                {
                    "on" => EndpointState.On,
                    "off" => EndpointState.Off,
                    "gone" => EndpointState.Gone,
                    var name => throw new InvalidDataException($"webhook_endpoints holds the unknown state '{name}': the database is of a later version."),
                },
                reader.GetInt64(9), reader.GetString(10)));
        }
        return found;
    }

    private static List<Message> ReadMessages(SqliteCommand command)
    {
        var found = new List<Message>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Message(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetInt64(6),
                reader.GetString(7) switch
                {
                    "due" => MessageState.Due,
                    "delivered" => MessageState.Delivered,
                    "failed" => MessageState.Failed,
                    var name => throw new InvalidDataException($"webhook_messages holds the unknown state '{name}': the database is of a later version."),
                },
                reader.GetInt32(8), reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetInt64(10), reader.GetInt32(11), reader.GetString(12)));
        }
        return found;
    }
}
