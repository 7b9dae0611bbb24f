using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Engine.Hosting;

/// <summary>
/// Does what is due in each workspace: woken by changes of the records, by the next due instant, and by a workspace that has recovered. Nobody polls. What breaks in one workspace is logged,
/// tried again after a while, and holds up no other.
/// </summary>
public abstract partial class WorkspaceWatch(DataHost host, ILogger log) : BackgroundService
{
    /// <summary>The wall clock can be set forward while a due instant is waited for: it is looked at now and then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>When a workspace that broke is looked at again.</summary>
    private readonly Dictionary<string, long> retries = new(StringComparer.Ordinal);

    /// <summary>Does what is due; answers when it is to be looked at again by the clock alone, null for never.</summary>
    protected abstract Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping);

    /// <summary>What else the workspace is to be looked at again for; null for nothing. Taken right after a look.</summary>
    protected virtual Func<CancellationToken, Task>? MoreOf(WorkspaceEngine engine) => null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the server.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = host.Database.Commits;
            var (next, waits) = ((long?)null, new List<Func<CancellationToken, Task>>());
            foreach (var engine in host.Workspaces.ToList())
            {
                if (!engine.Ready.IsCompleted)
                {
                    waits.Add(stop => engine.Ready.WaitAsync(stop));
                }
                else if (engine.Ready.IsCompletedSuccessfully)
                {
                    var (due, hasBroken) = await TryAsync(engine, stoppingToken);
                    next = due is { } at && !(next <= at) ? at : next;
                    if (!hasBroken && MoreOf(engine) is { } more)
                    {
                        waits.Add(more);
                    }
                }
            }
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var left = next is { } soonest ? TimeSpan.FromMilliseconds(Math.Clamp(soonest - host.NowMs, 1, Longest.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
            await Task.WhenAny([host.Database.CommittedAsync(seen, end.Token), Task.Delay(left, host.Clock, end.Token), .. waits.Select(wait => wait(end.Token))]);
            await end.CancelAsync();
        }
    }

    private async Task<(long? Due, bool HasBroken)> TryAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        if (retries.TryGetValue(engine.Id, out var retry) && retry > host.NowMs)
        {
            return (retry, true);
        }
        retries.Remove(engine.Id);
        try
        {
            return (await LookAsync(engine, stopping), false);
        }
        // The edge of one workspace: what breaks here must not end the work for the others.
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            Broke(log, GetType().Name, engine.Id, broken);
            return (retries[engine.Id] = host.NowMs + (long)Longest.TotalMilliseconds, true);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} of workspace {Workspace} could not go on; it is tried again in a minute.")]
    private static partial void Broke(ILogger logger, string what, string workspace, Exception broken);
}
