using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>The table `reach_settings`.</summary>
internal static class ReachStore
{
    public static ReachSettings Find(SqliteConnection connection, string workspace)
    {
        using var command = new SqliteCommand("SELECT answer_worth, by_clicks FROM reach_settings WHERE workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspace);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new ReachSettings(reader.GetString(0) is { Length: > 0 } worth ? decimal.Parse(worth, CultureInfo.InvariantCulture) : null, reader.GetBoolean(1)) : new ReachSettings(null, false);
    }

    /// <summary>Runs in the caller's transaction.</summary>
    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspace, ReachSettings settings)
    {
        using var command = new SqliteCommand(
            "INSERT INTO reach_settings (workspace_id, answer_worth, by_clicks) VALUES (@workspace, @worth, @clicks) ON CONFLICT (workspace_id) DO UPDATE SET answer_worth = @worth, by_clicks = @clicks",
            connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspace);
        command.Parameters.AddWithValue("@worth", settings.Answer?.ToString(CultureInfo.InvariantCulture) ?? "");
        command.Parameters.AddWithValue("@clicks", settings.ByClicks);
        command.ExecuteNonQuery();
    }
}
