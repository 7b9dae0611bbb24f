using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>Reads of the table `messages` for those whose messages they are: how they stand, and what came of each.</summary>
internal static class CountStore
{
    private const string OutcomeColumns = """
        id, key, person, channel, template_id, purpose, source, subject, state, reason, due_at, sent_at, opened_at, clicked_at, unsubscribed_at, bounced_at, complained_at
        """;

    public static IReadOnlyDictionary<string, SourceCounts> OfSources(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string prefix)
    {
        var states = new Dictionary<string, Dictionary<string, long>>(StringComparer.Ordinal);
        var reasons = new Dictionary<string, List<ReasonCount>>(StringComparer.Ordinal);
        using var byState = new SqliteCommand("""
            SELECT source, state, reason, count(*) FROM messages WHERE workspace_id = @workspace AND source >= @from AND source < @to GROUP BY source, state, reason ORDER BY count(*) DESC
            """, connection, transaction);
        Bind(byState, workspaceId, prefix);
        using (var reader = byState.ExecuteReader())
        {
            while (reader.Read())
            {
                var (source, state, reason, count) = (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3));
                var counts = states.TryGetValue(source, out var known) ? known : states[source] = new Dictionary<string, long>(StringComparer.Ordinal);
                counts[state] = counts.GetValueOrDefault(state) + count;
                if (reason.Length > 0)
                {
                    (reasons.TryGetValue(source, out var some) ? some : reasons[source] = []).Add(new ReasonCount(state, reason, count));
                }
            }
        }
        var found = new Dictionary<string, SourceCounts>(StringComparer.Ordinal);
        using var signs = new SqliteCommand("""
            SELECT source, count(DISTINCT CASE WHEN state = 'sent' THEN person END), count(delivered_at), count(opened_at), count(clicked_at), count(unsubscribed_at), count(bounced_at), count(complained_at)
            FROM messages WHERE workspace_id = @workspace AND source >= @from AND source < @to GROUP BY source
            """, connection, transaction);
        Bind(signs, workspaceId, prefix);
        using (var reader = signs.ExecuteReader())
        {
            while (reader.Read())
            {
                var source = reader.GetString(0);
                found[source] = new SourceCounts(
                    states[source], reasons.GetValueOrDefault(source) ?? [], reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                    reader.GetInt64(6), reader.GetInt64(7));
            }
        }
        return found;
    }

    public static IReadOnlyList<MessageOutcome> Outcomes(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string prefix, string? after, int most)
    {
        using var command = new SqliteCommand($"""
            SELECT {OutcomeColumns} FROM messages WHERE workspace_id = @workspace AND source >= @from AND source < @to AND (@after = '' OR id < @after) ORDER BY id DESC LIMIT @most
            """, connection, transaction);
        Bind(command, workspaceId, prefix);
        command.Parameters.AddWithValue("@after", after ?? "");
        command.Parameters.AddWithValue("@most", most);
        return Read(command);
    }

    public static IReadOnlyList<MessageOutcome> OfPerson(SqliteConnection connection, string workspaceId, IReadOnlyList<string> identifiers, int most)
    {
        using var command = new SqliteCommand($"""
            SELECT {OutcomeColumns} FROM messages WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people)) ORDER BY id DESC LIMIT @most
            """, connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@people", System.Text.Json.JsonSerializer.Serialize(identifiers));
        command.Parameters.AddWithValue("@most", most);
        return Read(command);
    }

    public static MessageOutcome? ByKey(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string key)
    {
        using var command = new SqliteCommand($"SELECT {OutcomeColumns} FROM messages WHERE workspace_id = @workspace AND key = @key", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@key", key);
        return Read(command).FirstOrDefault();
    }

    private static void Bind(SqliteCommand command, string workspaceId, string prefix)
    {
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@from", prefix);
        command.Parameters.AddWithValue("@to", MessageReader.EndOf(prefix));
    }

    private static List<MessageOutcome> Read(SqliteCommand command)
    {
        var found = new List<MessageOutcome>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            long? Instant(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
            found.Add(new MessageOutcome(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetString(7),
                reader.GetString(8), reader.GetString(9), reader.GetInt64(10), Instant(11), Instant(12), Instant(13), Instant(14), Instant(15), Instant(16)));
        }
        return found;
    }
}
