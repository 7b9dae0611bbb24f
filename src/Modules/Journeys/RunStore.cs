using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Journeys;

/// <summary>
/// Which runs of a journey: those that came by <paramref name="Step"/>, took <paramref name="Way"/> there and had <paramref name="Outcome"/>; that wait at <paramref name="At"/>; in a status;
/// that ended for a reason. Empty and null: any.
/// </summary>
public sealed record RunFilter(string Step, int? Way, string Outcome, string At, RunStatus? Status, string Reason);

/// <summary>The tables of runs, entries, visits and counts. Writes run in the caller's transaction.</summary>
internal static class RunStore
{
    private const string Columns = "id, workspace_id, journey, version, person, entry, status, step, since_at, due_at, entered_at, ended_at, reason, data";

    /// <summary>Runs that are due, the longest due first.</summary>
    public static List<Run> Due(SqliteConnection connection, string workspace, long now, int limit) => Read(connection, $"""
        SELECT {Columns} FROM journey_runs WHERE workspace_id = @workspace AND status = 'active' AND due_at <= @now
            AND journey NOT IN (SELECT journey FROM journey_settings WHERE workspace_id = @workspace AND is_paused = 1) ORDER BY due_at LIMIT @limit
        """, ("@workspace", workspace), ("@now", now), ("@limit", limit));

    /// <summary>When the next run is due; null if none waits.</summary>
    public static long? NextDue(SqliteConnection connection, string workspace)
    {
        using var command = Command(connection, null, """
            SELECT min(due_at) FROM journey_runs WHERE workspace_id = @workspace AND status = 'active'
                AND journey NOT IN (SELECT journey FROM journey_settings WHERE workspace_id = @workspace AND is_paused = 1)
            """, ("@workspace", workspace));
        return command.ExecuteScalar() is long due ? due : null;
    }

    /// <summary>All runs of people in a journey, by any of their identifiers, the newest first.</summary>
    public static List<Run> OfPerson(SqliteConnection connection, string workspace, string journey, IReadOnlyList<string> identifiers) => Read(connection, $"""
        SELECT {Columns} FROM journey_runs WHERE workspace_id = @workspace AND journey = @journey AND person IN (SELECT value FROM json_each(@people)) ORDER BY entered_at DESC
        """, ("@workspace", workspace), ("@journey", journey), ("@people", JsonSerializer.Serialize(identifiers)));

    public static List<Run> OfPerson(SqliteConnection connection, string workspace, IReadOnlyList<string> identifiers) => Read(connection, $"""
        SELECT {Columns} FROM journey_runs WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people)) ORDER BY entered_at DESC LIMIT 200
        """, ("@workspace", workspace), ("@people", JsonSerializer.Serialize(identifiers)));

    public static Run? Find(SqliteConnection connection, string workspace, string id) =>
        Read(connection, $"SELECT {Columns} FROM journey_runs WHERE workspace_id = @workspace AND id = @id", ("@workspace", workspace), ("@id", id)).FirstOrDefault();

    /// <summary>Runs of a journey in a status, at a step if one is named, the newest first.</summary>
    public static List<Run> OfJourney(SqliteConnection connection, string workspace, string journey, RunStatus? status, string? step, int skip, int limit) => Read(connection, $"""
        SELECT {Columns} FROM journey_runs WHERE workspace_id = @workspace AND journey = @journey AND (@status = '' OR status = @status) AND (@step = '' OR step = @step)
            ORDER BY entered_at DESC, id LIMIT @limit OFFSET @skip
        """, ("@workspace", workspace), ("@journey", journey), ("@status", status is { } one ? Run.StatusName(one) : ""), ("@step", step ?? ""), ("@skip", skip), ("@limit", limit));

    /// <summary>Runs that came by a step, with an outcome or a way if one is named, the newest first.</summary>
    public static List<Run> ThatVisited(SqliteConnection connection, string workspace, string journey, string step, int? way, string? outcome, int skip, int limit) => Read(connection, $"""
        SELECT {Columns} FROM journey_runs WHERE id IN (
            SELECT run FROM journey_visits WHERE workspace_id = @workspace AND journey = @journey AND step = @step AND (@anyWay OR way = @way) AND (@anyOutcome OR outcome = @outcome))
            ORDER BY entered_at DESC, id LIMIT @limit OFFSET @skip
        """, ("@workspace", workspace), ("@journey", journey), ("@step", step), ("@anyWay", way is null), ("@way", way ?? 0), ("@anyOutcome", outcome is null), ("@outcome", outcome ?? ""),
        ("@skip", skip), ("@limit", limit));

