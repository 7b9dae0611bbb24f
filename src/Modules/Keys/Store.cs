using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Keys;

/// <summary>The table `api_keys`. Writes run in the caller's transaction.</summary>
public static class Store
{
    /// <summary>SQLite's extended result code for a broken unique index.</summary>
    private const int UniqueBroken = 2067;

    private const string Columns = "id, workspace_id, kind, name, scopes, hash, ending, created_at, revoked_at, last_used_at, made_by, replaced_by";

    /// <summary>Adds a key; answers <see cref="KeyError.TextTaken"/> if its text is one already.</summary>
    public static KeyError? Add(SqliteConnection connection, SqliteTransaction transaction, ApiKey key)
    {
        using var command = new SqliteCommand("""
            insert into api_keys (workspace_id, id, kind, name, scopes, hash, ending, created_at, made_by)
            values (@workspace, @id, @kind, @name, @scopes, @hash, @ending, @created, @by)
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", key.WorkspaceId);
        command.Parameters.AddWithValue("@id", key.Id);
        command.Parameters.AddWithValue("@kind", KindName(key.Kind));
        command.Parameters.AddWithValue("@name", key.Name);
        command.Parameters.AddWithValue("@scopes", string.Join(' ', key.Scopes));
        command.Parameters.AddWithValue("@hash", key.Hash);
        command.Parameters.AddWithValue("@ending", key.Ending);
        command.Parameters.AddWithValue("@created", key.CreatedAt);
        command.Parameters.AddWithValue("@by", key.MadeBy);
        try
        {
            command.ExecuteNonQuery();
            return null;
        }
        catch (SqliteException broken) when (broken.SqliteExtendedErrorCode == UniqueBroken)
        {
            return KeyError.TextTaken;
        }
    }

    /// <summary>Ends a live key; answers <see cref="KeyError.NotFound"/> if there is none of this id in the workspace.</summary>
    public static KeyError? Revoke(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id, long nowMs)
    {
        using var command = new SqliteCommand("""
            update api_keys set revoked_at = @now where workspace_id = @workspace and id = @id and revoked_at is null
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@now", nowMs);
        return command.ExecuteNonQuery() == 1 ? null : KeyError.NotFound;
    }

    /// <summary>Notes that a key is to be used in place of another, which stays live until it is revoked.</summary>
    public static void Replace(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id, string by)
    {
        using var command = new SqliteCommand("update api_keys set replaced_by = @by where workspace_id = @workspace and id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@by", by);
        command.ExecuteNonQuery();
    }

    /// <summary>Notes when keys were last used; never earlier than was noted before.</summary>
    public static void Used(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyCollection<(string Id, long At)> uses)
    {
        foreach (var (id, at) in uses)
        {
            using var command = new SqliteCommand(
                "update api_keys set last_used_at = @at where id = @id and (last_used_at is null or last_used_at < @at)", connection, transaction);
            command.Parameters.AddWithValue("@id", id);
            command.Parameters.AddWithValue("@at", at);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The keys of one workspace, oldest first, revoked ones too.</summary>
    public static IReadOnlyList<ApiKey> List(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand($"select {Columns} from api_keys where workspace_id = @workspace order by created_at, id", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return ReadAll(command);
    }

    /// <summary>The live keys of all workspaces, to fill the <see cref="KeyRing"/>.</summary>
    public static IReadOnlyList<ApiKey> ListLive(SqliteConnection connection)
    {
        using var command = new SqliteCommand($"select {Columns} from api_keys where revoked_at is null order by workspace_id, id", connection);
        return ReadAll(command);
    }

    private static List<ApiKey> ReadAll(SqliteCommand command)
    {
        var keys = new List<ApiKey>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            keys.Add(new ApiKey(
                reader.GetString(0), reader.GetString(1), KindOf(reader.GetString(2)), reader.GetString(3),
                reader.GetString(4).Split(' ', StringSplitOptions.RemoveEmptyEntries), reader.GetString(5), reader.GetString(6),
                reader.GetInt64(7), reader.IsDBNull(8) ? null : reader.GetInt64(8), reader.IsDBNull(9) ? null : reader.GetInt64(9),
                reader.GetString(10), reader.GetString(11)));
        }
        return keys;
    }

    /// <summary>The stored name of a kind, also the word of the command line: `write` or `secret`.</summary>
    public static string KindName(KeyKind kind) => kind == KeyKind.Write ? "write" : "secret";

    private static KeyKind KindOf(string name) => name switch
    {
        "write" => KeyKind.Write,
        "secret" => KeyKind.Secret,
        _ => throw new InvalidDataException($"api_keys holds the unknown kind '{name}': the database is of a later version."),
    };
}
