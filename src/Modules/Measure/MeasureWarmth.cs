using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Funnels;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Measure;

/// <summary>Counts the pages' numbers once when a workspace has recovered: the first count of each kind waits for the compiler and the disk.</summary>
internal sealed class MeasureWarmth(DataHost host, Endpoints numbers, FunnelEndpoints funnels, ILogger<MeasureWarmth> log) : AfterRecovery(host, log)
{
    protected override void Warm(WorkspaceEngine engine, CancellationToken cancellation)
    {
        if (engine.Read(state => state.Staged.History.Count) > 0)
        {
            numbers.Warm(engine, cancellation);
            funnels.Warm(engine, cancellation);
        }
    }
}
