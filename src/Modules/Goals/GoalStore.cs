using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Goals;

/// <summary>The table `goals`. Writes run in the caller's transaction.</summary>
internal static class GoalStore
{
    private const string Columns =
        "id, workspace_id, name, metric, settings, breakdown, value, kind, amount, period, from_day, to_day, owner, created_at, archived_at, result, result_target, result_status";

    /// <summary>Those of a workspace: the ones under way in the order in which they were made, then the archived ones.</summary>
    public static IReadOnlyList<Goal> List(SqliteConnection connection, SqliteTransaction? transaction, string workspace)
    {
        using var command = new SqliteCommand($"SELECT {Columns} FROM goals WHERE workspace_id = @workspace ORDER BY archived_at IS NOT NULL, id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        var found = new List<Goal>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Goal(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), new AskedNumber(reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6)),
                Goal.KindOf(reader.GetString(7)) ?? throw Unknown(reader.GetString(7)), reader.GetDouble(8),
                reader.GetString(9) == "dates" ? null : AskedPeriods.TryKind(reader.GetString(9), out var period) ? period : throw Unknown(reader.GetString(9)),
                Goal.DayOf(reader.GetString(10)), Goal.DayOf(reader.GetString(11)), reader.GetString(12), reader.GetInt64(13), reader.IsDBNull(14) ? null : reader.GetInt64(14),
                reader.IsDBNull(15) ? null : reader.GetDouble(15), reader.IsDBNull(16) ? null : reader.GetDouble(16), Goal.StatusOf(reader.GetString(17))));
        }
        return found;
    }

    public static Goal? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspace, long id) =>
        List(connection, transaction, workspace).FirstOrDefault(goal => goal.Id == id);

    /// <summary>Adds a goal, or stores one that has a number anew; answers its number.</summary>
    public static long Put(SqliteConnection connection, SqliteTransaction transaction, Goal goal)
    {
        using var command = new SqliteCommand("""
            INSERT INTO goals (id, workspace_id, name, metric, settings, breakdown, value, kind, amount, period, from_day, to_day, owner, created_at, archived_at, result, result_target, result_status)
            VALUES (@id, @workspace, @name, @metric, @settings, @breakdown, @value, @kind, @amount, @period, @from, @to, @owner, @created, @archived, @result, @target, @status)
            ON CONFLICT (id) DO UPDATE SET name = @name, metric = @metric, settings = @settings, breakdown = @breakdown, value = @value, kind = @kind, amount = @amount, period = @period,
                from_day = @from, to_day = @to, archived_at = @archived, result = @result, result_target = @target, result_status = @status
            RETURNING id
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", goal.Id == 0 ? DBNull.Value : goal.Id);
        command.Parameters.AddWithValue("@workspace", goal.WorkspaceId);
        command.Parameters.AddWithValue("@name", goal.Name);
        command.Parameters.AddWithValue("@metric", goal.Number.Metric);
        command.Parameters.AddWithValue("@settings", goal.Number.Settings);
        command.Parameters.AddWithValue("@breakdown", goal.Number.Breakdown);
        command.Parameters.AddWithValue("@value", goal.Number.Value);
        command.Parameters.AddWithValue("@kind", Goal.KindName(goal.Kind));
        command.Parameters.AddWithValue("@amount", goal.Amount);
        command.Parameters.AddWithValue("@period", PeriodName(goal.Period));
        command.Parameters.AddWithValue("@from", DayName(goal.FromDay));
        command.Parameters.AddWithValue("@to", DayName(goal.ToDay));
        command.Parameters.AddWithValue("@owner", goal.Owner);
        command.Parameters.AddWithValue("@created", goal.CreatedAt);
        command.Parameters.AddWithValue("@archived", (object?)goal.ArchivedAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@result", (object?)goal.Result ?? DBNull.Value);
        command.Parameters.AddWithValue("@target", (object?)goal.ResultTarget ?? DBNull.Value);
        command.Parameters.AddWithValue("@status", goal.ResultStatus is { } status ? Goal.StatusName(status) : "");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>`month`; `dates` for a goal between two.</summary>
    public static string PeriodName(PeriodKind? period) => period is { } kind ? MetricLinks.Word(kind) : "dates";

    public static string DayName(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static InvalidDataException Unknown(string name) => new($"goals holds the unknown word '{name}': the database is of a later version.");
}
