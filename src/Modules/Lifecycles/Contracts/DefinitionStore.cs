using Ciclo.Engine.Definitions;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>
/// A version of a lifecycle or segment file. <paramref name="Yaml"/>: null if this version retired the definition.
/// <paramref name="AppliedAt"/>: Unix milliseconds. Versions of a definition count from 1 and go on after a retirement.
/// </summary>
public sealed record DefinitionVersion(
    DefinitionKind Kind, string Id, int Version, string? Yaml, long AppliedAt, string AppliedBy, bool IsCurrent)
{
    public const int MostReason = 500;

    /// <summary>Why, in the words of whoever applied it; empty where none were asked for.</summary>
    public string Reason { get; init; } = "";

    public bool IsRetired => Yaml is null;
}

/// <summary>
/// The versions of a workspace's lifecycles and segments. Whether a file may be applied is decided before, by <see cref="Catalog"/>; here
/// it only becomes the current one. Writers run inside the caller's transaction.
/// </summary>
public sealed class DefinitionStore(string workspaceId)
{
    private const string Columns = "kind, id, version, yaml, applied_at, applied_by, is_current, reason";

    private const string ReadCurrent =
        $"SELECT {Columns} FROM definition_versions WHERE workspace_id = $workspace AND is_current = 1 AND yaml IS NOT NULL ORDER BY kind, id";

    private const string ReadOne =
        $"SELECT {Columns} FROM definition_versions WHERE workspace_id = $workspace AND kind = $kind AND id = $id AND version = $version";

    private const string ReadNewest =
        $"SELECT {Columns} FROM definition_versions WHERE workspace_id = $workspace AND kind = $kind AND id = $id AND is_current = 1";

    private const string ReadHistory =
        $"SELECT {Columns} FROM definition_versions WHERE workspace_id = $workspace AND kind = $kind AND id = $id ORDER BY version DESC LIMIT $limit";

    private const string ClearCurrent =
        "UPDATE definition_versions SET is_current = 0 WHERE workspace_id = $workspace AND kind = $kind AND id = $id AND is_current = 1";

    private const string Insert = """
        INSERT INTO definition_versions (workspace_id, kind, id, version, yaml, applied_at, applied_by, is_current, reason)
        VALUES ($workspace, $kind, $id, $version, $yaml, $appliedAt, $appliedBy, 1, $reason)
        """;

    /// <summary>The current version of each definition that is not retired, lifecycles first, by id.</summary>
    public IReadOnlyList<DefinitionVersion> Current(SqliteConnection connection) => Read(connection, null, ReadCurrent);

    /// <summary>The current set as files, ready to be checked with a candidate.</summary>
    public Catalog CurrentCatalog(SqliteConnection connection) =>
        Catalog.Of(Current(connection).Select(version => DefinitionFile.Read(version.Kind, version.Yaml!, version.Id)));

    /// <summary>`lifecycle`, `segment` or `journey`.</summary>
    public static string KindName(DefinitionKind kind) => kind switch
    {
        DefinitionKind.Lifecycle => "lifecycle",
        DefinitionKind.Segment => "segment",
        _ => "journey",
    };

    public DefinitionVersion? Version(SqliteConnection connection, DefinitionKind kind, string id, int version) =>
        Read(connection, null, ReadOne, ("$kind", (int)kind), ("$id", id), ("$version", version)).SingleOrDefault();

    /// <summary>The versions of one definition, newest first, retired ones included.</summary>
    public IReadOnlyList<DefinitionVersion> History(SqliteConnection connection, DefinitionKind kind, string id, int limit = 1_000) =>
        Read(connection, null, ReadHistory, ("$kind", (int)kind), ("$id", id), ("$limit", limit));

    /// <summary>Makes a text the current version. The identical text again is a new version too.</summary>
    public DefinitionVersion Apply(
        SqliteConnection connection, SqliteTransaction transaction, DefinitionKind kind, string id, string yaml, long appliedAt, string appliedBy, string reason = "") =>
        Add(connection, transaction, new DefinitionVersion(kind, id, 0, yaml, appliedAt, appliedBy, true) { Reason = reason });

    /// <summary>Ends a definition with a version without text; its history stays. Null if there is none that could end.</summary>
    public DefinitionVersion? Retire(
        SqliteConnection connection, SqliteTransaction transaction, DefinitionKind kind, string id, long retiredAt, string retiredBy)
    {
        var newest = Newest(connection, transaction, kind, id);
        return newest is null or { IsRetired: true }
            ? null
            : Add(connection, transaction, new DefinitionVersion(kind, id, 0, null, retiredAt, retiredBy, true));
    }

    private DefinitionVersion Add(SqliteConnection connection, SqliteTransaction transaction, DefinitionVersion next)
    {
        var version = next with { Version = (Newest(connection, transaction, next.Kind, next.Id)?.Version ?? 0) + 1 };
        using (var clear = Command(connection, transaction, ClearCurrent, ("$kind", (int)version.Kind), ("$id", version.Id)))
        {
            clear.ExecuteNonQuery();
        }
        using var insert = Command(connection, transaction, Insert, ("$kind", (int)version.Kind), ("$id", version.Id), ("$version", version.Version),
            ("$yaml", (object?)version.Yaml ?? DBNull.Value), ("$appliedAt", version.AppliedAt), ("$appliedBy", version.AppliedBy), ("$reason", version.Reason));
        insert.ExecuteNonQuery();
        return version;
    }

    /// <summary>The newest version's number, of a retired definition too; 0 if there never was one.</summary>
    public int NewestNumber(SqliteConnection connection, SqliteTransaction? transaction, DefinitionKind kind, string id) =>
        Newest(connection, transaction, kind, id)?.Version ?? 0;

    private DefinitionVersion? Newest(SqliteConnection connection, SqliteTransaction? transaction, DefinitionKind kind, string id) =>
        Read(connection, transaction, ReadNewest, ("$kind", (int)kind), ("$id", id)).SingleOrDefault();

    private List<DefinitionVersion> Read(
        SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        using var reader = command.ExecuteReader();
        var versions = new List<DefinitionVersion>();
        while (reader.Read())
        {
            versions.Add(new DefinitionVersion((DefinitionKind)reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4), reader.GetString(5), reader.GetInt32(6) == 1) { Reason = reader.GetString(7) });
        }
        return versions;
    }

    private SqliteCommand Command(
        SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.Parameters.AddWithValue("$workspace", workspaceId);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command;
    }
}
