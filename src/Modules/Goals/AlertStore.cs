using System.Globalization;
using System.Text.Json;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Goals;

/// <summary>The tables `alerts` and `alert_firings`. Writes run in the caller's transaction.</summary>
internal static class AlertStore
{
    private const string Columns =
        "id, workspace_id, name, metric, settings, breakdown, value, period, kind, side, amount, in_points, base, so_far, endpoints, is_on, snoozed_until, evaluated_at, created_at, made_by";

    private const string FiringColumns = "f.alert_id, f.period, f.state, f.fired_at, f.ended_at, f.value, f.expected, f.low, f.high, f.causes, f.acknowledged_at, f.acknowledged_by, f.note";

    public static IReadOnlyList<Alert> List(SqliteConnection connection, SqliteTransaction? transaction, string workspace)
    {
        using var command = new SqliteCommand($"SELECT {Columns} FROM alerts WHERE workspace_id = @workspace ORDER BY id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        var found = new List<Alert>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var rule = new AlertRule(
                Alert.KindOf(reader.GetString(8)) ?? throw Unknown(reader.GetString(8)), Alert.SideOf(reader.GetString(9)) ?? throw Unknown(reader.GetString(9)), reader.GetDouble(10),
                reader.GetInt64(11) == 1, Alert.BaseOf(reader.GetString(12)) ?? throw Unknown(reader.GetString(12)));
            found.Add(new Alert(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), new AskedNumber(reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6)),
                AskedPeriods.TryKind(reader.GetString(7), out var period) ? period : throw Unknown(reader.GetString(7)), rule, reader.GetInt64(13) == 1,
                [.. reader.GetString(14).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, CultureInfo.InvariantCulture))],
                reader.GetInt64(15) == 1, reader.GetInt64(16), reader.GetInt64(17), reader.GetInt64(18), reader.GetString(19)));
        }
        return found;
    }

    public static Alert? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspace, long id) =>
        List(connection, transaction, workspace).FirstOrDefault(alert => alert.Id == id);

    /// <summary>Adds an alert, or stores one that has a number anew; answers its number.</summary>
    public static long Put(SqliteConnection connection, SqliteTransaction transaction, Alert alert)
    {
        using var command = new SqliteCommand("""
            INSERT INTO alerts (id, workspace_id, name, metric, settings, breakdown, value, period, kind, side, amount, in_points, base, so_far, endpoints, is_on, snoozed_until, evaluated_at, created_at, made_by)
            VALUES (@id, @workspace, @name, @metric, @settings, @breakdown, @value, @period, @kind, @side, @amount, @points, @base, @sofar, @endpoints, @on, @snoozed, @evaluated, @created, @by)
            ON CONFLICT (id) DO UPDATE SET name = @name, metric = @metric, settings = @settings, breakdown = @breakdown, value = @value, period = @period, kind = @kind, side = @side, amount = @amount,
                in_points = @points, base = @base, so_far = @sofar, endpoints = @endpoints, is_on = @on, snoozed_until = @snoozed, evaluated_at = @evaluated
            RETURNING id
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", alert.Id == 0 ? DBNull.Value : alert.Id);
        command.Parameters.AddWithValue("@workspace", alert.WorkspaceId);
        command.Parameters.AddWithValue("@name", alert.Name);
        command.Parameters.AddWithValue("@metric", alert.Number.Metric);
        command.Parameters.AddWithValue("@settings", alert.Number.Settings);
        command.Parameters.AddWithValue("@breakdown", alert.Number.Breakdown);
        command.Parameters.AddWithValue("@value", alert.Number.Value);
        command.Parameters.AddWithValue("@period", MetricLinks.Word(alert.Period));
        command.Parameters.AddWithValue("@kind", Alert.KindName(alert.Rule.Kind));
        command.Parameters.AddWithValue("@side", Alert.SideName(alert.Rule.Side));
        command.Parameters.AddWithValue("@amount", alert.Rule.Amount);
        command.Parameters.AddWithValue("@points", alert.Rule.InPoints ? 1 : 0);
        command.Parameters.AddWithValue("@base", Alert.BaseName(alert.Rule.Base));
        command.Parameters.AddWithValue("@sofar", alert.SoFar ? 1 : 0);
        command.Parameters.AddWithValue("@endpoints", string.Join(' ', alert.Endpoints));
        command.Parameters.AddWithValue("@on", alert.IsOn ? 1 : 0);
        command.Parameters.AddWithValue("@snoozed", alert.SnoozedUntil);
        command.Parameters.AddWithValue("@evaluated", alert.EvaluatedAt);
        command.Parameters.AddWithValue("@created", alert.CreatedAt);
        command.Parameters.AddWithValue("@by", alert.MadeBy);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Deletes an alert and what it fired.</summary>
    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, long id)
    {
        Forget(connection, transaction, id);
        using var command = new SqliteCommand("DELETE FROM alerts WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
    }

    /// <summary>Deletes what an alert fired: it asks something else now.</summary>
    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, long id)
    {
        using var command = new SqliteCommand("DELETE FROM alert_firings WHERE alert_id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
    }

    /// <summary>Notes that an alert was looked at.</summary>
    public static void Evaluated(SqliteConnection connection, SqliteTransaction transaction, long id, long now)
    {
        using var command = new SqliteCommand("UPDATE alerts SET evaluated_at = @now WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }

    /// <summary>What an alert fired, newest first.</summary>
    public static IReadOnlyList<Firing> Firings(SqliteConnection connection, SqliteTransaction? transaction, long alert, int most)
    {
        using var command = new SqliteCommand($"SELECT {FiringColumns} FROM alert_firings f WHERE f.alert_id = @alert ORDER BY f.period DESC LIMIT @most", connection, transaction);
        command.Parameters.AddWithValue("@alert", alert);
        command.Parameters.AddWithValue("@most", most);
        return Read(command);
    }

    /// <summary>What the alerts of a workspace fired, newest first.</summary>
    public static IReadOnlyList<Firing> Firings(SqliteConnection connection, string workspace, int most)
    {
        using var command = new SqliteCommand(
            $"SELECT {FiringColumns} FROM alert_firings f JOIN alerts a ON a.id = f.alert_id WHERE a.workspace_id = @workspace ORDER BY f.fired_at DESC, f.period DESC, f.alert_id LIMIT @most", connection);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@most", most);
        return Read(command);
    }

    /// <summary>Differs whenever something fired, ended or was acknowledged.</summary>
    public static string Version(SqliteConnection connection, string workspace)
    {
        using var command = new SqliteCommand("""
            SELECT count(*) || '/' || total(f.fired_at) || '/' || total(f.ended_at) || '/' || total(f.acknowledged_at) || '/' || total(a.snoozed_until)
            FROM alert_firings f JOIN alerts a ON a.id = f.alert_id WHERE a.workspace_id = @workspace
            """, connection);
        command.Parameters.AddWithValue("@workspace", workspace);
        return (string)command.ExecuteScalar()!;
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, Firing firing)
    {
        using var command = new SqliteCommand("""
            INSERT INTO alert_firings (alert_id, period, state, fired_at, ended_at, value, expected, low, high, causes, acknowledged_at, acknowledged_by, note)
            VALUES (@alert, @period, @state, @fired, @ended, @value, @expected, @low, @high, @causes, @acknowledged, @by, @note)
            ON CONFLICT (alert_id, period) DO UPDATE SET state = @state, ended_at = @ended, value = @value, expected = @expected, low = @low, high = @high, causes = @causes,
                acknowledged_at = @acknowledged, acknowledged_by = @by, note = @note
            """, connection, transaction);
        command.Parameters.AddWithValue("@alert", firing.AlertId);
        command.Parameters.AddWithValue("@period", firing.PeriodText);
        command.Parameters.AddWithValue("@state", Firing.StateName(firing.State));
        command.Parameters.AddWithValue("@fired", firing.FiredAt);
        command.Parameters.AddWithValue("@ended", (object?)firing.EndedAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@value", (object?)firing.Value ?? DBNull.Value);
        command.Parameters.AddWithValue("@expected", (object?)firing.Expected ?? DBNull.Value);
        command.Parameters.AddWithValue("@low", (object?)firing.Low ?? DBNull.Value);
        command.Parameters.AddWithValue("@high", (object?)firing.High ?? DBNull.Value);
        command.Parameters.AddWithValue("@causes", JsonSerializer.Serialize(firing.Causes));
        command.Parameters.AddWithValue("@acknowledged", (object?)firing.AcknowledgedAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@by", firing.AcknowledgedBy);
        command.Parameters.AddWithValue("@note", firing.Note);
        command.ExecuteNonQuery();
    }

    private static List<Firing> Read(SqliteCommand command)
    {
        var found = new List<Firing>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Firing(
                reader.GetInt64(0), DateOnly.ParseExact(reader.GetString(1), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                reader.GetString(2) switch { "fired" => FiringState.Fired, "ongoing" => FiringState.Ongoing, "withdrawn" => FiringState.Withdrawn, var name => throw Unknown(name) },
                reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), Number(reader, 5), Number(reader, 6), Number(reader, 7), Number(reader, 8),
                JsonSerializer.Deserialize<List<Cause>>(reader.GetString(9)) ?? [], reader.IsDBNull(10) ? null : reader.GetInt64(10), reader.GetString(11), reader.GetString(12)));
        }
        return found;
    }

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    private static InvalidDataException Unknown(string name) => new($"alerts holds the unknown word '{name}': the database is of a later version.");
}
