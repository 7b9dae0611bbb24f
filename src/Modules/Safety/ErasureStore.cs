using Ciclo.Engine.Runtime;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Safety;

/// <summary>An erasure as it is listed and proved. Counts are null until it is done.</summary>
public sealed record ErasureProof(string Id, long At, string By, string Reason, long? DoneAt, long? LiftedAt, int Identifiers, ErasedCounts? Removed);

/// <summary>The records of erasures. The journal says what happened; these rows add the reason, and outlive the journal.</summary>
internal static class ErasureStore
{
    /// <summary>Writes what the journal tells of an erasure; a reason that stands already stays.</summary>
    public static int Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Erasure erasure, string reason)
    {
        using var command = new SqliteCommand("""
            INSERT INTO erasures (workspace_id, id, asked_at, asked_by, reason, done_at, identifiers, events, redacted, rejected, commands, moves, lifted_at, hashes)
            VALUES ($workspace, $id, $at, $by, $reason, $done, $identifiers, $events, $redacted, $rejected, $commands, $moves, $lifted, $hashes)
            ON CONFLICT (workspace_id, id) DO UPDATE SET done_at = $done, identifiers = $identifiers, events = $events, redacted = $redacted, rejected = $rejected,
                commands = $commands, moves = $moves, lifted_at = $lifted, hashes = $hashes
            """, connection, transaction);
        var removed = erasure.Removed ?? new ErasedCounts(erasure.Events, 0, 0, 0, 0);
        command.Parameters.AddWithValue("$workspace", workspaceId);
        command.Parameters.AddWithValue("$id", erasure.Id);
        command.Parameters.AddWithValue("$at", erasure.At);
        command.Parameters.AddWithValue("$by", erasure.By);
        command.Parameters.AddWithValue("$reason", reason);
        command.Parameters.AddWithValue("$done", erasure.DoneAt is { } done ? done : DBNull.Value);
        command.Parameters.AddWithValue("$identifiers", erasure.Identifiers);
        command.Parameters.AddWithValue("$events", removed.Events);
        command.Parameters.AddWithValue("$redacted", removed.Redacted);
        command.Parameters.AddWithValue("$rejected", removed.Rejected);
        command.Parameters.AddWithValue("$commands", removed.Commands);
        command.Parameters.AddWithValue("$moves", removed.Moves);
        command.Parameters.AddWithValue("$lifted", erasure.LiftedAt is { } lifted ? lifted : DBNull.Value);
        command.Parameters.AddWithValue("$hashes", string.Join(' ', erasure.Hashes.Select(hash => hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture))));
        return command.ExecuteNonQuery();
    }

    public static IReadOnlyList<ErasureProof> List(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("""
            SELECT id, asked_at, asked_by, reason, done_at, lifted_at, identifiers, events, redacted, rejected, commands, moves
            FROM erasures WHERE workspace_id = $workspace ORDER BY asked_at, id
            """, connection);
        command.Parameters.AddWithValue("$workspace", workspaceId);
        var found = new List<ErasureProof>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var isDone = !reader.IsDBNull(4);
            found.Add(new ErasureProof(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), isDone ? reader.GetInt64(4) : null,
                reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.GetInt32(6),
                isDone ? new ErasedCounts(reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11)) : null));
        }
        return found;
    }
}
