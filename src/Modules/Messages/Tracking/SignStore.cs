using Ciclo.Core.Mail;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages.Tracking;

/// <summary>What a sign tells of. Persisted by <see cref="SignStore.Name(SignKind)"/>, so names only grow.</summary>
public enum SignKind
{
    Opened = 0,
    Clicked = 1,
    Delivered = 2,
    Deferred = 3,
    Bounced = 4,
    Complained = 5,
    Unsubscribed = 6,
}

/// <summary>Something that somebody did with a message, or that became of it. <paramref name="TellAt"/>: when it is known well enough to be counted.</summary>
public sealed record MessageSign(string Id, string WorkspaceId, string MessageId, SignKind Kind, Reader Reader, int Link, string Url, string Detail, long At, long TellAt, bool IsTold);

/// <summary>The table `message_signs`, and what signs change in `messages`. Writes run in the caller's transaction.</summary>
internal static class SignStore
{
    /// <summary>Signs of one message that are kept: an address can be asked for any number of times.</summary>
    private const int MostOfMessage = 200;

    private const string Columns = "id, workspace_id, message_id, kind, reader, link, url, detail, at, tell_at, told";

    /// <summary>Adds a sign; false where the message is not there, or has as many as are kept.</summary>
    public static bool Add(SqliteConnection connection, SqliteTransaction transaction, MessageSign sign)
    {
        using var command = new SqliteCommand($"""
            INSERT INTO message_signs ({Columns}) SELECT @id, @workspace, @message, @kind, @reader, @link, @url, @detail, @at, @tell, 0
            WHERE EXISTS (SELECT 1 FROM messages WHERE id = @message AND workspace_id = @workspace) AND (SELECT count(*) FROM message_signs WHERE message_id = @message) < @most
            ON CONFLICT (id) DO NOTHING
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", sign.Id);
        command.Parameters.AddWithValue("@workspace", sign.WorkspaceId);
        command.Parameters.AddWithValue("@message", sign.MessageId);
        command.Parameters.AddWithValue("@kind", Name(sign.Kind));
        command.Parameters.AddWithValue("@reader", Name(sign.Reader));
        command.Parameters.AddWithValue("@link", sign.Link);
        command.Parameters.AddWithValue("@url", sign.Url);
        command.Parameters.AddWithValue("@detail", sign.Detail);
        command.Parameters.AddWithValue("@at", sign.At);
        command.Parameters.AddWithValue("@tell", sign.TellAt);
        command.Parameters.AddWithValue("@most", MostOfMessage);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>When the next sign of a workspace is to be told; null for none.</summary>
    public static long? NextTold(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("SELECT min(tell_at) FROM message_signs WHERE told = 0 AND workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return command.ExecuteScalar() as long?;
    }

    public static List<MessageSign> Due(SqliteConnection connection, string workspaceId, long now, int most)
    {
        using var command = new SqliteCommand($"SELECT {Columns} FROM message_signs WHERE told = 0 AND workspace_id = @workspace AND tell_at <= @now ORDER BY tell_at, id LIMIT @most", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@most", most);
        return Read(command);
    }

    /// <summary>All signs of a message in their order.</summary>
    public static List<MessageSign> Of(SqliteConnection connection, string workspaceId, string messageId)
    {
        using var command = new SqliteCommand($"SELECT {Columns} FROM message_signs WHERE message_id = @message AND workspace_id = @workspace ORDER BY at, id", connection);
        command.Parameters.AddWithValue("@message", messageId);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return Read(command);
    }

    /// <summary>Marks a sign as told, with who it was after all, and counts it with its message.</summary>
    public static void Told(SqliteConnection connection, SqliteTransaction transaction, MessageSign sign)
    {
        using var mark = new SqliteCommand("UPDATE message_signs SET told = 1, reader = @reader WHERE id = @id AND told = 0", connection, transaction);
        mark.Parameters.AddWithValue("@id", sign.Id);
        mark.Parameters.AddWithValue("@reader", Name(sign.Reader));
        if (mark.ExecuteNonQuery() == 0)
        {
            return;
        }
        using var count = new SqliteCommand(
            (sign.Kind, sign.Reader) switch
            {
                // Whoever follows a link has the message open, whether or not its picture was loaded.
                (SignKind.Clicked, Reader.Person) => "UPDATE messages SET clicks = clicks + 1, clicked_at = coalesce(clicked_at, @at), opened_at = coalesce(opened_at, @at) WHERE id = @id",
                (SignKind.Clicked, _) => "UPDATE messages SET machine_clicks = machine_clicks + 1 WHERE id = @id",
                (SignKind.Opened, Reader.Person) => "UPDATE messages SET opens = opens + 1, opened_at = coalesce(opened_at, @at) WHERE id = @id",
                (SignKind.Opened, _) => "UPDATE messages SET machine_opens = machine_opens + 1 WHERE id = @id",
                (SignKind.Delivered, _) => "UPDATE messages SET delivered_at = coalesce(delivered_at, @at) WHERE id = @id",
                (SignKind.Bounced, _) => "UPDATE messages SET bounced_at = coalesce(bounced_at, @at) WHERE id = @id",
                (SignKind.Complained, _) => "UPDATE messages SET complained_at = coalesce(complained_at, @at) WHERE id = @id",
                (SignKind.Unsubscribed, _) => "UPDATE messages SET unsubscribed_at = coalesce(unsubscribed_at, @at) WHERE id = @id",
                _ => "UPDATE messages SET id = id WHERE id = @id AND @at < 0",
            }, connection, transaction);
        count.Parameters.AddWithValue("@id", sign.MessageId);
        count.Parameters.AddWithValue("@at", sign.At);
        count.ExecuteNonQuery();
    }

    public static string Name(SignKind kind) => kind switch
    {
        SignKind.Opened => "opened",
        SignKind.Clicked => "clicked",
        SignKind.Delivered => "delivered",
        SignKind.Deferred => "deferred",
        SignKind.Bounced => "bounced",
        SignKind.Complained => "complained",
        _ => "unsubscribed",
    };

    private static string Name(Reader reader) => reader switch { Reader.Person => "person", Reader.ApplePrivacy => "apple_privacy", _ => "scanner" };

    private static List<MessageSign> Read(SqliteCommand command)
    {
        var found = new List<MessageSign>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new MessageSign(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), Enum.GetValues<SignKind>().First(kind => Name(kind) == reader.GetString(3)),
                Enum.GetValues<Reader>().First(one => Name(one) == reader.GetString(4)), reader.GetInt32(5), reader.GetString(6), reader.GetString(7), reader.GetInt64(8), reader.GetInt64(9),
                reader.GetInt32(10) == 1));
        }
        return found;
    }
}
