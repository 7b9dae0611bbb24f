using System.Text.Json;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Messages;

/// <summary>What a batch decided about one message before anything goes out. <paramref name="Body"/>: what was written, deflated; null where nothing was.</summary>
internal sealed record Decision(
    string Id, MessageState State, string Reason = "", long DueAt = 0, int TemplateVersion = 0, string Address = "", string Locale = "", string Subject = "", int Links = 0, byte[]? Body = null);

/// <summary>What came of a message that was being handed over.</summary>
internal sealed record Settled(string Id, MessageState State, string Reason, string ProviderId, string Answer, long At, long DueAt, int AttemptsMore, bool IsTold);

/// <summary>The table `messages` as an outbox: what waits, what is on its way, what came of it. Writes run in the caller's transaction.</summary>
internal static class OutboxStore
{
    /// <summary>Higher and lower priorities count as these.</summary>
    private const int MostPriority = 1_000;

    /// <summary>Messages that were sent, or may have been, count for how often a person is written to; transactional ones do not.</summary>
    private const string CountsForCaps = "state in ('sending', 'sent', 'unknown') AND purpose <> 'transactional'";

    public static int Add(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<MessageDraft> drafts, long nowMs)
    {
        using var command = new SqliteCommand("""
            INSERT INTO messages (id, workspace_id, key, person, channel, template_id, purpose, source, data, hold_back, priority, created_at, due_at, expires_at, state)
            VALUES (@id, @workspace, @key, @person, @channel, @template, @purpose, @source, @data, @hold, @priority, @now, @due, @expires, 'due') ON CONFLICT (workspace_id, key) DO NOTHING
            """, connection, transaction);
        foreach (var name in new[] { "@id", "@workspace", "@key", "@person", "@channel", "@template", "@purpose", "@source", "@data", "@hold", "@priority", "@now", "@due", "@expires" })
        {
            command.Parameters.Add(new SqliteParameter(name, ""));
        }
        command.Parameters["@workspace"].Value = workspaceId;
        command.Parameters["@now"].Value = nowMs;
        var added = 0;
        foreach (var draft in drafts)
        {
            Check(draft);
            command.Parameters["@id"].Value = Message.NewId(nowMs);
            command.Parameters["@key"].Value = draft.Key;
            command.Parameters["@person"].Value = draft.Person;
            command.Parameters["@channel"].Value = draft.Channel;
            command.Parameters["@template"].Value = draft.TemplateId;
            command.Parameters["@purpose"].Value = draft.Purpose;
            command.Parameters["@source"].Value = draft.Source;
            command.Parameters["@data"].Value = draft.Data;
            command.Parameters["@hold"].Value = (object?)draft.HoldBack ?? DBNull.Value;
            command.Parameters["@priority"].Value = Math.Clamp(draft.Priority, -MostPriority, MostPriority);
            command.Parameters["@due"].Value = draft.DueMs;
            command.Parameters["@expires"].Value = draft.ExpiresMs;
            added += command.ExecuteNonQuery();
        }
        return added;
    }

