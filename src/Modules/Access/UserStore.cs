using Ciclo.Core;
using Ciclo.Core.Access;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>The tables `users` and `memberships`. Writes run in the caller's transaction.</summary>
public static class UserStore
{
    public const int MostMembers = 1_000;

    private const string UserColumns = "id, email, name, password_hash, locale, created_at, disabled_at";

    public static bool HasAny(SqliteConnection connection) => new SqliteCommand("SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1)", connection).Count() > 0;

    public static User? ByEmail(SqliteConnection connection, string email) =>
        new SqliteCommand($"SELECT {UserColumns} FROM users WHERE email = @email", connection).With("@email", email).Rows(ReadUser).SingleOrDefault();

    public static User? ById(SqliteConnection connection, string id) =>
        new SqliteCommand($"SELECT {UserColumns} FROM users WHERE id = @id", connection).With("@id", id).Rows(ReadUser).SingleOrDefault();

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, User user) => new SqliteCommand("""
        INSERT INTO users (id, email, name, password_hash, locale, created_at) VALUES (@id, @email, @name, @hash, @locale, @created)
        """, connection, transaction)
        .With("@id", user.Id).With("@email", user.Email).With("@name", user.Name).With("@hash", user.PasswordHash)
        .With("@locale", LocaleOf(user.Language)).With("@created", user.CreatedAt).Run();

    public static void SetPassword(SqliteConnection connection, SqliteTransaction transaction, string id, string hash) =>
        new SqliteCommand("UPDATE users SET password_hash = @hash WHERE id = @id", connection, transaction).With("@id", id).With("@hash", hash).Run();

    public static void SetProfile(SqliteConnection connection, SqliteTransaction transaction, string id, string name, Language language) =>
        new SqliteCommand("UPDATE users SET name = @name, locale = @locale WHERE id = @id", connection, transaction)
            .With("@id", id).With("@name", name).With("@locale", LocaleOf(language)).Run();

    /// <summary>Closes an account everywhere, or opens it again (null).</summary>
    public static void SetDisabled(SqliteConnection connection, SqliteTransaction transaction, string id, long? at) =>
        new SqliteCommand("UPDATE users SET disabled_at = @at WHERE id = @id", connection, transaction).With("@id", id).With("@at", at).Run();

    /// <summary>Lets a user into a workspace, or changes what they are there; ended access begins again.</summary>
    public static void PutMembership(SqliteConnection connection, SqliteTransaction transaction, Membership membership) => new SqliteCommand("""
        INSERT INTO memberships (workspace_id, user_id, role, created_at, ended_at) VALUES (@workspace, @user, @role, @created, @ended)
        ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role, ended_at = excluded.ended_at
        """, connection, transaction)
        .With("@workspace", membership.WorkspaceId).With("@user", membership.UserId).With("@role", membership.Role.Name())
        .With("@created", membership.CreatedAt).With("@ended", membership.EndedAt).Run();

    /// <summary>What a user is in each workspace, `default` first; ended ones too.</summary>
    public static IReadOnlyList<Membership> MembershipsOf(SqliteConnection connection, string userId) => new SqliteCommand("""
        SELECT workspace_id, user_id, role, created_at, ended_at FROM memberships WHERE user_id = @user
        ORDER BY CASE workspace_id WHEN 'default' THEN 0 ELSE 1 END, workspace_id
        """, connection).With("@user", userId).Rows(ReadMembership);

    public static Membership? Membership(SqliteConnection connection, string workspace, string userId) => new SqliteCommand("""
        SELECT workspace_id, user_id, role, created_at, ended_at FROM memberships WHERE workspace_id = @workspace AND user_id = @user
        """, connection).With("@workspace", workspace).With("@user", userId).Rows(ReadMembership).SingleOrDefault();

    /// <summary>Owners whose access lasts, beside one user.</summary>
    public static long OtherOwners(SqliteConnection connection, string workspace, string userId) => new SqliteCommand("""
        SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.workspace_id = @workspace AND m.user_id <> @user AND m.role = 'owner' AND m.ended_at IS NULL AND u.disabled_at IS NULL
        """, connection).With("@workspace", workspace).With("@user", userId).Count();

    public static long CountMembers(SqliteConnection connection, string workspace) =>
        new SqliteCommand("SELECT count(*) FROM memberships WHERE workspace_id = @workspace", connection).With("@workspace", workspace).Count();

    /// <summary>Everybody of a workspace by name, whose access was ended too; sessions are those live at <paramref name="now"/>.</summary>
    public static IReadOnlyList<Member> Members(SqliteConnection connection, string workspace, long now) => new SqliteCommand("""
        SELECT u.id, u.email, u.name, m.role, m.created_at, coalesce(u.disabled_at, m.ended_at), max(s.seen_at),
               sum(s.ended_at IS NULL AND s.seen_at > @idle AND s.created_at > @begun)
        FROM memberships m JOIN users u ON u.id = m.user_id LEFT JOIN sessions s ON s.user_id = u.id
        WHERE m.workspace_id = @workspace
        GROUP BY u.id, u.email, u.name, m.role, m.created_at, u.disabled_at, m.ended_at ORDER BY u.name, u.email
        """, connection)
        .With("@workspace", workspace).With("@idle", now - Session.IdleMs).With("@begun", now - Session.LongestMs)
        .Rows(reader => new Member(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), RoleOf(reader.GetString(3)), reader.GetInt64(4), reader.Instant(5),
            reader.Instant(6), reader.IsDBNull(7) ? 0 : reader.GetInt32(7)));

    public static Role RoleOf(string name) =>
        Roles.Find(name) ?? throw new InvalidDataException($"The records hold the unknown role '{name}': the database is of a later version.");

    private static string LocaleOf(Language language) => language == Language.Es ? "es" : "en";

    private static User ReadUser(SqliteDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4) == "es" ? Language.Es : Language.En,
        reader.GetInt64(5), reader.Instant(6));

    private static Membership ReadMembership(SqliteDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), RoleOf(reader.GetString(2)), reader.GetInt64(3), reader.Instant(4));
}
