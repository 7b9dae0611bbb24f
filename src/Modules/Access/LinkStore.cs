using Ciclo.Core.Access;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>The table `one_time_links`. Writes run in the caller's transaction.</summary>
public static class LinkStore
{
    /// <summary>Open invitations of a workspace.</summary>
    public const int MostOpen = 200;

    private const string Columns = "id, kind, workspace_id, email, role, user_id, created_by, created_at, expires_at";

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, OneTimeLink link, string hash) => new SqliteCommand("""
        INSERT INTO one_time_links (id, hash, kind, workspace_id, email, role, user_id, created_by, created_at, expires_at)
        VALUES (@id, @hash, @kind, @workspace, @email, @role, @user, @by, @created, @expires)
        """, connection, transaction)
        .With("@id", link.Id).With("@hash", hash).With("@kind", link.Kind.Name()).With("@workspace", link.WorkspaceId).With("@email", link.Email)
        .With("@role", link.Role?.Name() ?? "").With("@user", link.UserId).With("@by", link.CreatedBy).With("@created", link.CreatedAt).With("@expires", link.ExpiresAt).Run();

    /// <summary>The link of a token, if it is of that kind, was not used and has not run out.</summary>
    public static OneTimeLink? Open(SqliteConnection connection, LinkKind kind, string hash, long now) => new SqliteCommand(
            $"SELECT {Columns} FROM one_time_links WHERE hash = @hash AND kind = @kind AND used_at IS NULL AND expires_at > @now", connection)
        .With("@hash", hash).With("@kind", kind.Name()).With("@now", now).Rows(Read).SingleOrDefault();

    /// <summary>Invitations of a workspace that can still be used, newest first.</summary>
    public static IReadOnlyList<OneTimeLink> Invitations(SqliteConnection connection, string workspace, long now) => new SqliteCommand($"""
        SELECT {Columns} FROM one_time_links WHERE workspace_id = @workspace AND kind = 'invitation' AND used_at IS NULL AND expires_at > @now ORDER BY created_at DESC, id
        """, connection).With("@workspace", workspace).With("@now", now).Rows(Read);

    /// <summary>Uses a link up; false if somebody else did meanwhile.</summary>
    public static bool Use(SqliteConnection connection, SqliteTransaction transaction, string id, long now) =>
        new SqliteCommand("UPDATE one_time_links SET used_at = @now WHERE id = @id AND used_at IS NULL", connection, transaction).With("@id", id).With("@now", now).Run() == 1;

    /// <summary>Ends an invitation of a workspace; false if there is no open one of this id.</summary>
    public static bool Revoke(SqliteConnection connection, SqliteTransaction transaction, string workspace, string id, long now) => new SqliteCommand("""
        UPDATE one_time_links SET used_at = @now WHERE id = @id AND workspace_id = @workspace AND kind = 'invitation' AND used_at IS NULL
        """, connection, transaction).With("@id", id).With("@workspace", workspace).With("@now", now).Run() == 1;

    /// <summary>Ends the open invitations that somebody sent.</summary>
    public static void RevokeOf(SqliteConnection connection, SqliteTransaction transaction, string workspace, string userId, long now) => new SqliteCommand("""
        UPDATE one_time_links SET used_at = @now WHERE workspace_id = @workspace AND created_by = @user AND kind = 'invitation' AND used_at IS NULL
        """, connection, transaction).With("@workspace", workspace).With("@user", userId).With("@now", now).Run();

    /// <summary>Ends what an earlier link of the same meaning would still open: a new link takes its place.</summary>
    public static void Supersede(SqliteConnection connection, SqliteTransaction transaction, OneTimeLink link, long now) => new SqliteCommand("""
        UPDATE one_time_links SET used_at = @now
        WHERE kind = @kind AND email = @email AND user_id = @user AND (workspace_id = @workspace OR kind <> 'invitation') AND used_at IS NULL
        """, connection, transaction)
        .With("@kind", link.Kind.Name()).With("@email", link.Email).With("@user", link.UserId).With("@workspace", link.WorkspaceId).With("@now", now).Run();

    private static OneTimeLink Read(SqliteDataReader reader) => new(
        reader.GetString(0), OneTimeLinks.Find(reader.GetString(1)), reader.GetString(2), reader.GetString(3), Roles.Find(reader.GetString(4)),
        reader.GetString(5), reader.GetString(6), reader.GetInt64(7), reader.GetInt64(8));
}