    /// <summary>Runs of a journey that a filter lets through, the newest first.</summary>
    public static List<Run> Search(SqliteConnection connection, string workspace, string journey, RunFilter filter, int skip, int limit) => Read(connection, $"""
        SELECT {Columns} FROM journey_runs AS r WHERE workspace_id = @workspace AND journey = @journey AND (@status = '' OR status = @status) AND (@reason = '' OR reason = @reason) AND (@at = '' OR step = @at)
            AND (@step = '' OR EXISTS (SELECT 1 FROM journey_visits AS v WHERE v.run = r.id AND v.step = @step AND (@anyWay OR v.way = @way) AND (@outcome = '' OR v.outcome = @outcome)))
            ORDER BY entered_at DESC, id LIMIT @limit OFFSET @skip
        """, ("@workspace", workspace), ("@journey", journey), ("@status", filter.Status is { } one ? Run.StatusName(one) : ""), ("@reason", filter.Reason), ("@at", filter.At), ("@step", filter.Step),
        ("@anyWay", filter.Way is null), ("@way", filter.Way ?? 0), ("@outcome", filter.Outcome), ("@skip", skip), ("@limit", limit));

    /// <summary>Ends all runs of a journey that go on; answers how many in each version.</summary>
    public static List<(int Version, long Runs)> EndAll(SqliteConnection connection, SqliteTransaction transaction, string workspace, string journey, string reason, long now)
    {
        var ended = Standing(connection, workspace, journey).Where(one => one.Status == RunStatus.Active).GroupBy(one => one.Version).Select(group => (group.Key, group.Sum(one => one.People))).ToList();
        Execute(connection, transaction, """
            UPDATE journey_runs SET status = 'left', step = '', due_at = @never, ended_at = @now, reason = @reason WHERE workspace_id = @workspace AND journey = @journey AND status = 'active'
            """, ("@workspace", workspace), ("@journey", journey), ("@reason", reason), ("@now", now), ("@never", Core.Time.Instants.Never));
        return ended;
    }

    /// <summary>Versions of journeys that somebody is still in.</summary>
    public static List<(string Journey, int Version)> VersionsInUse(SqliteConnection connection, string workspace)
    {
        using var command = Command(connection, null, "SELECT DISTINCT journey, version FROM journey_runs WHERE workspace_id = @workspace AND status = 'active'", ("@workspace", workspace));
        using var reader = command.ExecuteReader();
        var found = new List<(string, int)>();
        while (reader.Read())
        {
            found.Add((reader.GetString(0), reader.GetInt32(1)));
        }
        return found;
    }

    /// <summary>People by status; those inside by step, too.</summary>
    public static List<(int Version, RunStatus Status, string Step, long People)> Standing(SqliteConnection connection, string workspace, string journey)
    {
        using var command = Command(connection, null, """
            SELECT version, status, step, count(*) FROM journey_runs WHERE workspace_id = @workspace AND journey = @journey GROUP BY version, status, step
            """, ("@workspace", workspace), ("@journey", journey));
        using var reader = command.ExecuteReader();
        var found = new List<(int, RunStatus, string, long)>();
        while (reader.Read())
        {
            found.Add((reader.GetInt32(0), StatusOf(reader.GetString(1)), reader.GetString(2), reader.GetInt64(3)));
        }
        return found;
    }

    public static List<(int Version, string Step, int Way, string Outcome, long Visits)> Counts(SqliteConnection connection, string workspace, string journey)
    {
        using var command = Command(connection, null, """
            SELECT version, step, way, outcome, visits FROM journey_counts WHERE workspace_id = @workspace AND journey = @journey
            """, ("@workspace", workspace), ("@journey", journey));
        using var reader = command.ExecuteReader();
        var found = new List<(int, string, int, string, long)>();
        while (reader.Read())
        {
            found.Add((reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt64(4)));
        }
        return found;
    }

    public static List<Visit> Visits(SqliteConnection connection, string run)
    {
        using var command = Command(connection, null, "SELECT number, step, way, at, outcome FROM journey_visits WHERE run = @run ORDER BY number", ("@run", run));
        using var reader = command.ExecuteReader();
        var found = new List<Visit>();
        while (reader.Read())
        {
            found.Add(new Visit(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetString(4)));
        }
        return found;
    }

    /// <summary>The entries that were acted upon: the most that any of the identifiers has.</summary>
    public static int Entries(SqliteConnection connection, string workspace, string journey, int version, IReadOnlyList<string> identifiers)
    {
        using var command = Command(connection, null, """
            SELECT coalesce(max(entries), 0) FROM journey_entries
            WHERE workspace_id = @workspace AND journey = @journey AND version = @version AND identifier IN (SELECT value FROM json_each(@people))
            """, ("@workspace", workspace), ("@journey", journey), ("@version", version), ("@people", JsonSerializer.Serialize(identifiers)));
        return (int)(long)command.ExecuteScalar()!;
    }

