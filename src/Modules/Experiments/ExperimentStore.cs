using System.Text.Json;
using Ciclo.Core.Experiments;
using Ciclo.Modules.Experiments.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Experiments;

/// <summary>What an identifier was given.</summary>
internal readonly record struct Assigned(string Identifier, string Arm, int Era, long At, bool IsHeldOut);

/// <summary>A time with the same shares.</summary>
internal sealed record Era(int Number, IReadOnlyList<ArmShare> Shares, long FromAt);

/// <summary>The tables `experiment…`. Writes run in the caller's transaction.</summary>
internal static class ExperimentStore
{
    private const string Columns =
        "workspace_id, id, name, arms, goal, value, by_money, takes_off_before, window_days, smallest_lift, typical_people, href, started_at, ended_at";

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<Experiment> List(SqliteConnection connection, SqliteTransaction? transaction, string workspace)
    {
        using var command = Command(connection, transaction, $"SELECT {Columns} FROM experiments WHERE workspace_id = @workspace ORDER BY started_at DESC, id", workspace);
        return Read(command);
    }

    public static Experiment? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspace, string id)
    {
        using var command = Command(connection, transaction, $"SELECT {Columns} FROM experiments WHERE workspace_id = @workspace AND id = @id", workspace, ("@id", id));
        return Read(command).FirstOrDefault();
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, Experiment experiment)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO experiments (workspace_id, id, name, arms, goal, value, by_money, takes_off_before, window_days, smallest_lift, typical_people, href, started_at)
            VALUES (@workspace, @id, @name, @arms, @goal, @value, @money, @before, @days, @lift, @people, @href, @at)
            ON CONFLICT (workspace_id, id) DO UPDATE SET name = @name, arms = @arms, goal = @goal, value = @value, by_money = @money, takes_off_before = @before, window_days = @days,
                smallest_lift = @lift, typical_people = @people, href = @href, ended_at = NULL
            """, experiment.WorkspaceId,
            ("@id", experiment.Id), ("@name", experiment.Name), ("@arms", JsonSerializer.Serialize(experiment.Arms)), ("@goal", experiment.Goal), ("@value", experiment.Value), ("@money", experiment.ByMoney),
            ("@before", experiment.TakesOffBefore), ("@days", experiment.WindowDays), ("@lift", experiment.Plan.SmallestLift), ("@people", experiment.Plan.TypicalPeople), ("@href", experiment.Href),
            ("@at", experiment.StartedAt));
        command.ExecuteNonQuery();
    }

    public static void End(SqliteConnection connection, SqliteTransaction transaction, string workspace, string id, long at)
    {
        using var command = Command(connection, transaction, "UPDATE experiments SET ended_at = @at WHERE workspace_id = @workspace AND id = @id AND ended_at IS NULL", workspace, ("@id", id), ("@at", at));
        command.ExecuteNonQuery();
    }

    public static IReadOnlyList<Era> Eras(SqliteConnection connection, SqliteTransaction? transaction, string workspace, string experiment)
    {
        using var command = Command(
            connection, transaction, "SELECT era, shares, from_at FROM experiment_eras WHERE workspace_id = @workspace AND experiment = @id ORDER BY era", workspace, ("@id", experiment));
        var eras = new List<Era>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            eras.Add(new Era(reader.GetInt32(0), JsonSerializer.Deserialize<List<ArmShare>>(reader.GetString(1))!, reader.GetInt64(2)));
        }
        return eras;
    }

    /// <summary>The number of the time with these shares: the last one's if it has them, else a new one.</summary>
    public static int EraOf(SqliteConnection connection, SqliteTransaction transaction, string workspace, string experiment, IReadOnlyList<ArmShare> shares, long now)
    {
        var text = JsonSerializer.Serialize(shares);
        using var last = Command(
            connection, transaction, "SELECT era, shares FROM experiment_eras WHERE workspace_id = @workspace AND experiment = @id ORDER BY era DESC LIMIT 1", workspace, ("@id", experiment));
        var next = 0;
        using (var reader = last.ExecuteReader())
        {
            if (reader.Read())
            {
                if (reader.GetString(1) == text)
                {
                    return reader.GetInt32(0);
                }
                next = reader.GetInt32(0) + 1;
            }
        }
        using var command = Command(
            connection, transaction, "INSERT INTO experiment_eras (workspace_id, experiment, era, shares, from_at) VALUES (@workspace, @id, @era, @shares, @at)", workspace,
            ("@id", experiment), ("@era", next), ("@shares", text), ("@at", now));
        command.ExecuteNonQuery();
        return next;
    }

    /// <summary>What some identifiers were given, the earliest first.</summary>
    public static IReadOnlyList<Assigned> Assigned(SqliteConnection connection, SqliteTransaction transaction, string workspace, string experiment, string identifiers)
    {
        using var command = Command(connection, transaction, """
            SELECT identifier, arm, era, at, is_held_out FROM experiment_assignments
            WHERE workspace_id = @workspace AND experiment = @id AND identifier IN (SELECT value FROM json_each(@identifiers)) ORDER BY at, era, identifier
            """, workspace, ("@id", experiment), ("@identifiers", identifiers));
        return ReadAssigned(command);
    }

    /// <summary>Everything that was given in an experiment, the earliest first.</summary>
    public static IReadOnlyList<Assigned> Assigned(SqliteConnection connection, string workspace, string experiment)
    {
        using var command = Command(
            connection, null, "SELECT identifier, arm, era, at, is_held_out FROM experiment_assignments WHERE workspace_id = @workspace AND experiment = @id ORDER BY at, era, identifier", workspace, ("@id", experiment));
        return ReadAssigned(command);
    }

    /// <summary>Gives identifiers what stands for the person; those that have something keep it.</summary>
    public static void Assign(SqliteConnection connection, SqliteTransaction transaction, string workspace, string experiment, string identifiers, Assigned given)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO experiment_assignments (workspace_id, experiment, identifier, arm, era, at, is_held_out)
            SELECT @workspace, @id, value, @arm, @era, @at, @held FROM json_each(@identifiers) WHERE true ON CONFLICT (workspace_id, experiment, identifier) DO NOTHING
            """, workspace, ("@id", experiment), ("@identifiers", identifiers), ("@arm", given.Arm), ("@era", given.Era), ("@at", given.At), ("@held", given.IsHeldOut));
        command.ExecuteNonQuery();
    }

    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspace, IReadOnlyList<string> identifiers)
    {
        using var command = Command(
            connection, transaction, "DELETE FROM experiment_assignments WHERE workspace_id = @workspace AND identifier IN (SELECT value FROM json_each(@identifiers))", workspace,
            ("@identifiers", JsonSerializer.Serialize(identifiers)));
        command.ExecuteNonQuery();
    }

    public static HoldoutSetting Holdout(SqliteConnection connection, SqliteTransaction? transaction, string workspace)
    {
        using var command = Command(connection, transaction, "SELECT share, rotation FROM experiment_holdouts WHERE workspace_id = @workspace", workspace);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new HoldoutSetting(reader.GetDouble(0), reader.GetInt32(1)) : HoldoutSetting.Default;
    }

    public static void PutHoldout(SqliteConnection connection, SqliteTransaction transaction, string workspace, HoldoutSetting setting)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO experiment_holdouts (workspace_id, share, rotation) VALUES (@workspace, @share, @rotation)
            ON CONFLICT (workspace_id) DO UPDATE SET share = @share, rotation = @rotation
            """, workspace, ("@share", setting.Share), ("@rotation", setting.Rotation));
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, string workspace, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command;
    }

    private static List<Experiment> Read(SqliteCommand command)
    {
        var found = new List<Experiment>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Experiment(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), JsonSerializer.Deserialize<List<string>>(reader.GetString(3))!, reader.GetString(4), reader.GetString(5),
                reader.GetBoolean(6), reader.GetBoolean(7), reader.GetInt32(8), new TrialPlan(reader.GetDouble(9), reader.GetInt64(10)), reader.GetString(11), reader.GetInt64(12),
                reader.IsDBNull(13) ? null : reader.GetInt64(13)));
        }
        return found;
    }

    private static List<Assigned> ReadAssigned(SqliteCommand command)
    {
        var found = new List<Assigned>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Assigned(reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetBoolean(4)));
        }
        return found;
    }
}
