using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Campaigns;

/// <summary>The tables `campaign…`. Writes run in the caller's transaction.</summary>
internal static class CampaignStore
{
    private const string Columns = "id, workspace_id, name, plan, state, is_paused, audience, cursor, next_at, winner, shares, created_at, made_by, started_at, ended_at";

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<Campaign> List(SqliteConnection connection, string workspace)
    {
        using var command = Command(connection, null, $"SELECT {Columns} FROM campaigns WHERE workspace_id = @workspace ORDER BY id DESC", ("@workspace", workspace));
        return Read(command);
    }

    public static Campaign? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspace, long id)
    {
        using var command = Command(connection, transaction, $"SELECT {Columns} FROM campaigns WHERE workspace_id = @workspace AND id = @id", ("@workspace", workspace), ("@id", id));
        return Read(command).FirstOrDefault();
    }

    /// <summary>Those of a workspace with a step to make, the most overdue first.</summary>
    public static IReadOnlyList<Campaign> UnderWay(SqliteConnection connection, string workspace)
    {
        using var command = Command(
            connection, null, $"SELECT {Columns} FROM campaigns WHERE workspace_id = @workspace AND state NOT IN ('draft', 'done', 'stopped') AND is_paused = 0 ORDER BY next_at, id", ("@workspace", workspace));
        return Read(command);
    }

    /// <summary>Adds a campaign, or stores one that has a number anew; answers its number.</summary>
    public static long Put(SqliteConnection connection, SqliteTransaction transaction, Campaign campaign)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO campaigns (id, workspace_id, name, plan, state, is_paused, audience, cursor, next_at, winner, shares, created_at, made_by, started_at, ended_at)
            VALUES (@id, @workspace, @name, @plan, @state, @paused, @audience, @cursor, @next, @winner, @shares, @created, @by, @started, @ended)
            ON CONFLICT (id) DO UPDATE SET name = @name, plan = @plan, state = @state, is_paused = @paused, audience = @audience, cursor = @cursor, next_at = @next, winner = @winner, shares = @shares,
                started_at = @started, ended_at = @ended
            RETURNING id
            """,
            ("@id", campaign.Id == 0 ? DBNull.Value : campaign.Id), ("@workspace", campaign.WorkspaceId), ("@name", campaign.Name), ("@plan", JsonSerializer.Serialize(campaign.Plan)),
            ("@state", Campaign.StateName(campaign.State)), ("@paused", campaign.IsPaused), ("@audience", campaign.Audience), ("@cursor", campaign.Cursor), ("@next", campaign.NextAt),
            ("@winner", campaign.Winner), ("@shares", JsonSerializer.Serialize(campaign.Shares)), ("@created", campaign.CreatedAt), ("@by", campaign.MadeBy),
            ("@started", (object?)campaign.StartedAt ?? DBNull.Value), ("@ended", (object?)campaign.EndedAt ?? DBNull.Value));
        return (long)command.ExecuteScalar()!;
    }

    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, long id)
    {
        Clear(connection, transaction, id);
        using var command = Command(connection, transaction, "DELETE FROM campaigns WHERE id = @id", ("@id", id));
        command.ExecuteNonQuery();
    }

    /// <summary>Takes an audience away that was not written to its end.</summary>
    public static void Clear(SqliteConnection connection, SqliteTransaction transaction, long id)
    {
        using var command = Command(connection, transaction, "DELETE FROM campaign_people WHERE campaign_id = @id", ("@id", id));
        command.ExecuteNonQuery();
    }

    /// <summary>Writes people down; one who is there already is not written twice. Answers how many were new.</summary>
    public static int AddPeople(SqliteConnection connection, SqliteTransaction transaction, long id, IEnumerable<CampaignPerson> people)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO campaign_people (campaign_id, position, person, identifiers, due_at) VALUES (@id, @position, @person, @identifiers, @due) ON CONFLICT (campaign_id, person) DO NOTHING
            """, ("@id", id), ("@position", 0), ("@person", ""), ("@identifiers", ""), ("@due", DBNull.Value));
        var added = 0;
        foreach (var one in people)
        {
            command.Parameters["@position"].Value = one.Position;
            command.Parameters["@person"].Value = one.Person;
            command.Parameters["@identifiers"].Value = JsonSerializer.Serialize(one.Identifiers);
            command.Parameters["@due"].Value = (object?)one.DueAt ?? DBNull.Value;
            added += command.ExecuteNonQuery();
        }
        return added;
    }

    /// <summary>The next people after a position.</summary>
    public static IReadOnlyList<CampaignPerson> People(SqliteConnection connection, SqliteTransaction? transaction, long id, int after, int most)
    {
        using var command = Command(
            connection, transaction, "SELECT position, person, identifiers, due_at, arm FROM campaign_people WHERE campaign_id = @id AND position > @after ORDER BY position LIMIT @most",
            ("@id", id), ("@after", after), ("@most", most));
        var people = new List<CampaignPerson>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            people.Add(new CampaignPerson(
                reader.GetInt32(0), reader.GetString(1), JsonSerializer.Deserialize<List<string>>(reader.GetString(2))!, reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetString(4)));
        }
        return people;
    }

    /// <summary>The first people of an audience, of one arm or of all (null), with their arms, "" before the draw; and how many there are.</summary>
    public static (IReadOnlyList<(string Person, string Arm)> People, long Count) Drawn(SqliteConnection connection, long id, string? arm, int most)
    {
        using var command = Command(connection, null, """
            SELECT person, coalesce(arm, ''), count(*) OVER () FROM campaign_people WHERE campaign_id = @id AND (@any = 1 OR coalesce(arm, '') = @arm) ORDER BY position LIMIT @most
            """, ("@id", id), ("@any", arm is null), ("@arm", arm ?? ""), ("@most", most));
        var (people, count) = (new List<(string, string)>(), 0L);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            people.Add((reader.GetString(0), reader.GetString(1)));
            count = reader.GetInt64(2);
        }
        return (people, count);
    }

    public static void SetArm(SqliteConnection connection, SqliteTransaction transaction, long id, int position, string arm)
    {
        using var command = Command(
            connection, transaction, "UPDATE campaign_people SET arm = @arm WHERE campaign_id = @id AND position = @position", ("@id", id), ("@position", position), ("@arm", arm));
        command.ExecuteNonQuery();
    }

    /// <summary>Whether somebody who was drawn before is one of these identifiers: two of the audience can turn out to be one person.</summary>
    public static bool IsDrawn(SqliteConnection connection, SqliteTransaction transaction, long id, IReadOnlyList<string> identifiers, int except)
    {
        using var command = Command(connection, transaction, """
            SELECT count(*) FROM campaign_people WHERE campaign_id = @id AND person IN (SELECT value FROM json_each(@identifiers)) AND position <> @except AND arm IS NOT NULL
            """, ("@id", id), ("@identifiers", JsonSerializer.Serialize(identifiers)), ("@except", except));
        return (long)command.ExecuteScalar()! > 0;
    }

    /// <summary>People by arm; "" for those who were not drawn yet.</summary>
    public static IReadOnlyDictionary<string, long> Arms(SqliteConnection connection, long id)
    {
        using var command = Command(connection, null, "SELECT coalesce(arm, ''), count(*) FROM campaign_people WHERE campaign_id = @id GROUP BY 1", ("@id", id));
        var arms = new Dictionary<string, long>(StringComparer.Ordinal);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            arms.Add(reader.GetString(0), reader.GetInt64(1));
        }
        return arms;
    }

    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspace, IReadOnlyList<string> identifiers)
    {
        using var command = Command(connection, transaction, """
            DELETE FROM campaign_people WHERE person IN (SELECT value FROM json_each(@identifiers)) AND campaign_id IN (SELECT id FROM campaigns WHERE workspace_id = @workspace)
            """, ("@workspace", workspace), ("@identifiers", JsonSerializer.Serialize(identifiers)));
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command;
    }

    private static List<Campaign> Read(SqliteCommand command)
    {
        var found = new List<Campaign>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Campaign(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), JsonSerializer.Deserialize<CampaignPlan>(reader.GetString(3))!, Campaign.StateOf(reader.GetString(4)), reader.GetBoolean(5),
                reader.GetInt32(6), reader.GetInt32(7), reader.GetInt64(8), reader.GetString(9), JsonSerializer.Deserialize<List<double>>(reader.GetString(10))!, reader.GetInt64(11), reader.GetString(12),
                reader.IsDBNull(13) ? null : reader.GetInt64(13), reader.IsDBNull(14) ? null : reader.GetInt64(14)));
        }
        return found;
    }
}
