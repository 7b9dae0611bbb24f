using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Audit;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>
/// One thing that was done. <paramref name="Action"/> is of <see cref="AuditActions"/>; <paramref name="Object"/> is an id or a name that people
/// gave, <paramref name="Detail"/> a few words about it. Nothing of a customer may stand in either: no identifier, no name, no trait.
/// <paramref name="WorkspaceId"/> is empty where no workspace is meant.
/// </summary>
public sealed record AuditEntry(string WorkspaceId, Actor By, string Action, string Object = "", string Detail = "");

/// <summary>
/// The audit log, for every module. Where a change is in the records too, it is written in the same transaction: neither is there without
/// the other.
/// </summary>
public static class AuditLog
{
    /// <summary>Writes an entry in the caller's transaction.</summary>
    public static void Write(SqliteConnection connection, SqliteTransaction transaction, long now, AuditEntry entry) =>
        AuditStore.Append(connection, transaction, now, entry);

    /// <summary>Writes an entry about something that lies elsewhere, such as in the journal, once that is done.</summary>
    public static Task WriteAsync(DataHost host, AuditEntry entry, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        AuditStore.Append(connection, transaction, host.NowMs, entry);
        return 0;
    }, cancellation);
}
