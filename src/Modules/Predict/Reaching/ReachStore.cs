using System.Globalization;
using System.Text.Json;
using Ciclo.Core;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>The table `reach`. Writes run in the caller's transaction.</summary>
internal static class ReachStore
{
    public static ReachRecord? Find(SqliteConnection connection, string workspace, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand("SELECT is_used, answer_worth, by_clicks, due_at, trained_at, card, refusal FROM reach WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        using var reader = command.ExecuteReader();
        return !reader.Read() ? null : new ReachRecord(
            workspace, reader.GetBoolean(0),
            new ReachSettings(reader.GetString(1) is { Length: > 0 } worth ? decimal.Parse(worth, CultureInfo.InvariantCulture) : null, reader.GetBoolean(2)),
            reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4),
            reader.GetString(5) is { Length: > 0 } card ? JsonSerializer.Deserialize<ReachCard>(card) : null,
            reader.GetString(6) is { Length: > 0 } refusal && JsonSerializer.Deserialize<string[]>(refusal) is [var en, var es] ? new Text(en, es) : null);
    }

    /// <summary>Has it trained as soon as may be.</summary>
    public static void Ask(SqliteConnection connection, SqliteTransaction transaction, string workspace, long now)
    {
        using var command = new SqliteCommand(
            "INSERT INTO reach (workspace_id, due_at) VALUES (@workspace, @now) ON CONFLICT (workspace_id) DO UPDATE SET due_at = @now, refusal = ''", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps what counts as an answer and what one is worth.</summary>
    public static void Set(SqliteConnection connection, SqliteTransaction transaction, string workspace, ReachSettings settings)
    {
        using var command = new SqliteCommand("UPDATE reach SET answer_worth = @worth, by_clicks = @clicks WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@worth", settings.Answer?.ToString(CultureInfo.InvariantCulture) ?? "");
        command.Parameters.AddWithValue("@clicks", settings.ByClicks);
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps what a training found, or why it came to nothing; what was found before stands then. Whoever asked meanwhile has it trained once more.</summary>
    public static void Trained(SqliteConnection connection, SqliteTransaction transaction, string workspace, ReachCard? card, Text? refusal, long now, long dueAt)
    {
        using var command = new SqliteCommand(
            """
            UPDATE reach SET due_at = CASE WHEN due_at > @now THEN due_at ELSE @due END, trained_at = CASE WHEN @card = '' THEN trained_at ELSE @now END,
                card = CASE WHEN @card = '' THEN card ELSE @card END, refusal = @refusal
            WHERE workspace_id = @workspace
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@due", dueAt);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@card", card is null ? "" : JsonSerializer.Serialize(card));
        command.Parameters.AddWithValue("@refusal", refusal is { } why ? JsonSerializer.Serialize(new[] { why.En, why.Es }) : "");
        command.ExecuteNonQuery();
    }

    public static void Decide(SqliteConnection connection, SqliteTransaction transaction, string workspace, bool isUsed, string by, long now)
    {
        using var command = new SqliteCommand("UPDATE reach SET is_used = @used, decided_by = @by, decided_at = @now WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@used", isUsed);
        command.Parameters.AddWithValue("@by", by);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }
}
