using Ciclo.Engine.Hosting;
using Ciclo.Modules.Customers.Records;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Customers.Contracts;

/// <summary>What the team keeps of customers beside the journal: notes, tags, static lists.</summary>
public static class CustomerRecords
{
    /// <summary>Takes away everything that is kept of a person, by the public ids of all their identifiers: a part of erasing them.</summary>
    public static Task ForgetAsync(DataHost host, string workspaceId, IReadOnlyList<string> publicIds, CancellationToken cancellation) =>
        host.Database.WriteAsync((connection, transaction) =>
        {
            RecordStore.Forget(connection, transaction, workspaceId, publicIds);
            return 0;
        }, cancellation);

    /// <summary>Gives or takes a tag in the caller's transaction. The person goes by the public ids of all identifiers, the strongest first.</summary>
    public static void SetTag(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string tag, IReadOnlyList<string> publicIds, bool isGiven, long nowMs, string by)
    {
        if (isGiven)
        {
            RecordStore.Tag(connection, transaction, workspaceId, tag, [.. publicIds.Take(1)], nowMs, by);
        }
        else
        {
            RecordStore.Untag(connection, transaction, workspaceId, tag, publicIds);
        }
    }
}