    public static void SetEntries(SqliteConnection connection, SqliteTransaction transaction, string workspace, string journey, int version, IReadOnlyList<string> identifiers, int entries) =>
        Execute(connection, transaction, """
            INSERT INTO journey_entries (workspace_id, journey, version, identifier, entries)
            SELECT @workspace, @journey, @version, value, @entries FROM json_each(@people) WHERE true
            ON CONFLICT (workspace_id, journey, version, identifier) DO UPDATE SET entries = max(entries, excluded.entries)
            """, ("@workspace", workspace), ("@journey", journey), ("@version", version), ("@entries", entries), ("@people", JsonSerializer.Serialize(identifiers)));

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, Run run) => Execute(connection, transaction, """
        INSERT INTO journey_runs (id, workspace_id, journey, version, person, entry, status, step, since_at, due_at, entered_at, ended_at, reason, data)
        VALUES (@id, @workspace, @journey, @version, @person, @entry, @status, @step, @since, @due, @entered, @ended, @reason, @data)
        ON CONFLICT (id) DO UPDATE SET status = @status, step = @step, since_at = @since, due_at = @due, ended_at = @ended, reason = @reason, data = @data
        """, ("@id", run.Id), ("@workspace", run.WorkspaceId), ("@journey", run.Journey), ("@version", run.Version), ("@person", run.Person), ("@entry", run.Entry),
        ("@status", Run.StatusName(run.Status)), ("@step", run.Step), ("@since", run.SinceAt), ("@due", run.DueAt), ("@entered", run.EnteredAt), ("@ended", run.EndedAt),
        ("@reason", run.Reason), ("@data", run.Data));

    public static int LastVisit(SqliteConnection connection, SqliteTransaction transaction, string run)
    {
        using var command = Command(connection, transaction, "SELECT coalesce(max(number), -1) FROM journey_visits WHERE run = @run", ("@run", run));
        return (int)(long)command.ExecuteScalar()!;
    }

    public static void AddVisit(SqliteConnection connection, SqliteTransaction transaction, Run run, Visit visit) =>
        Execute(connection, transaction, """
            INSERT INTO journey_visits (run, number, workspace_id, journey, version, step, way, at, outcome) VALUES (@run, @number, @workspace, @journey, @version, @step, @way, @at, @outcome)
            """, ("@run", run.Id), ("@number", visit.Number), ("@workspace", run.WorkspaceId), ("@journey", run.Journey), ("@version", run.Version), ("@step", visit.Step), ("@way", visit.Way),
            ("@at", visit.At), ("@outcome", visit.Outcome));

    public static void Count(SqliteConnection connection, SqliteTransaction transaction, string workspace, string journey, int version, string step, int way, string outcome, long visits) =>
        Execute(connection, transaction, """
            INSERT INTO journey_counts (workspace_id, journey, version, step, way, outcome, visits) VALUES (@workspace, @journey, @version, @step, @way, @outcome, @visits)
            ON CONFLICT (workspace_id, journey, version, step, way, outcome) DO UPDATE SET visits = visits + excluded.visits
            """, ("@workspace", workspace), ("@journey", journey), ("@version", version), ("@step", step), ("@way", way), ("@outcome", outcome), ("@visits", visits));

    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspace, IReadOnlyList<string> people)
    {
        var list = JsonSerializer.Serialize(people);
        Execute(connection, transaction, """
            DELETE FROM journey_visits WHERE run IN (SELECT id FROM journey_runs WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people)))
            """, ("@workspace", workspace), ("@people", list));
        Execute(connection, transaction, "DELETE FROM journey_runs WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people))", ("@workspace", workspace), ("@people", list));
        Execute(connection, transaction, "DELETE FROM journey_entries WHERE workspace_id = @workspace AND identifier IN (SELECT value FROM json_each(@people))", ("@workspace", workspace), ("@people", list));
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
        return command;
    }

    private static List<Run> Read(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, null, sql, parameters);
        using var reader = command.ExecuteReader();
        var runs = new List<Run>();
        while (reader.Read())
        {
            runs.Add(new Run(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4), reader.GetInt32(5), StatusOf(reader.GetString(6)), reader.GetString(7),
                reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.IsDBNull(11) ? null : reader.GetInt64(11), reader.GetString(12), reader.GetString(13)));
        }
        return runs;
    }

    private static RunStatus StatusOf(string name) =>
        Run.StatusOf(name) ?? throw new InvalidDataException($"journey_runs holds the unknown status '{name}': the database is of a later version.");
}
