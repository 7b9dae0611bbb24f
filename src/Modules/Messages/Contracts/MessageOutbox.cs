namespace Ciclo.Modules.Messages.Contracts;

/// <summary>
/// A message to one person, before it is written. <paramref name="Key"/> makes it one and the same, such as `journey/abandoned-cart/run_…/step/1`: a second of that key is not taken.
/// <paramref name="Person"/> is the strongest identifier, as `user_id:V`; <paramref name="Source"/> such as `journey:abandoned-cart:first-mail` or `campaign:42:B` is what it is counted under;
/// <paramref name="Data"/> a JSON object, the template's `event`; a message that cannot leave before <paramref name="ExpiresMs"/> is missed. Higher <paramref name="Priority"/> goes first.
/// </summary>
public sealed record MessageDraft(
    string Key, string Person, string Channel, string TemplateId, string Purpose, string Source, string Data, string? HoldBack, int Priority, long DueMs, long ExpiresMs);

public static class MessageOutbox
{
    public static int AddMany(Microsoft.Data.Sqlite.SqliteConnection connection, Microsoft.Data.Sqlite.SqliteTransaction transaction, string workspaceId, IReadOnlyList<MessageDraft> drafts, long nowMs) => throw new NotSupportedException();

    public static int Cancel(Microsoft.Data.Sqlite.SqliteConnection connection, Microsoft.Data.Sqlite.SqliteTransaction transaction, string workspaceId, string keyPrefix) => 0;
}
