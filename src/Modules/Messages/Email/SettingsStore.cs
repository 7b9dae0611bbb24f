using System.Text.Json;
using System.Text.Json.Serialization;
using Ciclo.Core.Mail;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages.Email;

/// <summary>The tables `email_settings` and `message_secrets`.</summary>
internal static class SettingsStore
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) }, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The settings and when they were changed last; those of a new workspace where nobody set any.</summary>
    public static (EmailSettings Settings, long ChangedAt) Read(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId)
    {
        using var command = new SqliteCommand("SELECT json, changed_at FROM email_settings WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (JsonSerializer.Deserialize<EmailSettings>(reader.GetString(0), Json)!, reader.GetInt64(1)) : (new EmailSettings(), 0);
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, EmailSettings settings, long now)
    {
        using var command = new SqliteCommand("""
            INSERT INTO email_settings (workspace_id, json, changed_at) VALUES (@workspace, @json, @now)
            ON CONFLICT (workspace_id) DO UPDATE SET json = excluded.json, changed_at = max(excluded.changed_at, email_settings.changed_at + 1)
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@json", JsonSerializer.Serialize(settings, Json));
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }

    /// <summary>What a workspace signs addresses with and the text of its hook; null where it has none yet.</summary>
    public static (byte[] Tracking, string Hook)? Secrets(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("SELECT tracking, hook FROM message_secrets WHERE workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        using var reader = command.ExecuteReader();
        return reader.Read() ? ((byte[])reader.GetValue(0), reader.GetString(1)) : null;
    }

    public static void MakeSecrets(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string hook)
    {
        using var command = new SqliteCommand("INSERT INTO message_secrets (workspace_id, tracking, hook) VALUES (@workspace, @tracking, @hook) ON CONFLICT (workspace_id) DO NOTHING", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@tracking", TrackingToken.NewSecret());
        command.Parameters.AddWithValue("@hook", hook);
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps the address that a service wants to have opened before it sends reports.</summary>
    public static void PutConfirm(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string url)
    {
        using var command = new SqliteCommand("UPDATE message_secrets SET confirm_url = @url WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@url", url.Length <= 2_000 && url.StartsWith("https://", StringComparison.Ordinal) ? url : "");
        command.ExecuteNonQuery();
    }

    /// <summary>That address; empty where none is wanted.</summary>
    public static string Confirm(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("SELECT confirm_url FROM message_secrets WHERE workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return command.ExecuteScalar() as string ?? "";
    }

    /// <summary>Whose hook that is; null for a text that is none.</summary>
    public static string? WorkspaceOfHook(SqliteConnection connection, string hook)
    {
        using var command = new SqliteCommand("SELECT workspace_id FROM message_secrets WHERE hook = @hook", connection);
        command.Parameters.AddWithValue("@hook", hook);
        return command.ExecuteScalar() as string;
    }
}
