using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Predict.Goals;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Models;

/// <summary>The tables `models` and `model_versions`. Writes run in the caller's transaction.</summary>
internal static class ModelStore
{
    private const string Columns = "id, workspace_id, name, kind, goal, who, days, score, every_days, created_at, created_by, due_at, refusal, yearly_rate, score_due_at, asked_at";
    private const string VersionColumns = "v.id, v.model_id, v.trained_at, v.state, v.card, v.decided_by, v.decided_at, v.scored_at, v.scored, v.note, v.drift, EXISTS (SELECT 1 FROM model_files f WHERE f.version_id = v.id)";

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
                reader.GetString(12) is { Length: > 0 } refusal ? JsonSerializer.Deserialize<string[]>(refusal) is [var en, var es] ? new Text(en, es) : null : null)
            {
                YearlyRate = reader.GetDouble(13), ScoreDueAt = reader.IsDBNull(14) ? null : reader.GetInt64(14), AskedAt = reader.GetInt64(15),
            });
        }
        return found;
    }

    public static PredictModel? Find(SqliteConnection connection, string workspace, long id, SqliteTransaction? transaction = null) =>
        List(connection, workspace, transaction).FirstOrDefault(model => model.Id == id);

    /// <summary>Adds a model, or stores one that has a number anew; answers its number.</summary>
    public static long Put(SqliteConnection connection, SqliteTransaction transaction, PredictModel model)
    {
        using var command = new SqliteCommand("""
            INSERT INTO models (id, workspace_id, name, kind, goal, who, days, score, every_days, created_at, created_by, due_at, refusal, yearly_rate, score_due_at, asked_at)
            VALUES (@id, @workspace, @name, @kind, @goal, @who, @days, @score, @every, @created, @by, @due, @refusal, @rate, @scoredue, @asked)
            ON CONFLICT (id) DO UPDATE SET name = @name, kind = @kind, goal = @goal, who = @who, days = @days, score = @score, every_days = @every, due_at = @due, refusal = @refusal,
                yearly_rate = @rate, score_due_at = @scoredue, asked_at = @asked
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
        command.Parameters.AddWithValue("@rate", model.YearlyRate);
        command.Parameters.AddWithValue("@scoredue", (object?)model.ScoreDueAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@asked", model.AskedAt);
        return (long)command.ExecuteScalar()!;
    }

    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, string workspace, long id)
    {
        using var files = new SqliteCommand("DELETE FROM model_files WHERE version_id IN (SELECT v.id FROM model_versions v JOIN models m ON m.id = v.model_id WHERE m.workspace_id = @workspace AND m.id = @id)", connection, transaction);
        files.Parameters.AddWithValue("@workspace", workspace);
        files.Parameters.AddWithValue("@id", id);
        files.ExecuteNonQuery();
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
                reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetInt64(7), reader.GetInt64(8))
            {
                Note = reader.GetString(9) is { Length: > 0 } note && JsonSerializer.Deserialize<string[]>(note) is [var en, var es] ? new Text(en, es) : null,
                Drift = reader.GetString(10) is { Length: > 0 } drift ? JsonSerializer.Deserialize<ColumnDrift[]>(drift)! : [], IsKept = reader.GetBoolean(11),
            });
        }
        return found;
    }

    public static long AddVersion(SqliteConnection connection, SqliteTransaction transaction, ModelVersion version)
    {
        using var command = new SqliteCommand(
            "INSERT INTO model_versions (model_id, trained_at, state, card, decided_by, decided_at, note) VALUES (@model, @trained, @state, @card, @by, @decided, @note) RETURNING id", connection, transaction);
        command.Parameters.AddWithValue("@model", version.ModelId);
        command.Parameters.AddWithValue("@trained", version.TrainedAt);
        command.Parameters.AddWithValue("@state", version.State.ToString());
        command.Parameters.AddWithValue("@card", JsonSerializer.Serialize(version.Card));
        command.Parameters.AddWithValue("@by", version.DecidedBy);
        command.Parameters.AddWithValue("@decided", (object?)version.DecidedAt ?? DBNull.Value);
        command.Parameters.AddWithValue("@note", version.Note is { } note ? JsonSerializer.Serialize(new[] { note.En, note.Es }) : "");
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
        using var due = new SqliteCommand("UPDATE models SET score_due_at = @due WHERE id = @model AND @used", connection, transaction);
        due.Parameters.AddWithValue("@due", now);
        due.Parameters.AddWithValue("@model", version.ModelId);
        due.Parameters.AddWithValue("@used", state == VersionState.InUse);
        due.ExecuteNonQuery();
    }

    /// <summary>Retires what answers another question than the model asks now.</summary>
    public static void Retire(SqliteConnection connection, SqliteTransaction transaction, long model)
    {
        using var command = new SqliteCommand("UPDATE model_versions SET state = 'Replaced' WHERE model_id = @model AND state IN ('InUse', 'Waiting')", connection, transaction);
        command.Parameters.AddWithValue("@model", model);
        command.ExecuteNonQuery();
    }

    /// <summary>Keeps the bytes of a version; of the model's others those of the one in use and of the newest <paramref name="most"/>.</summary>
    public static void KeepFile(SqliteConnection connection, SqliteTransaction transaction, ModelVersion version, byte[] file, int most)
    {
        using var command = new SqliteCommand("INSERT INTO model_files (version_id, content) VALUES (@id, @content)", connection, transaction);
        command.Parameters.AddWithValue("@id", version.Id);
        command.Parameters.AddWithValue("@content", file);
        command.ExecuteNonQuery();
        using var old = new SqliteCommand("""
            DELETE FROM model_files WHERE version_id IN (SELECT id FROM model_versions WHERE model_id = @model AND state <> 'InUse')
                AND version_id NOT IN (SELECT f.version_id FROM model_files f JOIN model_versions v ON v.id = f.version_id WHERE v.model_id = @model ORDER BY f.version_id DESC LIMIT @most)
            """, connection, transaction);
        old.Parameters.AddWithValue("@model", version.ModelId);
        old.Parameters.AddWithValue("@most", most);
        old.ExecuteNonQuery();
    }

    /// <summary>Forgets bytes that cannot be read.</summary>
    public static void DropFile(SqliteConnection connection, SqliteTransaction transaction, long version)
    {
        using var command = new SqliteCommand("DELETE FROM model_files WHERE version_id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", version);
        command.ExecuteNonQuery();
    }

    /// <summary>What was foreseen and what came of it, as of the last reading; null before.</summary>
    public static Foresight? Foresight(SqliteConnection connection, long model)
    {
        using var command = new SqliteCommand("SELECT foresight FROM models WHERE id = @id", connection);
        command.Parameters.AddWithValue("@id", model);
        return command.ExecuteScalar() is string { Length: > 0 } text ? JsonSerializer.Deserialize<Foresight>(text) : null;
    }

    public static void Foreseen(SqliteConnection connection, SqliteTransaction transaction, long model, Foresight? foresight)
    {
        using var command = new SqliteCommand("UPDATE models SET foresight = @text WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@text", foresight is null ? "" : JsonSerializer.Serialize(foresight));
        command.Parameters.AddWithValue("@id", model);
        command.ExecuteNonQuery();
    }

    public static byte[]? File(SqliteConnection connection, long version)
    {
        using var command = new SqliteCommand("SELECT content FROM model_files WHERE version_id = @id", connection);
        command.Parameters.AddWithValue("@id", version);
        return command.ExecuteScalar() as byte[];
    }

    public static void Scored(SqliteConnection connection, SqliteTransaction transaction, long version, long people, IReadOnlyList<ColumnDrift> drift, long now)
    {
        using var command = new SqliteCommand("UPDATE model_versions SET scored_at = @now, scored = @people, drift = @drift WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@drift", JsonSerializer.Serialize(drift));
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@people", people);
        command.Parameters.AddWithValue("@id", version);
        command.ExecuteNonQuery();
    }
}
