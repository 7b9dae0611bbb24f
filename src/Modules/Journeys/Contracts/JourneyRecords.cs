using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Journeys.Contracts;

/// <summary>What journeys keep of people beside the journal: runs, what they came by, tasks.</summary>
public static class JourneyRecords
{
    /// <summary>Takes away everything that is kept of a person: a part of erasing them. Sums of journeys stay as they were.</summary>
    public static Task ForgetAsync(DataHost host, string workspaceId, IReadOnlyList<Identifier> identifiers, CancellationToken cancellation) =>
        host.Database.WriteAsync((connection, transaction) =>
        {
            var people = identifiers.Select(identifier => identifier.ToString()).ToList();
            RunStore.Forget(connection, transaction, workspaceId, people);
            RecordStore.Forget(connection, transaction, workspaceId, people);
            return 0;
        }, cancellation);
}
