using Ciclo.Core.Values;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A workspace's settings, event aliases and dated rates. Writers run inside the caller's transaction.</summary>
public sealed class SettingsStore(string workspaceId)
{
    public const string Currency = "currency";
    public const string Timezone = "timezone";
    public const string Margin = "margin";

    public IReadOnlyDictionary<string, string> Settings(SqliteConnection connection) =>
        Pairs(connection, "SELECT name, value FROM workspace_settings WHERE workspace_id = $workspace ORDER BY name");

    public IReadOnlyDictionary<string, string> Aliases(SqliteConnection connection) =>
        Pairs(connection, "SELECT sent, name FROM event_aliases WHERE workspace_id = $workspace ORDER BY sent");

    public IReadOnlyList<(string Currency, int Day, Number Rate)> Rates(SqliteConnection connection)
    {
        using var command = Command(connection, null, "SELECT currency, day, rate FROM rates WHERE workspace_id = $workspace ORDER BY currency, day");
        using var reader = command.ExecuteReader();
        var rates = new List<(string, int, Number)>();
        while (reader.Read())
        {
            rates.Add((reader.GetString(0), reader.GetInt32(1), Number.Parse(reader.GetString(2))));
        }
        return rates;
    }

    public void Set(SqliteConnection connection, SqliteTransaction transaction, string name, string? value)
    {
        using var command = value is null
            ? Command(connection, transaction, "DELETE FROM workspace_settings WHERE workspace_id = $workspace AND name = $name", ("$name", name))
            : Command(connection, transaction,
                "INSERT INTO workspace_settings (workspace_id, name, value) VALUES ($workspace, $name, $value) ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value",
                ("$name", name), ("$value", value));
        command.ExecuteNonQuery();
    }

    public void SetAlias(SqliteConnection connection, SqliteTransaction transaction, string sent, string? name)
    {
        using var command = name is null
            ? Command(connection, transaction, "DELETE FROM event_aliases WHERE workspace_id = $workspace AND sent = $sent", ("$sent", sent))
            : Command(connection, transaction,
                "INSERT INTO event_aliases (workspace_id, sent, name) VALUES ($workspace, $sent, $name) ON CONFLICT (workspace_id, sent) DO UPDATE SET name = excluded.name",
                ("$sent", sent), ("$name", name));
        command.ExecuteNonQuery();
    }

    /// <summary>Adds rates; one for a currency and day that has one takes its place.</summary>
    public void AddRates(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<(string Currency, int Day, Number Rate)> rates)
    {
        using var command = Command(connection, transaction,
            "INSERT INTO rates (workspace_id, currency, day, rate) VALUES ($workspace, $currency, $day, $rate) ON CONFLICT (workspace_id, currency, day) DO UPDATE SET rate = excluded.rate",
            ("$currency", ""), ("$day", 0), ("$rate", ""));
        foreach (var (currency, day, rate) in rates)
        {
            command.Parameters["$currency"].Value = currency;
            command.Parameters["$day"].Value = day;
            command.Parameters["$rate"].Value = rate.ToString();
            command.ExecuteNonQuery();
        }
    }

    private Dictionary<string, string> Pairs(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, null, sql);
        using var reader = command.ExecuteReader();
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            pairs.Add(reader.GetString(0), reader.GetString(1));
        }
        return pairs;
    }

    private SqliteCommand Command(
        SqliteConnection connection, SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
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
