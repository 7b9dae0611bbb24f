using System.IO.Compression;
using System.Text.Encodings.Web;
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

    // What is stored is no part of a page: `<` may stand as it is, which is a fraction of the work of escaping each.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Pack(Written written)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(deflate, written, Plain);
        }
        return packed.ToArray();
    }

    /// <summary>Stores the bodies of a batch.</summary>
    public sealed class Writer : IDisposable
    {
        private readonly SqliteCommand command;

        public Writer(SqliteConnection connection, SqliteTransaction transaction, long now)
        {
            command = new SqliteCommand("""
                INSERT INTO message_bodies (message_id, created_at, body) VALUES (@id, @now, @body) ON CONFLICT (message_id) DO UPDATE SET created_at = excluded.created_at, body = excluded.body
                """, connection, transaction);
            command.Parameters.AddWithValue("@id", "");
            command.Parameters.AddWithValue("@now", now);
            command.Parameters.AddWithValue("@body", Array.Empty<byte>());
        }

        public void Put(string id, byte[] body)
        {
            command.Parameters["@id"].Value = id;
            command.Parameters["@body"].Value = body;
            command.ExecuteNonQuery();
        }

        public void Dispose() => command.Dispose();
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
