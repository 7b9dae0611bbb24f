using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>Trains recommendations when it is due, and after a start.</summary>
internal sealed class OfferWatch(DataHost host, ILogger<OfferWatch> log) : WorkspaceWatch(host, log)
{
    private readonly DataHost host = host;

    protected override Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping) => OfferDesk.Of(host).LookAsync(engine, stopping);
}
