using System.Text.Json;
using Ciclo.Core;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Models;

/// <summary>The tables `models` and `model_versions`. Writes run in the caller's transaction.</summary>
internal static class ModelStore
{
    private const string Columns = "id, workspace_id, name, kind, goal, who, days, score, every_days, created_at, created_by, due_at, refusal";
    private const string VersionColumns = "v.id, v.model_id, v.trained_at, v.state, v.card, v.decided_by, v.decided_at, v.scored_at, v.scored";

    public static IReadOnlyList<PredictModel> List(SqliteConnection connection, string workspace, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand($"SELECT {Columns} FROM models WHERE workspace_id = @workspace ORDER BY id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        var found = new List<PredictModel>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new PredictModel(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), Enum.Parse<ModelKind>(reader.GetString(3)), reader.GetString(4), reader.GetString(5), reader.GetInt32(6), reader.GetString(7),
                reader.GetInt32(8), reader.GetInt64(9), reader.GetString(10), reader.IsDBNull(11) ? null : reader.GetInt64(11),
                reader.GetString(12) is { Length: > 0 } refusal ? JsonSerializer.Deserialize<string[]>(refusal) is [var en, var es] ? new Text(en, es) : null : null));
        }
        return found;
    }

    public static PredictModel? Find(SqliteConnection connection, string workspace, long id, SqliteTransaction? transaction = null) =>
        List(connection, workspace, transaction).FirstOrDefault(model => model.Id == id);

    /// <summary>Adds a model, or stores one that has a number anew; answers its number.</summary>
    public static long Put(SqliteConnection connection, SqliteTransaction transaction, PredictModel model)
    {
        using var command = new SqliteCommand("""
            INSERT INTO models (id, workspace_id, name, kind, goal, who, days, score, every_days, created_at, created_by, due_at, refusal)
            VALUES (@id, @workspace, @name, @kind, @goal, @who, @days, @score, @every, @created, @by, @due, @refusal)
            ON CONFLICT (id) DO UPDATE SET name = @name, kind = @kind, goal = @goal, who = @who, days = @days, score = @score, every_days = @every, due_at = @due, refusal = @refusal
            RETURNING id
            """, connection, transaction);
        command.Parameters.AddWithValue("@id", model.Id == 0 ? DBNull.Value : model.Id);
        command.Parameters.AddWithValue("@workspace", model.WorkspaceId);
        command.Parameters.AddWithValue("@name", model.Name);
        command.Parameters.AddWithValue("@kind", model.Kind.ToString());
        command.Parameters.AddWithValue("@goal", model.Goal);
        command.Parameters.AddWithValue("@who", model.Who);
        command.Parameters.AddWithValue("@days", model.Days);
        command.Parameters.AddWithValue("@score", model.Score);
        command.Parameters.AddWithValue("@every", model.EveryDays);
        command.Parameters.AddWithValue("@created", model.CreatedAt);
        command.Parameters.AddWithValue("@by", model.CreatedBy);
        command.Parameters.AddWithValue("@due", (object?)model.DueAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@refusal", model.Refusal is { } refusal ? JsonSerializer.Serialize(new[] { refusal.En, refusal.Es }) : "");
        return (long)command.ExecuteScalar()!;
    }

    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, string workspace, long id)
    {
        using var versions = new SqliteCommand("DELETE FROM model_versions WHERE model_id IN (SELECT id FROM models WHERE workspace_id = @workspace AND id = @id)", connection, transaction);
        versions.Parameters.AddWithValue("@workspace", workspace);
        versions.Parameters.AddWithValue("@id", id);
        versions.ExecuteNonQuery();
        using var command = new SqliteCommand("DELETE FROM models WHERE workspace_id = @workspace AND id = @id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@id", id);
        command.ExecuteNonQuery();
    }

    /// <summary>The trainings of all models of a workspace, the newest first.</summary>
    public static IReadOnlyList<ModelVersion> Versions(SqliteConnection connection, string workspace, SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand(
            $"SELECT {VersionColumns} FROM model_versions v JOIN models m ON m.id = v.model_id WHERE m.workspace_id = @workspace ORDER BY v.id DESC", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        var found = new List<ModelVersion>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new ModelVersion(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Enum.Parse<VersionState>(reader.GetString(3)), JsonSerializer.Deserialize<ModelCard>(reader.GetString(4))!, reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetInt64(7), reader.GetInt64(8)));
        }
        return found;
    }

    public static long AddVersion(SqliteConnection connection, SqliteTransaction transaction, ModelVersion version)
    {
        using var command = new SqliteCommand(
            "INSERT INTO model_versions (model_id, trained_at, state, card, decided_by, decided_at) VALUES (@model, @trained, @state, @card, @by, @decided) RETURNING id", connection, transaction);
        command.Parameters.AddWithValue("@model", version.ModelId);
        command.Parameters.AddWithValue("@trained", version.TrainedAt);
        command.Parameters.AddWithValue("@state", version.State.ToString());
        command.Parameters.AddWithValue("@card", JsonSerializer.Serialize(version.Card));
        command.Parameters.AddWithValue("@by", version.DecidedBy);
        command.Parameters.AddWithValue("@decided", (object?)version.DecidedAt ?? DBNull.Value);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Decides about a version; where it comes into use, the one before is replaced.</summary>
    public static void Decide(SqliteConnection connection, SqliteTransaction transaction, ModelVersion version, VersionState state, string by, long now)
    {
        if (state == VersionState.InUse)
        {
            using var others = new SqliteCommand("UPDATE model_versions SET state = 'Replaced' WHERE model_id = @model AND state = 'InUse' AND id <> @id", connection, transaction);
            others.Parameters.AddWithValue("@model", version.ModelId);
            others.Parameters.AddWithValue("@id", version.Id);
            others.ExecuteNonQuery();
        }
        using var command = new SqliteCommand("UPDATE model_versions SET state = @state, decided_by = @by, decided_at = @now WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@state", state.ToString());
        command.Parameters.AddWithValue("@by", by);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@id", version.Id);
        command.ExecuteNonQuery();
    }

    public static void Scored(SqliteConnection connection, SqliteTransaction transaction, long version, long people, long now)
    {
        using var command = new SqliteCommand("UPDATE model_versions SET scored_at = @now, scored = @people WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@people", people);
        command.Parameters.AddWithValue("@id", version);
        command.ExecuteNonQuery();
    }
}
