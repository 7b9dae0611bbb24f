using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>
/// What the list of messages is asked for. Empty is all. <paramref name="Search"/>: an id, a person's identifier, an address or a piece of a subject; <paramref name="Before"/>: the id of
/// the last one of the page before.
/// </summary>
public sealed record MessagesAsked(string State = "", string Reason = "", string Channel = "", string Template = "", string Source = "", string Person = "", string Search = "", string Before = "");

/// <summary>The table `messages` as a list. Newest first.</summary>
internal static class ListStore
{
    private const string Where = """
        workspace_id = @workspace AND (@before = '' OR id < @before) AND (@state = '' OR state = @state) AND (@reason = '' OR reason = @reason) AND (@channel = '' OR channel = @channel)
        AND (@template = '' OR template_id = @template) AND (@source = '' OR source = @source OR (source >= @source || ':' AND source < @source || ';'))
        AND (@people = '' OR person IN (SELECT value FROM json_each(@people)))
        AND (@search = '' OR id = @search OR person = @search OR address = lower(@search) OR instr(lower(subject), lower(@search)) > 0 OR instr(lower(person), lower(@search)) > 0)
        """;

    /// <summary><paramref name="people"/>: identifiers of whom alone; null for everybody.</summary>
    public static List<Message> List(SqliteConnection connection, string workspaceId, MessagesAsked asked, IReadOnlyList<string>? people, int most)
    {
        using var command = new SqliteCommand($"SELECT {MessageReader.Columns} FROM messages WHERE {Where} ORDER BY id DESC LIMIT @most", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@before", asked.Before);
        command.Parameters.AddWithValue("@state", asked.State);
        command.Parameters.AddWithValue("@reason", asked.Reason);
        command.Parameters.AddWithValue("@channel", asked.Channel);
        command.Parameters.AddWithValue("@template", asked.Template);
        command.Parameters.AddWithValue("@source", asked.Source);
        command.Parameters.AddWithValue("@people", people is null ? "" : System.Text.Json.JsonSerializer.Serialize(people));
        command.Parameters.AddWithValue("@search", asked.Search);
        command.Parameters.AddWithValue("@most", most);
        return MessageReader.All(command);
    }

    public static Message? Find(SqliteConnection connection, string workspaceId, string id, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand($"SELECT {MessageReader.Columns} FROM messages WHERE id = @id AND workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return MessageReader.All(command).FirstOrDefault();
    }

    /// <summary>How many messages each state has.</summary>
    public static IReadOnlyDictionary<MessageState, long> States(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("SELECT state, count(*) FROM messages WHERE workspace_id = @workspace GROUP BY state", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        using var reader = command.ExecuteReader();
        var found = new Dictionary<MessageState, long>();
        while (reader.Read())
        {
            if (MessageStates.Find(reader.GetString(0)) is { } state)
            {
                found[state] = reader.GetInt64(1);
            }
        }
        return found;
    }

    /// <summary>The message that was sent last to an address, by a report that names no message, within five days before it.</summary>
    public static Message? LastTo(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string address, long now)
    {
        using var command = new SqliteCommand($"""
            SELECT {MessageReader.Columns} FROM messages WHERE workspace_id = @workspace AND address = @address AND sent_at > @since AND state IN ('sent', 'unknown', 'sending') ORDER BY sent_at DESC LIMIT 1
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@address", address);
        command.Parameters.AddWithValue("@since", now - (5 * Core.Time.Durations.Day));
        return MessageReader.All(command).FirstOrDefault();
    }

    /// <summary>The message that a service knows by its own id.</summary>
    public static Message? ByProviderId(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string providerId, string address)
    {
        using var command = new SqliteCommand($"SELECT {MessageReader.Columns} FROM messages WHERE workspace_id = @workspace AND address = @address AND provider_id = @provider LIMIT 1", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@address", address);
        command.Parameters.AddWithValue("@provider", providerId);
        return MessageReader.All(command).FirstOrDefault();
    }
}
