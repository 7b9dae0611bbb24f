using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Campaigns;

/// <summary>Runs campaigns: woken by a change of the records and by the next due step. Nobody polls.</summary>
internal sealed partial class CampaignRunner(DataHost host, ILogger<CampaignRunner> log) : BackgroundService
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
            var (next, recovering) = ((long?)null, new List<Task>());
            foreach (var engine in host.Workspaces.ToList())
            {
                if (!engine.Ready.IsCompleted)
                {
                    recovering.Add(engine.Ready);
                }
                else if (engine.Ready.IsCompletedSuccessfully && await RunAsync(engine, stoppingToken) is { } due && (next is null || due < next))
                {
                    next = due;
                }
            }
            await SleepAsync(seen, next, recovering, stoppingToken);
        }
    }

    private async Task<long?> RunAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        try
        {
            return await CampaignSteps.Of(host).RunAsync(engine, stopping);
        }
        // The edge of one workspace: what breaks here must not end the campaigns of the others. It is tried again.
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            Broke(log, engine.Id, broken);
            return host.NowMs + (long)Longest.TotalMilliseconds;
        }
    }

    private async Task SleepAsync(long seen, long? next, List<Task> recovering, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var left = next is { } due ? TimeSpan.FromMilliseconds(Math.Clamp(due - host.NowMs, 1, Longest.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny([host.Database.CommittedAsync(seen, end.Token), Task.Delay(left, host.Clock, end.Token), .. recovering]);
        await end.CancelAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The campaigns of workspace {Workspace} could not go on; it is tried again.")]
    private static partial void Broke(ILogger logger, string workspace, Exception broken);
}
