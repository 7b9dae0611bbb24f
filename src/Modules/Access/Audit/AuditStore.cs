using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access.Audit;

/// <summary>What rows are asked for; null and empty: any. <paramref name="From"/> is inclusive, <paramref name="To"/> exclusive.</summary>
public sealed record AuditFilter(string Actor, string Action, string Object, long? From, long? To);

/// <summary>The tables `audit_log` and `audit_head`. Rows are added in the caller's transaction, and never changed.</summary>
public static class AuditStore
{
    public const int LongestText = 300;

    private const string Columns = "number, at, workspace_id, actor, action, object, detail, address, previous, hash";

    public static void Append(SqliteConnection connection, SqliteTransaction transaction, long now, AuditEntry entry)
    {
        if (!AuditActions.All.ContainsKey(entry.Action))
        {
            throw new ArgumentException($"'{entry.Action}' is no action of the audit log; add it to AuditActions.", nameof(entry));
        }
        var (number, hash) = Head(connection) ?? (0, AuditRow.Beginning);
        var row = AuditRow.Following(number + 1, hash, now, entry);
        new SqliteCommand($"""
            INSERT INTO audit_log ({Columns})
            VALUES (@number, @at, @workspace, @actor, @action, @object, @detail, @address, @previous, @hash)
            """, connection, transaction)
            .With("@number", row.Number).With("@at", row.At).With("@workspace", row.WorkspaceId).With("@actor", row.Actor).With("@action", row.Action)
            .With("@object", row.Object).With("@detail", row.Detail).With("@address", row.Address).With("@previous", row.Previous).With("@hash", row.Hash).Run();
        new SqliteCommand("""
            INSERT INTO audit_head (one, number, hash) VALUES (1, @number, @hash)
            ON CONFLICT (one) DO UPDATE SET number = excluded.number, hash = excluded.hash
            """, connection, transaction).With("@number", row.Number).With("@hash", row.Hash).Run();
    }

    /// <summary>Number and hash of the newest row, as they are remembered beside the log; null for an empty one.</summary>
    public static (long Number, string Hash)? Head(SqliteConnection connection) =>
        new SqliteCommand("SELECT number, hash FROM audit_head", connection).Rows(reader => ((long, string)?)(reader.GetInt64(0), reader.GetString(1))).SingleOrDefault();

    /// <summary>Rows from a number on, oldest first.</summary>
    public static IReadOnlyList<AuditRow> From(SqliteConnection connection, long number, int limit) =>
        new SqliteCommand($"SELECT {Columns} FROM audit_log WHERE number >= @number ORDER BY number LIMIT @limit", connection)
            .With("@number", number).With("@limit", limit).Rows(Read);

    /// <summary>Rows of a workspace before a number, newest first. Those of no workspace are shown in `default`, the installation's own.</summary>
    public static IReadOnlyList<AuditRow> Page(SqliteConnection connection, string workspace, AuditFilter filter, long before, int limit) => new SqliteCommand($"""
        SELECT {Columns} FROM audit_log
        WHERE number < @before AND (workspace_id = @workspace OR (workspace_id = '' AND @workspace = 'default'))
          AND (@actor = '' OR actor = @actor) AND (@action = '' OR action = @action) AND (@object = '' OR object = @object)
          AND at >= @from AND at < @to
        ORDER BY number DESC LIMIT @limit
        """, connection)
        .With("@before", before).With("@workspace", workspace).With("@actor", filter.Actor).With("@action", filter.Action).With("@object", filter.Object)
        .With("@from", filter.From ?? long.MinValue).With("@to", filter.To ?? long.MaxValue).With("@limit", limit).Rows(Read);

    private static AuditRow Read(SqliteDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6),
        reader.GetString(7), reader.GetString(8), reader.GetString(9));
}
