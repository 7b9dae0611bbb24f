using System.Text.Json;
using Ciclo.Core;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Kept;

/// <summary>The table `trainings`. Writes run in the caller's transaction.</summary>
internal static class KeptStore
{
    public static KeptRecord<TCard>? Find<TCard>(SqliteConnection connection, string kind, string workspace)
        where TCard : class
    {
        using var command = Command(connection, null, "SELECT is_used, due_at, trained_at, card, refusal FROM trainings WHERE kind = @kind AND workspace_id = @workspace", kind, workspace);
        using var reader = command.ExecuteReader();
        return !reader.Read() ? null : new KeptRecord<TCard>(
            workspace, reader.GetBoolean(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetInt64(2),
            reader.GetString(3) is { Length: > 0 } card ? JsonSerializer.Deserialize<TCard>(card) : null,
            reader.GetString(4) is { Length: > 0 } refusal && JsonSerializer.Deserialize<string[]>(refusal) is [var en, var es] ? new Text(en, es) : null);
    }

    /// <summary>Has it trained as soon as may be.</summary>
    public static void Ask(SqliteConnection connection, SqliteTransaction transaction, string kind, string workspace, long now)
    {
        using var command = Command(
            connection, transaction,
            "INSERT INTO trainings (kind, workspace_id, due_at) VALUES (@kind, @workspace, @now) ON CONFLICT (kind, workspace_id) DO UPDATE SET due_at = @now, refusal = ''", kind, workspace);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps what a training found, or why it came to nothing; what was found before stands then. Whoever asked meanwhile has it trained once more.</summary>
    public static void Trained<TCard>(SqliteConnection connection, SqliteTransaction transaction, string kind, string workspace, TCard? card, Text? refusal, long now, long dueAt)
        where TCard : class
    {
        using var command = Command(
            connection, transaction,
            """
            UPDATE trainings SET due_at = CASE WHEN due_at > @now THEN due_at ELSE @due END, trained_at = CASE WHEN @card = '' THEN trained_at ELSE @now END,
                card = CASE WHEN @card = '' THEN card ELSE @card END, refusal = @refusal
            WHERE kind = @kind AND workspace_id = @workspace
            """, kind, workspace);
        command.Parameters.AddWithValue("@due", dueAt);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@card", card is null ? "" : JsonSerializer.Serialize(card));
        command.Parameters.AddWithValue("@refusal", refusal is { } why ? JsonSerializer.Serialize(new[] { why.En, why.Es }) : "");
        command.ExecuteNonQuery();
    }

    /// <summary>Answers whether there was anything to decide about.</summary>
    public static bool Decide(SqliteConnection connection, SqliteTransaction transaction, string kind, string workspace, bool isUsed, string by, long now)
    {
        using var command = Command(
            connection, transaction, "UPDATE trainings SET is_used = @used, decided_by = @by, decided_at = @now WHERE kind = @kind AND workspace_id = @workspace", kind, workspace);
        command.Parameters.AddWithValue("@used", isUsed);
        command.Parameters.AddWithValue("@by", by);
        command.Parameters.AddWithValue("@now", now);
        return command.ExecuteNonQuery() > 0;
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, string kind, string workspace)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        command.Parameters.AddWithValue("@kind", kind);
        command.Parameters.AddWithValue("@workspace", workspace);
        return command;
    }
}
