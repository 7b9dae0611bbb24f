using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Customers.List;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Customers.Search;

/// <summary>Makes the index of people when a workspace has recovered: at a million customers the first search would wait a second for it.</summary>
internal sealed class IndexWarmth(DataHost host, ILogger<IndexWarmth> log) : AfterRecovery(host, log)
{
    private readonly DataHost host = host;

    protected override void Warm(WorkspaceEngine engine, CancellationToken cancellation) => new ListFinder(host, engine).Index.Warm(cancellation);
}
