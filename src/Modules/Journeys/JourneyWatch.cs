using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Journeys;

/// <summary>Lets the conductor act: woken by the feed, by the next due instant, and by changes of the records. Nobody polls.</summary>
internal sealed partial class JourneyWatch(DataHost host, Conductor conductor, ILogger<JourneyWatch> log) : BackgroundService
{
    /// <summary>The wall clock can be set forward while a due instant is waited for: it is looked at now and then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the server.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = host.Database.Commits;
            var waits = new List<Func<CancellationToken, Task>>();
            foreach (var engine in host.Workspaces.ToList())
            {
                if (!engine.Ready.IsCompletedSuccessfully)
                {
                    waits.Add(stop => engine.Ready.WaitAsync(stop));
                    continue;
                }
                var acted = true;
                while (acted && !stoppingToken.IsCancellationRequested)
                {
                    acted = await TurnAsync(engine, stoppingToken);
                }
                var position = conductor.PositionOf(engine);
                waits.Add(stop => engine.Feed.WaitForMoreAsync(position, stop));
                if (conductor.NextDue(engine.Id) is { } due)
                {
                    var left = TimeSpan.FromMilliseconds(Math.Clamp(due - host.NowMs, 1, Longest.TotalMilliseconds));
                    waits.Add(stop => Task.Delay(left, host.Clock, stop));
                }
            }
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny([host.Database.CommittedAsync(seen, end.Token), .. waits.Select(wait => wait(end.Token))]);
            await end.CancelAsync();
        }
    }

    private async Task<bool> TurnAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        try
        {
            return await conductor.TurnAsync(engine, stopping);
        }
        // The edge of one workspace: what breaks here must not end the journeys of the others. It is tried again after a while.
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            Broke(log, engine.Id, broken);
            await Task.Delay(Longest, host.Clock, stopping);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The journeys of workspace {Workspace} could not go on; it is tried again.")]
    private static partial void Broke(ILogger logger, string workspace, Exception broken);
}
