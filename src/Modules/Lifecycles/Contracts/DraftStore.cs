using Ciclo.Engine.Definitions;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>A text that somebody writes and has not put in force. <paramref name="BasedOn"/>: the version it began from, 0 for a new definition.</summary>
public sealed record DefinitionDraft(DefinitionKind Kind, string Id, string Yaml, int BasedOn, string Reason, long SavedAt);

/// <summary>The drafts of one person in a workspace. Writers run inside the caller's transaction.</summary>
public sealed class DraftStore(string workspaceId, string userId)
{
    /// <summary>Ids of drafts that one person may hold: what a page lists stays a page.</summary>
    public const int MostDrafts = 200;

    public const int MostCharacters = 200_000;

    private const string Columns = "kind, id, yaml, based_on, reason, saved_at";

    public IReadOnlyList<DefinitionDraft> All(SqliteConnection connection, DefinitionKind kind) =>
        Read(connection, $"SELECT {Columns} FROM definition_drafts WHERE workspace_id = $workspace AND user_id = $user AND kind = $kind ORDER BY id LIMIT 200", ("$kind", (int)kind));

    public DefinitionDraft? Find(SqliteConnection connection, DefinitionKind kind, string id) =>
        Read(connection, $"SELECT {Columns} FROM definition_drafts WHERE workspace_id = $workspace AND user_id = $user AND kind = $kind AND id = $id",
            ("$kind", (int)kind), ("$id", id)).SingleOrDefault();

    public void Put(SqliteConnection connection, SqliteTransaction transaction, DefinitionDraft draft)
    {
        using var command = Command(connection, """
            INSERT INTO definition_drafts (workspace_id, user_id, kind, id, yaml, based_on, reason, saved_at)
            VALUES ($workspace, $user, $kind, $id, $yaml, $basedOn, $reason, $savedAt)
            ON CONFLICT (workspace_id, user_id, kind, id) DO UPDATE SET yaml = excluded.yaml, based_on = excluded.based_on, reason = excluded.reason, saved_at = excluded.saved_at
            """, ("$kind", (int)draft.Kind), ("$id", draft.Id), ("$yaml", draft.Yaml), ("$basedOn", draft.BasedOn), ("$reason", draft.Reason), ("$savedAt", draft.SavedAt));
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    public void Remove(SqliteConnection connection, SqliteTransaction transaction, DefinitionKind kind, string id)
    {
        using var command = Command(connection, "DELETE FROM definition_drafts WHERE workspace_id = $workspace AND user_id = $user AND kind = $kind AND id = $id",
            ("$kind", (int)kind), ("$id", id));
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private List<DefinitionDraft> Read(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var drafts = new List<DefinitionDraft>();
        while (reader.Read())
        {
            drafts.Add(new DefinitionDraft((DefinitionKind)reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4), reader.GetInt64(5)));
        }
        return drafts;
    }

    private SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$workspace", workspaceId);
        command.Parameters.AddWithValue("$user", userId);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command;
    }
}
