using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Engine.Hosting;

/// <summary>
/// Does something once for each workspace that the server began with, as soon as it has recovered and rests: what the first visitor would else
/// wait for. One workspace after the other, on a thread that gives way; a server that ends does not wait for it.
/// </summary>
public abstract partial class AfterRecovery(DataHost host, ILogger log) : BackgroundService
{
    /// <summary>Prepares a workspace; breaks off when cancelled.</summary>
    protected abstract void Warm(WorkspaceEngine engine, CancellationToken cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var engine in host.Workspaces.ToList())
            {
                // A workspace that cannot recover is told of by the host.
                await ((Task)engine.Ready).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (engine.Ready.IsCompletedSuccessfully)
                {
                    await engine.RestAsync(stoppingToken);
                    await Task.Factory.StartNew(
                        () =>
                        {
                            ThreadPriorities.GiveWay();
                            TryWarm(engine, stoppingToken);
                        },
                        stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private void TryWarm(WorkspaceEngine engine, CancellationToken cancellation)
    {
        try
        {
            Warm(engine, cancellation);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException)
        {
            // Whoever asks for it is told what is wrong. An exception that left here would end the server.
            NotPrepared(log, GetType().Name, engine.Id, wrong);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} could not be done for workspace {Workspace}; the first visitor waits for it.")]
    private static partial void NotPrepared(ILogger logger, string what, string workspace, Exception wrong);
}
