using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>The table `sessions`. Writes run in the caller's transaction.</summary>
public static class SessionStore
{
    private const string Columns = "id, user_id, workspace_id, created_at, seen_at, ended_at, address, agent";

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, Session session, string hash) => new SqliteCommand("""
        INSERT INTO sessions (id, hash, user_id, workspace_id, created_at, seen_at, address, agent)
        VALUES (@id, @hash, @user, @workspace, @created, @created, @address, @agent)
        """, connection, transaction)
        .With("@id", session.Id).With("@hash", hash).With("@user", session.UserId).With("@workspace", session.WorkspaceId)
        .With("@created", session.CreatedAt).With("@address", session.Address).With("@agent", session.Agent).Run();

    public static Session? ByHash(SqliteConnection connection, string hash) =>
        new SqliteCommand($"SELECT {Columns} FROM sessions WHERE hash = @hash", connection).With("@hash", hash).Rows(Read).SingleOrDefault();

    /// <summary>Sessions of a user that are live now, the one seen last first.</summary>
    public static IReadOnlyList<Session> Live(SqliteConnection connection, string userId, long now) => new SqliteCommand($"""
        SELECT {Columns} FROM sessions WHERE user_id = @user AND ended_at IS NULL AND seen_at > @idle AND created_at > @begun ORDER BY seen_at DESC, id LIMIT 200
        """, connection).With("@user", userId).With("@idle", now - Session.IdleMs).With("@begun", now - Session.LongestMs).Rows(Read);

    public static void Seen(SqliteConnection connection, SqliteTransaction transaction, string id, long now) =>
        new SqliteCommand("UPDATE sessions SET seen_at = @now WHERE id = @id AND ended_at IS NULL AND seen_at < @now", connection, transaction)
            .With("@id", id).With("@now", now).Run();

    public static void Look(SqliteConnection connection, SqliteTransaction transaction, string id, string workspace) =>
        new SqliteCommand("UPDATE sessions SET workspace_id = @workspace WHERE id = @id", connection, transaction).With("@id", id).With("@workspace", workspace).Run();

    /// <summary>Ends one session of a user; false if there is none of this id.</summary>
    public static bool End(SqliteConnection connection, SqliteTransaction transaction, string userId, string id, long now) =>
        new SqliteCommand("UPDATE sessions SET ended_at = @now WHERE id = @id AND user_id = @user AND ended_at IS NULL", connection, transaction)
            .With("@id", id).With("@user", userId).With("@now", now).Run() == 1;

    /// <summary>Ends all sessions of a user but one; none is spared with an empty id. Answers how many.</summary>
    public static int EndAll(SqliteConnection connection, SqliteTransaction transaction, string userId, string spared, long now) =>
        new SqliteCommand("UPDATE sessions SET ended_at = @now WHERE user_id = @user AND id <> @spared AND ended_at IS NULL", connection, transaction)
            .With("@user", userId).With("@spared", spared).With("@now", now).Run();

    /// <summary>Forgets sessions that have been over for 90 days: who signed in when stays in the audit log.</summary>
    public static void Prune(SqliteConnection connection, SqliteTransaction transaction, long now) =>
        new SqliteCommand("DELETE FROM sessions WHERE seen_at < @old", connection, transaction).With("@old", now - (3 * Session.LongestMs)).Run();

    private static Session Read(SqliteDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.Instant(5), reader.GetString(6), reader.GetString(7));
}
