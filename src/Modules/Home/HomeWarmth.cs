using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Home;

/// <summary>Counts the first page's numbers when a workspace has recovered: the first count reads every place from disk.</summary>
internal sealed class HomeWarmth(DataHost host, KeptReadings<HomeReading> kept, ILogger<HomeWarmth> log) : AfterRecovery(host, log)
{
    protected override void Warm(WorkspaceEngine engine, CancellationToken cancellation) => Endpoints.Read(kept, engine, "", QueryCollection.Empty);
}