    /// <summary>What begins with the prefix and has not left.</summary>
    public static int Cancel(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string keyPrefix)
    {
        using var command = new SqliteCommand(
            "UPDATE messages SET state = 'cancelled' WHERE workspace_id = @workspace AND key >= @from AND key < @to AND state = 'due'", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@from", keyPrefix);
        command.Parameters.AddWithValue("@to", MessageReader.EndOf(keyPrefix));
        return command.ExecuteNonQuery();
    }

    /// <summary>What is due on a channel, the highest priority first, then the longest due.</summary>
    public static List<Message> Due(SqliteConnection connection, string workspaceId, string channel, long now, int most)
    {
        var found = new List<Message>();
        using var highest = new SqliteCommand(
            "SELECT max(priority) FROM messages WHERE state = 'due' AND workspace_id = @workspace AND channel = @channel AND priority < @below", connection);
        using var rows = new SqliteCommand($"""
            SELECT {MessageReader.Columns} FROM messages
            WHERE state = 'due' AND workspace_id = @workspace AND channel = @channel AND priority = @priority AND due_at <= @now ORDER BY due_at LIMIT @most
            """, connection);
        foreach (var command in new[] { highest, rows })
        {
            command.Parameters.AddWithValue("@workspace", workspaceId);
            command.Parameters.AddWithValue("@channel", channel);
        }
        highest.Parameters.AddWithValue("@below", (long)MostPriority + 1);
        rows.Parameters.AddWithValue("@priority", 0L);
        rows.Parameters.AddWithValue("@now", now);
        rows.Parameters.AddWithValue("@most", most);
        while (found.Count < most && highest.ExecuteScalar() is long priority)
        {
            rows.Parameters["@priority"].Value = priority;
            rows.Parameters["@most"].Value = most - found.Count;
            found.AddRange(MessageReader.All(rows));
            highest.Parameters["@below"].Value = priority;
        }
        return found;
    }

    /// <summary>What waits for a person, by any of the identifiers, and is due: the highest priority first, then the longest due.</summary>
    public static List<Message> DueOf(SqliteConnection connection, string workspaceId, string channel, IReadOnlyList<string> identifiers, long now, int most)
    {
        using var command = new SqliteCommand($"""
            SELECT {MessageReader.Columns} FROM messages WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people)) AND channel = @channel AND state = 'due'
                AND sent_at IS NULL AND due_at <= @now ORDER BY priority DESC, due_at LIMIT @most
            """, connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        command.Parameters.AddWithValue("@people", JsonSerializer.Serialize(identifiers));
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@most", most);
        return MessageReader.All(command);
    }

    /// <summary>When the next message that waits for a person is due, past or future; null for none.</summary>
    public static long? NextDueOf(SqliteConnection connection, string workspaceId, string channel, IReadOnlyList<string> identifiers)
    {
        using var command = new SqliteCommand("""
            SELECT min(due_at) FROM messages WHERE workspace_id = @workspace AND person IN (SELECT value FROM json_each(@people)) AND channel = @channel AND state = 'due' AND sent_at IS NULL
            """, connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        command.Parameters.AddWithValue("@people", JsonSerializer.Serialize(identifiers));
        return command.ExecuteScalar() as long?;
    }

    /// <summary>When the time of the next message that waits on a channel is over; null for none.</summary>
    public static long? NextExpiry(SqliteConnection connection, string workspaceId, string channel)
    {
        using var command = new SqliteCommand("SELECT min(expires_at) FROM messages WHERE state = 'due' AND workspace_id = @workspace AND channel = @channel", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>Misses what nobody came for in its time; what last kept it from being given stays as the reason.</summary>
    public static int Expire(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string channel, long now)
    {
        using var command = new SqliteCommand("""
            UPDATE messages SET state = 'missed', reason = CASE WHEN reason = '' THEN @reason ELSE reason END
            WHERE state = 'due' AND workspace_id = @workspace AND channel = @channel AND expires_at <= @now
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        command.Parameters.AddWithValue("@reason", Reasons.NotFetched);
        command.Parameters.AddWithValue("@now", now);
        return command.ExecuteNonQuery();
    }

    /// <summary>When the next message of a channel is due, past or future; null for none.</summary>
    public static long? NextDue(SqliteConnection connection, string workspaceId, string channel)
    {
        using var command = new SqliteCommand("SELECT min(due_at) FROM messages WHERE state = 'due' AND workspace_id = @workspace AND channel = @channel", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@channel", channel);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>The channels that a workspace has anything due on.</summary>
    public static IReadOnlyList<string> ChannelsDue(SqliteConnection connection, string workspaceId)
    {
        using var command = new SqliteCommand("SELECT min(channel) FROM messages WHERE state = 'due' AND workspace_id = @workspace AND channel > @after", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@after", "");
        var found = new List<string>();
        while (command.ExecuteScalar() is string channel)
        {
            found.Add(channel);
            command.Parameters["@after"].Value = channel;
        }
        return found;
    }

    /// <summary>When, since <paramref name="since"/>, and on which channel somebody known by any of the identifiers was written to.</summary>
    public static List<IReadOnlyList<(long At, string Channel)>> SentBefore(SqliteConnection connection, string workspaceId, IReadOnlyList<IReadOnlyList<string>> people, long since)
    {
        using var command = new SqliteCommand(
            $"SELECT sent_at, channel FROM messages WHERE workspace_id = @workspace AND person = @person AND sent_at >= @since AND {CountsForCaps}", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@person", "");
        command.Parameters.AddWithValue("@since", since);
        var found = new List<IReadOnlyList<(long, string)>>(people.Count);
        foreach (var identifiers in people)
        {
            var sent = new List<(long, string)>();
            foreach (var identifier in identifiers)
            {
                command.Parameters["@person"].Value = identifier;
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    sent.Add((reader.GetInt64(0), reader.GetString(1)));
                }
            }
            found.Add(sent);
        }
        return found;
    }

    /// <summary>
    /// Carries out what was decided, where the message still waits: those that are to go out are `sending` once this is committed, and only then may a byte of them go out.
    /// Answers the ids of those.
    /// </summary>
    public static HashSet<string> Claim(SqliteConnection connection, SqliteTransaction transaction, string batch, IReadOnlyList<Decision> decisions, long now)
    {
        using var command = new SqliteCommand("""
            UPDATE messages SET state = @state, reason = @reason, due_at = CASE WHEN @due > 0 THEN @due ELSE due_at END, batch = @batch, template_version = @version, address = @address,
                locale = @locale, subject = @subject, links = @links, sent_at = CASE WHEN @state IN ('sending', 'caught') THEN @now ELSE NULL END
            WHERE id = @id AND state = 'due'
            """, connection, transaction);
        foreach (var name in new[] { "@id", "@state", "@reason", "@due", "@batch", "@version", "@address", "@locale", "@subject", "@links" })
        {
            command.Parameters.Add(new SqliteParameter(name, ""));
        }
        command.Parameters.AddWithValue("@now", now);
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        using var bodies = new BodyStore.Writer(connection, transaction, now);
        foreach (var one in decisions)
        {
            command.Parameters["@id"].Value = one.Id;
            command.Parameters["@state"].Value = one.State.Name();
            command.Parameters["@reason"].Value = one.Reason;
            command.Parameters["@due"].Value = one.DueAt;
            command.Parameters["@batch"].Value = one.State == MessageState.Sending ? batch : "";
            command.Parameters["@version"].Value = one.TemplateVersion;
            command.Parameters["@address"].Value = one.Address;
            command.Parameters["@locale"].Value = one.Locale;
            command.Parameters["@subject"].Value = one.Subject;
            command.Parameters["@links"].Value = one.Links;
            if (command.ExecuteNonQuery() == 1)
            {
                if (one.Body is not null)
                {
                    bodies.Put(one.Id, one.Body);
                }
                if (one.State == MessageState.Sending)
                {
                    claimed.Add(one.Id);
                }
            }
        }
        return claimed;
    }

    /// <summary>Stores what came of messages that were being handed over.</summary>
    public static void Settle(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<Settled> results)
    {
        using var command = new SqliteCommand("""
            UPDATE messages SET state = @state, reason = @reason, provider_id = @provider, answer = @answer, attempts = attempts + @more, batch = '', untold = @untold,
                sent_at = CASE WHEN @state IN ('sent', 'unknown') THEN @at ELSE NULL END, due_at = CASE WHEN @due > 0 THEN @due ELSE due_at END
            WHERE id = @id AND state = 'sending'
            """, connection, transaction);
        foreach (var name in new[] { "@id", "@state", "@reason", "@provider", "@answer", "@more", "@untold", "@at", "@due" })
        {
            command.Parameters.Add(new SqliteParameter(name, ""));
        }
        foreach (var one in results)
        {
            command.Parameters["@id"].Value = one.Id;
            command.Parameters["@state"].Value = one.State.Name();
            command.Parameters["@reason"].Value = one.Reason;
            command.Parameters["@provider"].Value = one.ProviderId;
            command.Parameters["@answer"].Value = one.Answer;
            command.Parameters["@more"].Value = one.AttemptsMore;
            command.Parameters["@untold"].Value = one.State == MessageState.Sent && !one.IsTold ? 1 : 0;
            command.Parameters["@at"].Value = one.At;
            command.Parameters["@due"].Value = one.DueAt;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>What was being handed over when the program ended.</summary>
    public static List<Message> Sending(SqliteConnection connection)
    {
        using var command = new SqliteCommand($"SELECT {MessageReader.Columns} FROM messages WHERE state = 'sending'", connection);
        return MessageReader.All(command);
    }

    /// <summary>Sent, and the journal does not know it yet.</summary>
    public static List<Message> Untold(SqliteConnection connection, string workspaceId, int most)
    {
        using var command = new SqliteCommand($"SELECT {MessageReader.Columns} FROM messages WHERE workspace_id = @workspace AND untold = 1 ORDER BY id LIMIT @most", connection);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@most", most);
        return MessageReader.All(command);
    }

    public static void Told(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<string> ids)
    {
        using var command = new SqliteCommand("UPDATE messages SET untold = 0 WHERE id = @id", connection, transaction);
        command.Parameters.AddWithValue("@id", "");
        foreach (var id in ids)
        {
            command.Parameters["@id"].Value = id;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Puts a message of one of the states back into the outbox, with all its attempts ahead; false if it is in none of them.</summary>
    public static bool Again(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id, long now, long expires)
    {
        using var command = new SqliteCommand("""
            UPDATE messages SET state = 'due', reason = '', attempts = 0, due_at = @now, expires_at = max(expires_at, @expires), sent_at = NULL, answer = '', provider_id = ''
            WHERE workspace_id = @workspace AND id = @id AND state IN ('unknown', 'failed', 'missed', 'caught')
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@now", now);
        command.Parameters.AddWithValue("@expires", expires);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>A person says what became of a message that nobody answered for; false if it is no such message.</summary>
    public static bool Resolve(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id, bool arrived)
    {
        using var command = new SqliteCommand("""
            UPDATE messages SET state = CASE WHEN @arrived = 1 THEN 'sent' ELSE 'failed' END, reason = 'settled_by_person', untold = @arrived
            WHERE workspace_id = @workspace AND id = @id AND state = 'unknown'
            """, connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
        command.Parameters.AddWithValue("@arrived", arrived ? 1 : 0);
        return command.ExecuteNonQuery() == 1;
    }

    /// <summary>Takes away all messages to whoever is known by the identifiers or has the addresses.</summary>
    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, IReadOnlyList<string> identifiers, IReadOnlyList<string> addresses)
    {
        using var byPerson = new SqliteCommand("DELETE FROM messages WHERE workspace_id = @workspace AND person = @one", connection, transaction);
        using var byAddress = new SqliteCommand("DELETE FROM messages WHERE workspace_id = @workspace AND address = @one", connection, transaction);
        foreach (var (command, values) in new[] { (byPerson, identifiers), (byAddress, addresses) })
        {
            command.Parameters.AddWithValue("@workspace", workspaceId);
            command.Parameters.AddWithValue("@one", "");
            foreach (var value in values)
            {
                command.Parameters["@one"].Value = value;
                command.ExecuteNonQuery();
            }
        }
    }

    private static void Check(MessageDraft draft)
    {
        if (draft.Key.Length is 0 or > MessageOutbox.LongestKey || draft.Source.Length is 0 or > MessageOutbox.LongestSource || draft.Data.Length > MessageOutbox.LongestData)
        {
            throw new ArgumentException(
                $"A message has a key of 1 to {MessageOutbox.LongestKey} characters, a source of 1 to {MessageOutbox.LongestSource} and data of {MessageOutbox.LongestData} at most.", nameof(draft));
        }
    }
}
