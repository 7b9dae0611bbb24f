using System.IO.Compression;
using System.Text.Json;
using Ciclo.Core.Time;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>What was written to a person.</summary>
internal sealed record Written(string Subject, string Html, string Text);

/// <summary>The table `message_bodies`: what was written, for <see cref="Kept"/>.</summary>
internal static class BodyStore
{
    public const long Kept = 90 * Durations.Day;

    public static byte[] Pack(Written written)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(deflate, written);
        }
        return packed.ToArray();
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string id, long now, byte[] body)
    {
        using var command = new SqliteCommand("""
            INSERT INTO message_bodies (message_id, created_at, body) VALUES (@id, @now, @body) ON CONFLICT (message_id) DO UPDATE SET created_at = excluded.created_at, body = excluded.body
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@body", body);
        command.ExecuteNonQuery();
    }

    /// <summary>Null where nothing was written, or it is long ago.</summary>
    public static Written? Read(SqliteConnection connection, string workspaceId, string id)
    {
        using var command = new SqliteCommand("SELECT body FROM message_bodies WHERE message_id = @id AND EXISTS (SELECT 1 FROM messages WHERE id = @id AND workspace_id = @workspace)", connection);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        if (command.ExecuteScalar() is not byte[] body)
        {
            return null;
        }
        using var deflate = new DeflateStream(new MemoryStream(body), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<Written>(deflate);
    }

    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, long before)
    {
        using var command = new SqliteCommand("DELETE FROM message_bodies WHERE created_at < @before", connection, transaction);
        command.Parameters.AddWithValue("@before", before);
        command.ExecuteNonQuery();
    }
}
