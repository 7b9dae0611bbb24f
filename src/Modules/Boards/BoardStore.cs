using System.Text.Json;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Boards;

/// <summary>The table `boards`. Writes run in the caller's transaction.</summary>
internal static class BoardStore
{
    private const string Columns = "id, name, description, owner, sharing, period_by, period_at, cards, version, updated_at";

    public static IReadOnlyList<Board> List(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId)
    {
        using var command = new SqliteCommand($"select {Columns} from boards where workspace_id = @workspace order by name, id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return ReadAll(command);
    }

    public static Board? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand($"select {Columns} from boards where workspace_id = @workspace and id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        return ReadAll(command).FirstOrDefault();
    }

    /// <summary>The cards before the last change; null where there is nothing to undo.</summary>
    public static IReadOnlyList<BoardCard>? Before(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("select before from boards where workspace_id = @workspace and id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        return command.ExecuteScalar() is string cards ? CardsOf(cards) : null;
    }

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Board board)
    {
        using var command = new SqliteCommand("""
            insert into boards (workspace_id, id, name, description, owner, sharing, period_by, period_at, cards, version, updated_at)
            values (@workspace, @id, @name, @description, @owner, @sharing, @by, @at, @cards, @version, @now)
            """, connection, transaction);
        Bind(command, workspaceId, board);
        command.ExecuteNonQuery();
    }

    /// <summary>Puts a dashboard in the place of its version before; false where that is not the one that is there.</summary>
    public static bool Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Board board, IReadOnlyList<BoardCard>? before)
    {
        using var command = new SqliteCommand("""
            update boards set name = @name, description = @description, sharing = @sharing, period_by = @by, period_at = @at, cards = @cards, before = @before,
                version = @version, updated_at = @now
            where workspace_id = @workspace and id = @id and version = @version - 1
            """, connection, transaction);
        Bind(command, workspaceId, board);
        command.Parameters.AddWithValue("@before", before is null ? DBNull.Value : Text(before));
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Takes a dashboard away with its links, schedules and the list of its reports.</summary>
    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("""
            delete from boards where workspace_id = @workspace and id = @id;
            delete from board_links where workspace_id = @workspace and board_id = @id;
            delete from board_schedules where workspace_id = @workspace and board_id = @id;
            delete from board_reports where workspace_id = @workspace and board_id = @id;
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, string workspaceId, Board board)
    {
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", board.Id);
        command.Parameters.AddWithValue("@name", board.Name);
        command.Parameters.AddWithValue("@description", board.Description);
        command.Parameters.AddWithValue("@owner", board.Owner);
        command.Parameters.AddWithValue("@sharing", BoardWords.Name(board.Sharing));
        command.Parameters.AddWithValue("@by", MetricLinks.Word(board.Period.By));
        command.Parameters.AddWithValue("@at", board.Period.At);
        command.Parameters.AddWithValue("@cards", Text(board.Cards));
        command.Parameters.AddWithValue("@version", board.Version);
        command.Parameters.AddWithValue("@now", board.UpdatedAt);
    }

    private static List<Board> ReadAll(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var boards = new List<Board>();
        while (reader.Read())
        {
            boards.Add(new Board(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), BoardWords.Find<Sharing>(reader.GetString(4)) ?? Sharing.Private,
                BoardPeriod.Read(reader.GetString(5), reader.GetString(6), BoardPeriod.Usual), CardsOf(reader.GetString(7)), reader.GetInt32(8), reader.GetInt64(9)));
        }
        return boards;
    }

    private static string Text(IReadOnlyList<BoardCard> cards) => JsonSerializer.Serialize(cards, ApiJson.Options);

    private static List<BoardCard> CardsOf(string json) => JsonSerializer.Deserialize<List<BoardCard>>(json, ApiJson.Options)!;
}
