using System.Runtime.CompilerServices;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Modules.Keys;

/// <summary>
/// A workspace's journal as the collecting API sees it: what the journal says in its own words is said in the API's. The events count in
/// <paramref name="source"/>, the key's own pulse.
/// </summary>
public sealed class WorkspaceTarget(WorkspaceEngine engine, Pulse? source = null) : ICollectTarget
{
    /// <summary>A full queue is empty again in a moment. Space on a full disk is freed by a person, who wants to see it taken up at once.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>The process is ending, and starts again.</summary>
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);

    public object Workspace => engine;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.AppendAsync(payload, cancellationToken, source);
        }
        catch (JournalBusyException busy)
        {
            throw new CollectUnavailableException(CollectRefusal.Busy, Soon, busy);
        }
        catch (DiskFullException full)
        {
            throw new CollectUnavailableException(CollectRefusal.CannotWrite, Soon, full);
        }
        catch (Exception cannot) when (cannot is JournalFailedException or ObjectDisposedException)
        {
            throw new CollectUnavailableException(CollectRefusal.CannotWrite, Restart, cannot);
        }
    }
}
