using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Goals;

/// <summary>
/// Looks at alerts when they are due: woken by the next due instant, by a change of the records (an alert was made, an import ended), and by a workspace that has
/// recovered. Nobody polls.
/// </summary>
internal sealed partial class AlertWatch(DataHost host, ILogger<AlertWatch> log) : BackgroundService
{
    /// <summary>The wall clock can be set forward while a due instant is waited for, and a history can be staged anew: it is looked at now and then while alerts are on.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, (int Ended, int Undone)> imports = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the server.
        await Task.Yield();
        var desk = AlertDesk.Of(host);
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
                else if (engine.Ready.IsCompletedSuccessfully && await LookAsync(desk, engine, stoppingToken) is { } due && (next is null || due < next))
                {
                    next = due;
                }
            }
            await SleepAsync(seen, next, recovering, stoppingToken);
        }
    }

    private async Task<long?> LookAsync(AlertDesk desk, WorkspaceEngine engine, CancellationToken stopping)
    {
        try
        {
            return await desk.LookAsync(engine, await HasImportedAsync(engine, stopping), stopping);
        }
        catch (MetricsBusyException)
        {
            return host.NowMs + (long)Longest.TotalMilliseconds;
        }
        // The edge of one workspace: what breaks here must not end the alerts of the others. It is tried again with the next look.
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            Broke(log, engine.Id, broken);
            return host.NowMs + (long)Longest.TotalMilliseconds;
        }
    }

    /// <summary>Whether an import has ended or was undone since the last look: then closed periods may read otherwise.</summary>
    private async Task<bool> HasImportedAsync(WorkspaceEngine engine, CancellationToken stopping)
    {
        var now = engine.Read(state => (state.Staged.Imports.Values.Count(import => import.EndedAt > 0), state.Staged.Imports.Values.Count(import => import.IsUndone)));
        var isNews = imports.TryGetValue(engine.Id, out var before) && before != now;
        imports[engine.Id] = now;
        if (isNews)
        {
            await engine.RestAsync(stopping);
        }
        return isNews;
    }

    private async Task SleepAsync(long seen, long? next, List<Task> recovering, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var left = next is { } due ? TimeSpan.FromMilliseconds(Math.Clamp(due - host.NowMs, 1, Longest.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny([host.Database.CommittedAsync(seen, end.Token), Task.Delay(left, host.Clock, end.Token), .. recovering]);
        await end.CancelAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alerts of workspace {Workspace} could not be looked at; it is tried again.")]
    private static partial void Broke(ILogger logger, string workspace, Exception broken);
}
