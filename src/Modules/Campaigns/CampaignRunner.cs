using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Campaigns;

/// <summary>Runs campaigns.</summary>
internal sealed class CampaignRunner(DataHost host, ILogger<CampaignRunner> log) : WorkspaceWatch(host, log)
{
    private readonly DataHost host = host;

    protected override Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping) => CampaignSteps.Of(host).RunAsync(engine, stopping);
}
