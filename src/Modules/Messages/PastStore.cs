using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>Rows of the table `messages` that were never in the outbox.</summary>
internal static class PastStore
{
    /// <summary>Adds a message as sent, in the caller's transaction; false where its key is taken.</summary>
    public static bool Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, PastMessage message, Decision written)
    {
        using var command = new SqliteCommand("""
            INSERT INTO messages (id, workspace_id, key, person, channel, template_id, template_version, purpose, source, data, hold_back, priority, created_at, due_at, expires_at, state, attempts,
                address, locale, subject, links, sent_at)
            VALUES (@id, @workspace, @key, @person, @channel, @template, @version, @purpose, @source, @data, @hold, @priority, @due, @due, @expires, 'sent', 1, @address, @locale, @subject, @links, @sent)
            ON CONFLICT (workspace_id, key) DO NOTHING
            """, connection, transaction);
        var draft = message.Draft;
        foreach (var (name, value) in new (string, object?)[]
        {
            ("@id", message.Id), ("@workspace", workspaceId), ("@key", draft.Key), ("@person", draft.Person), ("@channel", draft.Channel), ("@template", draft.TemplateId),
            ("@version", written.TemplateVersion), ("@purpose", draft.Purpose), ("@source", draft.Source), ("@data", draft.Data), ("@hold", draft.HoldBack), ("@priority", draft.Priority),
            ("@due", draft.DueMs), ("@expires", draft.ExpiresMs), ("@address", written.Address), ("@locale", written.Locale), ("@subject", written.Subject), ("@links", written.Links),
            ("@sent", message.SentAt),
        })
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
        if (command.ExecuteNonQuery() == 0)
        {
            return false;
        }
        if (written.Body is { } body)
        {
            using var bodies = new BodyStore.Writer(connection, transaction, message.SentAt);
            bodies.Put(message.Id, body);
        }
        return true;
    }
}
