using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Acquisition;

/// <summary>The tables `ad_costs`, `followers` and `web_settings`. Writers run inside the caller's transaction.</summary>
internal sealed class CostStore(string workspaceId)
{
    public const string OwnHosts = "own_hosts";
    public const string InternalDomains = "internal_domains";

    /// <summary>Costs of the days from one to another, both included, in the order of days and names.</summary>
    public IReadOnlyList<CostRow> Costs(SqliteConnection connection, int from, int to)
    {
        using var command = Command(connection, null, """
            SELECT day, source, medium, campaign, cost, currency, clicks, impressions FROM ad_costs
            WHERE workspace_id = $workspace AND day BETWEEN $from AND $to ORDER BY day, source, medium, campaign
            """, ("$from", from), ("$to", to));
        using var reader = command.ExecuteReader();
        var rows = new List<CostRow>();
        while (reader.Read())
        {
            rows.Add(new CostRow(
                reader.GetInt32(0), new ChannelSource(reader.GetString(1), reader.GetString(2), reader.GetString(3)), Number.Parse(reader.GetString(4)), reader.GetString(5),
                reader.GetInt64(6), reader.GetInt64(7)));
        }
        return rows;
    }

    /// <summary>What is there, by source and medium.</summary>
    public IReadOnlyList<CostSummary> Summary(SqliteConnection connection)
    {
        using var command = Command(connection, null, """
            SELECT source, medium, COUNT(DISTINCT campaign), COUNT(*), MIN(day), MAX(day) FROM ad_costs
            WHERE workspace_id = $workspace GROUP BY source, medium ORDER BY source, medium
            """);
        using var reader = command.ExecuteReader();
        var rows = new List<CostSummary>();
        while (reader.Read())
        {
            rows.Add(new CostSummary(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetInt32(5)));
        }
        return rows;
    }

    /// <summary>Puts costs in; one of a known day and campaign takes its place.</summary>
    public void Put(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<CostRow> rows)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO ad_costs (workspace_id, day, source, medium, campaign, cost, currency, clicks, impressions)
            VALUES ($workspace, $day, $source, $medium, $campaign, $cost, $currency, $clicks, $impressions)
            ON CONFLICT (workspace_id, day, source, medium, campaign) DO UPDATE SET
                cost = excluded.cost, currency = excluded.currency, clicks = excluded.clicks, impressions = excluded.impressions
            """, ("$day", 0), ("$source", ""), ("$medium", ""), ("$campaign", ""), ("$cost", ""), ("$currency", ""), ("$clicks", 0L), ("$impressions", 0L));
        foreach (var row in rows)
        {
            command.Parameters["$day"].Value = row.Day;
            command.Parameters["$source"].Value = row.Source.Source;
            command.Parameters["$medium"].Value = row.Source.Medium;
            command.Parameters["$campaign"].Value = row.Source.Campaign;
            command.Parameters["$cost"].Value = row.Cost.ToString();
            command.Parameters["$currency"].Value = row.Currency;
            command.Parameters["$clicks"].Value = row.Clicks;
            command.Parameters["$impressions"].Value = row.Impressions;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Takes out every cost of a source and medium; answers how many.</summary>
    public int Remove(SqliteConnection connection, SqliteTransaction transaction, string source, string medium)
    {
        using var command = Command(connection, transaction, "DELETE FROM ad_costs WHERE workspace_id = $workspace AND source = $source AND medium = $medium", ("$source", source), ("$medium", medium));
        return command.ExecuteNonQuery();
    }

    /// <summary>All counts, by network and day.</summary>
    public IReadOnlyList<FollowerRow> Followers(SqliteConnection connection)
    {
        using var command = Command(connection, null, "SELECT day, network, followers FROM followers WHERE workspace_id = $workspace ORDER BY network, day");
        using var reader = command.ExecuteReader();
        var rows = new List<FollowerRow>();
        while (reader.Read())
        {
            rows.Add(new FollowerRow(reader.GetInt32(0), reader.GetString(1), reader.GetInt64(2)));
        }
        return rows;
    }

    /// <summary>Puts counts in; one of a known network and day takes its place.</summary>
    public void Put(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<FollowerRow> rows)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO followers (workspace_id, day, network, followers) VALUES ($workspace, $day, $network, $followers)
            ON CONFLICT (workspace_id, network, day) DO UPDATE SET followers = excluded.followers
            """, ("$day", 0), ("$network", ""), ("$followers", 0L));
        foreach (var row in rows)
        {
            command.Parameters["$day"].Value = row.Day;
            command.Parameters["$network"].Value = row.Network;
            command.Parameters["$followers"].Value = row.Followers;
            command.ExecuteNonQuery();
        }
    }

    public WebSettings Settings(SqliteConnection connection)
    {
        using var command = Command(connection, null, "SELECT name, value FROM web_settings WHERE workspace_id = $workspace");
        using var reader = command.ExecuteReader();
        var settings = WebSettings.None;
        while (reader.Read())
        {
            var words = reader.GetString(1).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            settings = reader.GetString(0) == OwnHosts ? settings with { OwnHosts = words } : settings with { InternalDomains = words };
        }
        return settings;
    }

    public void Set(SqliteConnection connection, SqliteTransaction transaction, string name, IEnumerable<string> words)
    {
        using var command = Command(connection, transaction, """
            INSERT INTO web_settings (workspace_id, name, value) VALUES ($workspace, $name, $value)
            ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value
            """, ("$name", name), ("$value", string.Join(' ', words)));
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = new SqliteCommand(sql, connection, transaction);
        command.Parameters.AddWithValue("$workspace", workspaceId);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command;
    }
}
