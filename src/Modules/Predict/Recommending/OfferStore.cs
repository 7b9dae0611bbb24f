using System.Text.Json;
using Ciclo.Core;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>The table `recommendations`. Writes run in the caller's transaction.</summary>
internal static class OfferStore
{
    public static OfferRecord? Find(SqliteConnection connection, string workspace, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand("SELECT is_used, due_at, trained_at, card, refusal FROM recommendations WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        using var reader = command.ExecuteReader();
        return !reader.Read() ? null : new OfferRecord(
            workspace, reader.GetBoolean(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2),
            reader.GetString(3) is { Length: > 0 } card ? JsonSerializer.Deserialize<OfferCard>(card) : null,
            reader.GetString(4) is { Length: > 0 } refusal && JsonSerializer.Deserialize<string[]>(refusal) is [var en, var es] ? new Text(en, es) : null);
    }

    /// <summary>Has it trained as soon as may be.</summary>
    public static void Ask(SqliteConnection connection, SqliteTransaction transaction, string workspace, long now)
    {
        using var command = new SqliteCommand(
            "INSERT INTO recommendations (workspace_id, due_at) VALUES (@workspace, @now) ON CONFLICT (workspace_id) DO UPDATE SET due_at = @now, refusal = ''", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps what a training found, or why it came to nothing; what was found before stands then. Whoever asked meanwhile has it trained once more.</summary>
    public static void Trained(SqliteConnection connection, SqliteTransaction transaction, string workspace, OfferCard? card, Text? refusal, long now, long dueAt)
    {
        using var command = new SqliteCommand(
            """
            UPDATE recommendations SET due_at = CASE WHEN due_at > @now THEN due_at ELSE @due END, trained_at = CASE WHEN @card = '' THEN trained_at ELSE @now END,
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
        using var command = new SqliteCommand("UPDATE recommendations SET is_used = @used, decided_by = @by, decided_at = @now WHERE workspace_id = @workspace", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@used", isUsed);
        command.Parameters.AddWithValue("@by", by);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }
}
