using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Modules.Keys;

/// <summary>Leads a key that may collect to the journal of its workspace, and says in the API's words what the journal says in its own.</summary>
public sealed class WriteKeys(DataHost host, KeyService keys) : IWriteKeys
{
    public ICollectTarget? Find(ReadOnlySpan<char> writeKey) =>
        keys.Ring.Find(writeKey) is { } key && key.May(KeyScopes.Collect) && host.FindWorkspace(key.WorkspaceId) is { } engine
            ? new Target(engine)
            : null;

    private sealed class Target(WorkspaceEngine engine) : ICollectTarget
    {
        public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        {
            try
            {
                return await engine.AppendAsync(payload, cancellationToken);
            }
            catch (JournalBusyException busy)
            {
                throw new CollectUnavailableException(CollectRefusal.Busy, TimeSpan.FromSeconds(1), busy);
            }
            catch (Exception cannot) when (cannot is DiskFullException or JournalFailedException or ObjectDisposedException)
            {
                throw new CollectUnavailableException(CollectRefusal.CannotWrite, TimeSpan.FromSeconds(5), cannot);
            }
        }
    }
}
