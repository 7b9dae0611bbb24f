using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Campaigns.Tests;

/// <summary>An outbox in a table of the same records, so that a message is there exactly where its transaction is. What becomes of messages the test says.</summary>
internal sealed class TableOutbox : ICampaignOutbox
{
    private int calls;

    /// <summary>Every so many calls break before their transaction is committed; 0 for none.</summary>
    public int BreaksEvery { get; set; }

    /// <summary>Which messages were opened.</summary>
    public Func<MessageDraft, bool> Opens { get; set; } = _ => false;

    private readonly List<MessageDraft> seen = [];

    public int AddMany(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<MessageDraft> drafts, long nowMs)
    {
        var added = 0;
        foreach (var draft in drafts)
        {
            using var command = new SqliteCommand("INSERT INTO test_outbox (key, person, source, template, due_at) VALUES (@key, @person, @source, @template, @due) ON CONFLICT DO NOTHING", connection, transaction);
            command.Parameters.AddWithValue("@key", draft.Key);
            command.Parameters.AddWithValue("@person", draft.Person);
            command.Parameters.AddWithValue("@source", draft.Source);
            command.Parameters.AddWithValue("@template", draft.TemplateId);
            command.Parameters.AddWithValue("@due", draft.DueMs);
            added += command.ExecuteNonQuery();
        }
        calls++;
        if (BreaksEvery > 0 && calls % BreaksEvery == 0)
        {
            throw new IOException("The process was killed here.");
        }
        seen.AddRange(drafts);
        return added;
    }

    public int Cancel(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string keyPrefix)
    {
        using var command = new SqliteCommand("DELETE FROM test_outbox WHERE substr(key, 1, length(@prefix)) = @prefix", connection, transaction);
        command.Parameters.AddWithValue("@prefix", keyPrefix);
        return command.ExecuteNonQuery();
    }

    public IReadOnlyDictionary<string, ArmCounts> CountsOf(SqliteConnection connection, string workspaceId, string sourcePrefix) =>
        seen.Where(draft => draft.Source.StartsWith(sourcePrefix, StringComparison.Ordinal)).GroupBy(draft => draft.Source, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => ArmCounts.None with { Sent = group.Count(), Delivered = group.Count(), Opened = group.Count(Opens) }, StringComparer.Ordinal);

    public bool IsUnopened(SqliteConnection connection, string workspaceId, string key) => seen.Any(draft => draft.Key == key && !Opens(draft));

    /// <summary>Everything in the outbox, by key.</summary>
    public static List<(string Key, string Person, string Source, string Template, long DueAt)> All(SqliteConnection connection)
    {
        using var command = new SqliteCommand("SELECT key, person, source, template, due_at FROM test_outbox ORDER BY key", connection);
        var rows = new List<(string, string, string, string, long)>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4)));
        }
        return rows;
    }

    public static int Make(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = new SqliteCommand("CREATE TABLE test_outbox (key TEXT PRIMARY KEY, person TEXT NOT NULL, source TEXT NOT NULL, template TEXT NOT NULL, due_at BIGINT NOT NULL)", connection, transaction);
        return command.ExecuteNonQuery();
    }
}
