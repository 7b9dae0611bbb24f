using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Campaigns.Contracts;

/// <summary>What campaigns keep of people.</summary>
public static class CampaignRecords
{
    /// <summary>Takes a person off every audience: a part of erasing them.</summary>
    public static Task ForgetAsync(DataHost host, string workspaceId, IReadOnlyList<string> identifiers, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        CampaignStore.Forget(connection, transaction, workspaceId, identifiers);
        return 0;
    }, cancellation);
}
