using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Messages.Tracking;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>
/// Keeps a lane for each channel of each workspace that has anything due: woken by commits of the records and by the next due time. First it settles what an earlier program left on its
/// way. At the server's end batches under way are carried through as far as they began.
/// </summary>
internal sealed partial class Courier(DataHost host, MessageDesk desk, ILogger<Courier> log) : BackgroundService
{
    /// <summary>The wall clock can be set forward while a due time is waited for: it is looked at now and then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Dictionary<(string Workspace, string Channel), Task> lanes = [];
    private readonly Dictionary<string, Task> tellers = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the server.
        await Task.Yield();
        await RecoverAsync(desk);
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = host.Database.Commits;
            var wakes = new List<Task>();
            var next = long.MaxValue;
            foreach (var engine in host.Workspaces.ToList())
            {
                if (!engine.Ready.IsCompletedSuccessfully)
                {
                    wakes.Add(engine.Ready);
                    continue;
                }
                next = Math.Min(next, StartLanes(engine, stoppingToken));
                next = Math.Min(next, StartTeller(engine, stoppingToken));
            }
            await SleepAsync(seen, next, [.. wakes, .. lanes.Values, .. tellers.Values], stoppingToken);
            Sweep();
        }
        await Task.WhenAll(lanes.Values.Concat(tellers.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// What was on its way when a program ended: what its log says was answered is stored, what was never begun waits again, and the rest is in doubt, for a person to look at.
    /// </summary>
    internal static async Task RecoverAsync(MessageDesk desk)
    {
        var left = desk.Host.Database.Read(OutboxStore.Sending);
        if (left.Count > 0)
        {
            var logs = left.Select(message => message.Batch).Distinct(StringComparer.Ordinal).ToDictionary(batch => batch, batch => SendLog.Read(desk.LogFolder, batch), StringComparer.Ordinal);
            var now = desk.Host.NowMs;
            var settled = left.Select(message => Outcomes.AfterCrash(message, logs[message.Batch], now)).ToList();
            await desk.Host.Database.WriteAsync((connection, transaction) =>
            {
                OutboxStore.Settle(connection, transaction, settled);
                return 0;
            }, CancellationToken.None);
        }
        SendLog.Clear(desk.LogFolder);
    }

    /// <summary>Starts the lanes that have something to do; answers when the next one will have.</summary>
    private long StartLanes(WorkspaceEngine engine, CancellationToken stopping)
    {
        var next = long.MaxValue;
        var due = host.Database.Read(connection => OutboxStore.ChannelsDue(connection, engine.Id)
            .Select(channel => (channel, At: (desk.Channel(channel) is { IsFetched: true } ? OutboxStore.NextExpiry(connection, engine.Id, channel) : OutboxStore.NextDue(connection, engine.Id, channel))
                ?? long.MaxValue)).ToList());
        foreach (var (id, at) in due)
        {
            var key = (engine.Id, id);
            if (lanes.ContainsKey(key))
            {
                continue;
            }
            var now = host.NowMs;
            var channel = desk.Channel(id);
            var when = Math.Max(at, channel?.RestsUntil(engine.Id, now) ?? 0);
            if (when > now)
            {
                next = Math.Min(next, when);
                continue;
            }
            lanes[key] = GuardAsync(channel is null ? RefuseAsync(engine, id) : channel.IsFetched ? ExpireAsync(engine, id) : new Lane(desk, engine, channel, log).RunAsync(stopping), id, stopping);
        }
        return next;
    }

    private long StartTeller(WorkspaceEngine engine, CancellationToken stopping)
    {
        if (tellers.ContainsKey(engine.Id))
        {
            return long.MaxValue;
        }
        var (untold, next) = host.Database.Read(connection => (OutboxStore.Untold(connection, engine.Id, 1).Count > 0, SignStore.NextTold(connection, engine.Id) ?? long.MaxValue));
        if (untold || next <= host.NowMs)
        {
            tellers[engine.Id] = GuardAsync(TellAsync(engine), "events", stopping);
            return long.MaxValue;
        }
        return next;
    }

    private async Task TellAsync(WorkspaceEngine engine)
    {
        await SentEvents.TellAsync(desk, engine, CancellationToken.None);
        await SignEvents.TellAsync(desk, engine, CancellationToken.None);
    }

    /// <summary>Messages on a channel that nothing serves.</summary>
    private async Task RefuseAsync(WorkspaceEngine engine, string channel)
    {
        var now = host.NowMs;
        var due = host.Database.Read(connection => OutboxStore.Due(connection, engine.Id, channel, now, 1_000));
        await host.Database.WriteAsync((connection, transaction) => OutboxStore.Claim(
            connection, transaction, "", [.. due.Select(message => new Decision(message.Id, MessageState.Failed, Reasons.NoChannel))], now), CancellationToken.None);
    }

    /// <summary>Messages that nobody came for.</summary>
    private Task ExpireAsync(WorkspaceEngine engine, string channel) =>
        host.Database.WriteAsync((connection, transaction) => OutboxStore.Expire(connection, transaction, engine.Id, channel, host.NowMs), CancellationToken.None);

    /// <summary>A lane that breaks rests before it is started again; the others go on.</summary>
    private async Task GuardAsync(Task work, string what, CancellationToken stopping)
    {
        try
        {
            await work;
        }
        // The edge of one lane: whatever breaks it must not end the others.
        catch (Exception broken)
        {
            Broke(log, what, broken);
            await Task.Delay(Longest, host.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Sweep()
    {
        foreach (var (key, _) in lanes.Where(lane => lane.Value.IsCompleted).ToList())
        {
            lanes.Remove(key);
        }
        foreach (var (key, _) in tellers.Where(teller => teller.Value.IsCompleted).ToList())
        {
            tellers.Remove(key);
        }
    }

    private async Task SleepAsync(long seen, long next, IReadOnlyList<Task> running, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var committed = host.Database.CommittedAsync(seen, end.Token);
        var left = next == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(next - host.NowMs, 1, Longest.TotalMilliseconds));
        await Task.WhenAny([committed, Task.Delay(left, host.Clock, end.Token), .. running]);
        await end.CancelAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending on {Channel} broke; it goes on after a while.")]
    private static partial void Broke(ILogger logger, string channel, Exception broken);
}
