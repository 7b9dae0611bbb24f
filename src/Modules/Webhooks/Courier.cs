using Ciclo.Engine.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Webhooks;

/// <summary>Delivers what is due: woken by a change of the records and by the next due time. At the server's end it waits for what is on its way.</summary>
internal sealed partial class Courier(DataHost host, WebhookService webhooks, ILogger<Courier> log) : BackgroundService
{
    /// <summary>Attempts at the same time.</summary>
    private const int MostAtOnce = 8;

    /// <summary>Attempts at the same time at one endpoint, so that a slow one leaves room for the others.</summary>
    private const int MostAtEndpoint = 2;

    /// <summary>The wall clock can be set forward while a due time is waited for: it is looked at now and then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await webhooks.AllDoneAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the server.
        await Task.Yield();
        var running = new List<(Task Attempt, long Endpoint)>();
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = host.Database.Commits;
            running.RemoveAll(one => one.Attempt.IsCompleted);
            foreach (var message in webhooks.Due(200).Where(message => !webhooks.IsUnderWay(message.Id)))
            {
                if (running.Count < MostAtOnce && running.Count(one => one.Endpoint == message.EndpointId) < MostAtEndpoint)
                {
                    running.Add((DeliverAsync(message), message.EndpointId));
                }
            }
            await SleepAsync(seen, running.Select(one => one.Attempt), stoppingToken);
        }
    }

    private async Task SleepAsync(long seen, IEnumerable<Task> running, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var committed = host.Database.CommittedAsync(seen, end.Token);
        var left = webhooks.NextDue() is { } next ? TimeSpan.FromMilliseconds(Math.Clamp(next - host.NowMs, 1, Longest.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny([committed, Task.Delay(left, host.Clock, end.Token), .. running]);
        await end.CancelAsync();
    }

    /// <summary>An attempt that could not be stored is made again after a while: the receiver tells by its id that it had it.</summary>
    private async Task DeliverAsync(Message message)
    {
        try
        {
            await webhooks.DeliverAsync(message);
        }
        // The edge of one attempt: whatever breaks it must not end the others.
        catch (Exception broken)
        {
            NotStored(log, message.Id, broken);
            await Task.Delay(Longest, host.Clock).WaitAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What came of webhook message {Id} could not be stored; it is sent again.")]
    private static partial void NotStored(ILogger logger, string id, Exception broken);
}
