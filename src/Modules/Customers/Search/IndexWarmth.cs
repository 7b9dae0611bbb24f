using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Customers.List;

namespace Ciclo.Modules.Customers.Search;

/// <summary>Makes the index of people when a workspace has recovered: at a million customers the first search would wait a second for it.</summary>
internal sealed class IndexWarmth(DataHost host) : AfterRecovery(host)
{
    private readonly DataHost host = host;

    protected override void Warm(WorkspaceEngine engine, CancellationToken cancellation) => new ListFinder(host, engine).Index.Warm(cancellation);
}
