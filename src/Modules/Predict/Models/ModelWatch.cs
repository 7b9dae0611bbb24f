using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Trains and scores when it is due, one model at a time.</summary>
internal sealed class ModelWatch(DataHost host, ILogger<ModelWatch> log) : WorkspaceWatch(host, log)
{
    private readonly DataHost host = host;

    protected override Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping) => ModelDesk.Of(host).LookAsync(engine, stopping);
}
