using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ciclo.Core.Time;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Boards.Links;

/// <summary>A link by which strangers read a dashboard until it ends or is revoked.</summary>
public sealed record BoardLink(string WorkspaceId, string BoardId, string Id, string MadeBy, long MadeAt, long EndsAt, long? RevokedAt)
{
    /// <summary>The days that a link can be made for.</summary>
    public static IReadOnlyList<int> Days { get; } = [1, 7, 30, 90, 365];

    public const int MostLive = 20;

    public bool IsLive(long now) => RevokedAt is null && now < EndsAt;

    /// <summary>256 random bits in base 64 of URLs.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static long EndOf(int days, long now) => now + (days * Durations.Day);
}

/// <summary>The table `board_links`. Writes run in the caller's transaction.</summary>
internal static class LinkStore
{
    private const string Columns = "workspace_id, board_id, id, made_by, made_at, ends_at, revoked_at";

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, BoardLink link, string hash)
    {
        using var command = new SqliteCommand("""
            insert into board_links (workspace_id, board_id, id, hash, made_by, made_at, ends_at) values (@workspace, @board, @id, @hash, @by, @at, @ends)
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", link.WorkspaceId);
        command.Parameters.AddWithValue("@board", link.BoardId);
        command.Parameters.AddWithValue("@id", link.Id);
        command.Parameters.AddWithValue("@hash", hash);
        command.Parameters.AddWithValue("@by", link.MadeBy);
        command.Parameters.AddWithValue("@at", link.MadeAt);
        command.Parameters.AddWithValue("@ends", link.EndsAt);
        command.ExecuteNonQuery();
    }

    /// <summary>Ends a link; false if there is no live one of this id.</summary>
    public static bool Revoke(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string boardId, string id, long now)
    {
        using var command = new SqliteCommand(
            "update board_links set revoked_at = @now where workspace_id = @workspace and board_id = @board and id = @id and revoked_at is null", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@board", boardId);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@now", now);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>The links of a dashboard, newest first, ended ones too.</summary>
    public static IReadOnlyList<BoardLink> List(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string boardId)
    {
        using var command = new SqliteCommand(
            $"select {Columns} from board_links where workspace_id = @workspace and board_id = @board order by made_at desc, id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@board", boardId);
        return ReadAll(command);
    }

    /// <summary>The link of a secret, live or not; null if it opens nothing.</summary>
    public static BoardLink? BySecret(SqliteConnection connection, string secret)
    {
        using var command = new SqliteCommand($"select {Columns} from board_links where hash = @hash", connection);
        command.Parameters.AddWithValue("@hash", BoardLink.Hash(secret));
        return ReadAll(command).FirstOrDefault();
    }

    private static List<BoardLink> ReadAll(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var links = new List<BoardLink>();
        while (reader.Read())
        {
            links.Add(new BoardLink(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetInt64(6)));
        }
        return links;
    }
}
