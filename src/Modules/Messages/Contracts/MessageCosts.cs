using System.Globalization;
using Ciclo.Engine.Hosting;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>What messages cost, as people set it: by channel, one message, in the workspace's currency.</summary>
public sealed record MessageCosts(IReadOnlyDictionary<string, decimal> ByChannel)
{
    /// <summary>The dearest message: a mistake of some zeros is refused.</summary>
    public const decimal Most = 1_000;

    /// <summary>Whether anybody said what any message costs.</summary>
    public bool AreSet => ByChannel.Count > 0;

    /// <summary>What so many messages cost; null where nobody said what one does.</summary>
    public decimal? Of(string channel, long messages) => ByChannel.TryGetValue(channel, out var one) ? one * messages : null;

    /// <summary>What messages on several channels cost together; null where nobody said it of any of them.</summary>
    public decimal? Of(IEnumerable<KeyValuePair<string, long>> messages)
    {
        var known = messages.Where(pair => ByChannel.ContainsKey(pair.Key)).ToList();
        return known.Count == 0 ? null : known.Sum(pair => ByChannel[pair.Key] * pair.Value);
    }

    public static MessageCosts Read(DataHost host, string workspaceId) => host.Database.Read(connection =>
    {
        using var command = new SqliteCommand("SELECT channel, amount FROM message_costs WHERE workspace_id = @workspace", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        using var reader = command.ExecuteReader();
        var found = new Dictionary<string, decimal>(StringComparer.Ordinal);
        while (reader.Read())
        {
            found.Add(reader.GetString(0), decimal.Parse(reader.GetString(1), CultureInfo.InvariantCulture));
        }
        return new MessageCosts(found);
    });

    /// <summary>Sets what a message on a channel costs.</summary>
    public static Task PutAsync(DataHost host, string workspaceId, string channel, decimal amount, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        Put(connection, transaction, workspaceId, channel, amount);
        return 0;
    }, cancellation);

    /// <summary>Sets what a message on a channel costs, in the caller's transaction; null for "nobody says".</summary>
    internal static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string channel, decimal? amount)
    {
        using var command = new SqliteCommand(amount is null
            ? "DELETE FROM message_costs WHERE workspace_id = @workspace AND channel = @channel"
            : "INSERT INTO message_costs (workspace_id, channel, amount) VALUES (@workspace, @channel, @amount) ON CONFLICT (workspace_id, channel) DO UPDATE SET amount = excluded.amount", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        if (amount is { } set)
        {
            command.Parameters.AddWithValue("@amount", set.ToString(CultureInfo.InvariantCulture));
        }
        command.ExecuteNonQuery();
    }
}
