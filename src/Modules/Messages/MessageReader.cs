using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>Rows of the table `messages` as records.</summary>
internal static class MessageReader
{
    public const string Columns = """
        id, workspace_id, key, person, channel, template_id, template_version, purpose, source, data, hold_back, priority, created_at, due_at, expires_at, state, reason, attempts, batch,
        address, locale, subject, links, sent_at, provider_id, answer, delivered_at, opened_at, machine_opens, clicked_at, clicks, machine_clicks, unsubscribed_at, bounced_at, complained_at
        """;

    public static List<Message> All(SqliteCommand command)
    {
        var found = new List<Message>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Message(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetInt32(6), reader.GetString(7),
                reader.GetString(8), reader.GetString(9), reader.IsDBNull(10) ? null : reader.GetString(10), reader.GetInt32(11), reader.GetInt64(12), reader.GetInt64(13), reader.GetInt64(14),
                MessageStates.Find(reader.GetString(15)) ?? throw new InvalidDataException($"messages holds the unknown state '{reader.GetString(15)}': the database is of a later version."),
                reader.GetString(16), reader.GetInt32(17), reader.GetString(18), reader.GetString(19), reader.GetString(20), reader.GetString(21), reader.GetInt32(22), Instant(reader, 23),
                reader.GetString(24), reader.GetString(25))
            {
                DeliveredAt = Instant(reader, 26),
                OpenedAt = Instant(reader, 27),
                MachineOpens = reader.GetInt32(28),
                ClickedAt = Instant(reader, 29),
                Clicks = reader.GetInt32(30),
                MachineClicks = reader.GetInt32(31),
                UnsubscribedAt = Instant(reader, 32),
                BouncedAt = Instant(reader, 33),
                ComplainedAt = Instant(reader, 34),
            });
        }
        return found;
    }

    /// <summary>The first text after all that begin with a prefix.</summary>
    public static string EndOf(string prefix) => prefix + "\U0010FFFF";

    private static long? Instant(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
