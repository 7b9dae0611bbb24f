using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Home;

/// <summary>Counts the first page's numbers when a workspace has recovered: the first count reads every place from disk.</summary>
internal sealed class HomeWarmth(DataHost host, KeptReadings<HomeReading> kept) : AfterRecovery(host)
{
    protected override void Warm(WorkspaceEngine engine, CancellationToken cancellation) => Endpoints.Read(kept, engine, "", QueryCollection.Empty);
}
