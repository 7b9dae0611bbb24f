using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Boards.Mails;

/// <summary>The tables `board_recipients` and `board_mails`. Writes run in the caller's transaction.</summary>
internal static class MailStore
{
    private const string Columns = "schedule_id, due_at, user_id, subject, html, body, state, reason, attempts, next_at, settled_at";

    public static void AddRecipient(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Recipient recipient)
    {
        using var command = Command(connection, transaction, "insert into board_recipients (workspace_id, schedule_id, user_id, token, left_at) values (@workspace, @schedule, @user, @token, null)", workspaceId);
        command.Parameters.AddWithValue("@schedule", recipient.ScheduleId);
        command.Parameters.AddWithValue("@user", recipient.UserId);
        command.Parameters.AddWithValue("@token", recipient.Token);
        command.ExecuteNonQuery();
    }

    /// <summary>Of one schedule, also those who left.</summary>
    public static List<Recipient> Recipients(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string scheduleId)
    {
        using var command = Command(connection, transaction, "select schedule_id, user_id, token, left_at from board_recipients where workspace_id = @workspace and schedule_id = @schedule order by user_id", workspaceId);
        command.Parameters.AddWithValue("@schedule", scheduleId);
        using var reader = command.ExecuteReader();
        var found = new List<Recipient>();
        while (reader.Read())
        {
            found.Add(new Recipient(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt64(3)));
        }
        return found;
    }

    /// <summary>Whose link it is, of which workspace; null for none of ours.</summary>
    public static (string WorkspaceId, Recipient Recipient)? ByToken(SqliteConnection connection, string token)
    {
        using var command = new SqliteCommand("select workspace_id, schedule_id, user_id, token, left_at from board_recipients where token = @token", connection);
        command.Parameters.AddWithValue("@token", token);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), new Recipient(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetInt64(4))) : null;
    }

    /// <summary>Somebody leaves; what was written to them and has not left is not sent.</summary>
    public static void Leave(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Recipient recipient, long now)
    {
        using var leave = Command(connection, transaction, "update board_recipients set left_at = coalesce(left_at, @now) where workspace_id = @workspace and schedule_id = @schedule and user_id = @user", workspaceId);
        using var drop = Command(connection, transaction, "delete from board_mails where workspace_id = @workspace and schedule_id = @schedule and user_id = @user and state = 'due'", workspaceId);
        foreach (var command in new[] { leave, drop })
        {
            command.Parameters.AddWithValue("@schedule", recipient.ScheduleId);
            command.Parameters.AddWithValue("@user", recipient.UserId);
        }
        leave.Parameters.AddWithValue("@now", now);
        leave.ExecuteNonQuery();
        drop.ExecuteNonQuery();
    }

    public static void Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, BoardMail mail)
    {
        using var command = Command(connection, transaction, """
            insert or ignore into board_mails (workspace_id, schedule_id, due_at, user_id, subject, html, body, state, next_at) values (@workspace, @schedule, @due, @user, @subject, @html, @body, @state, @next)
            """, workspaceId);
        Put(command, mail);
        command.Parameters.AddWithValue("@subject", mail.Subject);
        command.Parameters.AddWithValue("@html", mail.Html);
        command.Parameters.AddWithValue("@body", mail.Body);
        command.ExecuteNonQuery();
    }

    /// <summary>Moves a mail on from a state; false where it is not in it any more.</summary>
    public static bool Move(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, BoardMail mail, MailState from)
    {
        using var command = Command(connection, transaction, """
            update board_mails set state = @state, reason = @reason, attempts = @attempts, next_at = @next, settled_at = @settled
            where workspace_id = @workspace and schedule_id = @schedule and due_at = @due and user_id = @user and state = @from
            """, workspaceId);
        Put(command, mail);
        command.Parameters.AddWithValue("@reason", mail.Reason);
        command.Parameters.AddWithValue("@attempts", mail.Attempts);
        command.Parameters.AddWithValue("@settled", (object?)mail.SettledAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@from", BoardWords.Name(from));
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Those of a state, the first due first.</summary>
    public static List<BoardMail> Of(SqliteConnection connection, string workspaceId, MailState state)
    {
        using var command = Command(connection, null, $"select {Columns} from board_mails where workspace_id = @workspace and state = @state and state in ('due', 'sending') order by next_at limit 100", workspaceId);
        command.Parameters.AddWithValue("@state", BoardWords.Name(state));
        return Read(command);
    }

    /// <summary>The latest mail of a schedule to each of its recipients.</summary>
    public static List<BoardMail> Latest(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string scheduleId)
    {
        using var command = Command(connection, transaction, $"""
            select {Columns} from board_mails m where workspace_id = @workspace and schedule_id = @schedule
                and due_at = (select max(due_at) from board_mails o where o.workspace_id = m.workspace_id and o.schedule_id = m.schedule_id and o.user_id = m.user_id)
            """, workspaceId);
        command.Parameters.AddWithValue("@schedule", scheduleId);
        return Read(command);
    }

    /// <summary>Takes away what a schedule has of mails before an instant; with its recipients where the schedule goes.</summary>
    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string scheduleId, long before, bool isGone)
    {
        using var mails = Command(connection, transaction, "delete from board_mails where workspace_id = @workspace and schedule_id = @schedule and due_at < @before", workspaceId);
        mails.Parameters.AddWithValue("@schedule", scheduleId);
        mails.Parameters.AddWithValue("@before", before);
        mails.ExecuteNonQuery();
        if (isGone)
        {
            using var people = Command(connection, transaction, "delete from board_recipients where workspace_id = @workspace and schedule_id = @schedule", workspaceId);
            people.Parameters.AddWithValue("@schedule", scheduleId);
            people.ExecuteNonQuery();
        }
    }

    private static void Put(SqliteCommand command, BoardMail mail)
    {
        command.Parameters.AddWithValue("@schedule", mail.ScheduleId);
        command.Parameters.AddWithValue("@due", mail.DueAt);
        command.Parameters.AddWithValue("@user", mail.UserId);
        command.Parameters.AddWithValue("@state", BoardWords.Name(mail.State));
        command.Parameters.AddWithValue("@next", mail.NextAt);
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, string workspaceId)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return command;
    }

    private static List<BoardMail> Read(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var found = new List<BoardMail>();
        while (reader.Read())
        {
            found.Add(new BoardMail(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                BoardWords.Find<MailState>(reader.GetString(6)) ?? throw new InvalidDataException($"board_mails holds the unknown state '{reader.GetString(6)}': the database is of a later version."),
                reader.GetString(7), reader.GetInt32(8), reader.GetInt64(9), reader.IsDBNull(10) ? null : reader.GetInt64(10)));
        }
        return found;
    }
}
