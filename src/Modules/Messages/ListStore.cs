using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>
/// What the list of messages is asked for. Empty is all. <paramref name="Search"/>: an id, a person's identifier, an address or a piece of a subject; <paramref name="Before"/>: the id of
/// the last one of the page before; <paramref name="Sign"/>: what came of it, one of <see cref="Signs"/>.
/// </summary>
public sealed record MessagesAsked(string State = "", string Reason = "", string Channel = "", string Template = "", string Source = "", string Person = "", string Search = "", string Before = "", string Sign = "")
{
    /// <summary>`left`: it went as far as anything goes here, out or into the sandbox.</summary>
    public static IReadOnlyList<string> Signs { get; } = ["left", "delivered", "opened", "clicked", "unsubscribed", "bounced"];
}

/// <summary>The table `messages` as a list. Newest first.</summary>
internal static class ListStore
{
    private const string Where = """
        workspace_id = @workspace AND (@before = '' OR id < @before) AND (@state = '' OR state = @state) AND (@reason = '' OR reason = @reason) AND (@channel = '' OR channel = @channel)
        AND (@template = '' OR template_id = @template) AND (@source = '' OR source = @source OR (source >= @source || ':' AND source < @source || ';'))
        AND (@sign = '' OR (@sign = 'left' AND state IN ('sent', 'caught')) OR (@sign = 'delivered' AND delivered_at IS NOT NULL) OR (@sign = 'opened' AND opened_at IS NOT NULL)
            OR (@sign = 'clicked' AND clicked_at IS NOT NULL) OR (@sign = 'unsubscribed' AND unsubscribed_at IS NOT NULL) OR (@sign = 'bounced' AND bounced_at IS NOT NULL))
        AND (@people = '' OR person IN (SELECT value FROM json_each(@people)))
        AND (@search = '' OR id = @search OR person = @search OR address = lower(@search) OR instr(lower(subject), lower(@search)) > 0 OR instr(lower(person), lower(@search)) > 0)
        """;

    /// <summary><paramref name="people"/>: identifiers of whom alone; null for everybody.</summary>
    public static List<Message> List(SqliteConnection connection, string workspaceId, MessagesAsked asked, IReadOnlyList<string>? people, int most)
    {
        using var command = new SqliteCommand($"SELECT {MessageReader.Columns} FROM messages WHERE {Where} ORDER BY id DESC LIMIT @most", connection);
        Bind(command, workspaceId, asked, people);
        command.Parameters.AddWithValue("@most", most);
        return MessageReader.All(command);
    }

    /// <summary>How many a list has on all its pages.</summary>
    public static long Count(SqliteConnection connection, string workspaceId, MessagesAsked asked, IReadOnlyList<string>? people)
    {
        using var command = new SqliteCommand($"SELECT count(*) FROM messages WHERE {Where}", connection);
        Bind(command, workspaceId, asked with { Before = "" }, people);
        return (long)command.ExecuteScalar()!;
    }

    private static void Bind(SqliteCommand command, string workspaceId, MessagesAsked asked, IReadOnlyList<string>? people)
    {
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@before", asked.Before);
        command.Parameters.AddWithValue("@state", asked.State);
        command.Parameters.AddWithValue("@reason", asked.Reason);
        command.Parameters.AddWithValue("@channel", asked.Channel);
        command.Parameters.AddWithValue("@template", asked.Template);
        command.Parameters.AddWithValue("@source", asked.Source);
        command.Parameters.AddWithValue("@people", people is null ? "" : System.Text.Json.JsonSerializer.Serialize(people));
        command.Parameters.AddWithValue("@search", asked.Search);
        command.Parameters.AddWithValue("@sign", asked.Sign);
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
