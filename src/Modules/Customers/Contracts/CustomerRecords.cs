using Ciclo.Engine.Hosting;
using Ciclo.Modules.Customers.Records;

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
}
