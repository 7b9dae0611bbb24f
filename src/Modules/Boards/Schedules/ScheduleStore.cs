using Ciclo.Core;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Boards.Schedules;

/// <summary>The tables `board_schedules` and `board_reports`. Writes run in the caller's transaction.</summary>
internal static class ScheduleStore
{
    private const string Columns = "workspace_id, board_id, id, every, hour, day, language, endpoint_id, made_by, due_at";
    private const string ReportColumns = "schedule_id, due_at, id, board_id, made_at, language, period, bytes, missed";

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, Schedule schedule)
    {
        using var command = new SqliteCommand("""
            insert into board_schedules (workspace_id, board_id, id, every, hour, day, language, endpoint_id, made_by, due_at)
            values (@workspace, @board, @id, @every, @hour, @day, @language, @endpoint, @by, @due)
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", schedule.WorkspaceId);
        command.Parameters.AddWithValue("@board", schedule.BoardId);
        command.Parameters.AddWithValue("@id", schedule.Id);
        command.Parameters.AddWithValue("@every", BoardWords.Name(schedule.Every));
        command.Parameters.AddWithValue("@hour", schedule.Hour);
        command.Parameters.AddWithValue("@day", schedule.Day);
        command.Parameters.AddWithValue("@language", BoardWords.Name(schedule.Language));
        command.Parameters.AddWithValue("@endpoint", (object?)schedule.EndpointId ?? DBNull.Value);
        command.Parameters.AddWithValue("@by", schedule.MadeBy);
        command.Parameters.AddWithValue("@due", schedule.DueAt);
        command.ExecuteNonQuery();
    }

    public static bool Remove(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string boardId, string id)
    {
        using var command = new SqliteCommand("delete from board_schedules where workspace_id = @workspace and board_id = @board and id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@board", boardId);
        command.Parameters.AddWithValue("@id", id);
        Mails.MailStore.Forget(connection, transaction, workspaceId, id, long.MaxValue, isGone: true);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Moves a schedule on from the instant that was done; false where another has done so, or it is gone.</summary>
    public static bool Advance(SqliteConnection connection, SqliteTransaction transaction, Schedule done, long next)
    {
        using var command = new SqliteCommand("update board_schedules set due_at = @next where workspace_id = @workspace and id = @id and due_at = @due", connection, transaction);
        command.Parameters.AddWithValue("@workspace", done.WorkspaceId);
        command.Parameters.AddWithValue("@id", done.Id);
        command.Parameters.AddWithValue("@due", done.DueAt);
        command.Parameters.AddWithValue("@next", next);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Of all workspaces, the next due first.</summary>
    public static IReadOnlyList<Schedule> All(SqliteConnection connection)
    {
        using var command = new SqliteCommand($"select {Columns} from board_schedules order by due_at, id", connection);
        return ReadAll(command);
    }

    public static IReadOnlyList<Schedule> List(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string boardId)
    {
        using var command = new SqliteCommand($"select {Columns} from board_schedules where workspace_id = @workspace and board_id = @board order by due_at, id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@board", boardId);
        return ReadAll(command);
    }

    /// <summary>Notes a report; false where there is one of this schedule and instant already.</summary>
    public static bool AddReport(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, ReportRow report)
    {
        using var command = new SqliteCommand("""
            insert or ignore into board_reports (workspace_id, schedule_id, due_at, id, board_id, made_at, language, period, bytes, missed)
            values (@workspace, @schedule, @due, @id, @board, @made, @language, @period, @bytes, @missed)
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@schedule", report.ScheduleId);
        command.Parameters.AddWithValue("@due", report.DueAt);
        command.Parameters.AddWithValue("@id", report.Id);
        command.Parameters.AddWithValue("@board", report.BoardId);
        command.Parameters.AddWithValue("@made", report.MadeAt);
        command.Parameters.AddWithValue("@language", BoardWords.Name(report.Language));
        command.Parameters.AddWithValue("@period", report.Period);
        command.Parameters.AddWithValue("@bytes", report.Bytes);
        command.Parameters.AddWithValue("@missed", report.Missed);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>The reports of a dashboard, newest first.</summary>
    public static IReadOnlyList<ReportRow> Reports(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string boardId)
    {
        using var command = new SqliteCommand($"select {ReportColumns} from board_reports where workspace_id = @workspace and board_id = @board order by due_at desc, id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@board", boardId);
        using var reader = command.ExecuteReader();
        var reports = new List<ReportRow>();
        while (reader.Read())
        {
            reports.Add(new ReportRow(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), BoardWords.Find<Language>(reader.GetString(5)) ?? Language.En, reader.GetString(6),
                reader.GetInt64(7), reader.GetInt32(8)));
        }
        return reports;
    }

    /// <summary>Takes a report off the list.</summary>
    public static void RemoveReport(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("delete from board_reports where workspace_id = @workspace and id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
    }

    private static List<Schedule> ReadAll(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var schedules = new List<Schedule>();
        while (reader.Read())
        {
            schedules.Add(new Schedule(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), BoardWords.Find<Every>(reader.GetString(3)) ?? Every.Day, reader.GetInt32(4), reader.GetInt32(5),
                BoardWords.Find<Language>(reader.GetString(6)) ?? Language.En, reader.IsDBNull(7) ? null : reader.GetInt64(7), reader.GetString(8), reader.GetInt64(9)));
        }
        return schedules;
    }
}
