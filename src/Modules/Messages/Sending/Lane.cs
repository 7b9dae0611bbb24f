using Ciclo.Engine.Runtime;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>
/// Sends what is due on one channel of a workspace, batch after batch, until nothing is. While one batch is handed over the next one is written; what came of a batch is stored at once.
/// </summary>
internal sealed partial class Lane(MessageDesk desk, WorkspaceEngine engine, IChannel channel, ILogger log)
{
    private static readonly TimeSpan BeforeStoringAgain = TimeSpan.FromSeconds(2);

    private readonly Writer writer = new(desk, channel, engine.Id);

    /// <summary>A batch that was claimed: `sending` in the records, and nothing of it out yet.</summary>
    private sealed record Batch(IReadOnlyList<Message> Messages, IReadOnlyList<OutgoingMessage> Outgoing, SendLog? Log);

    public async Task RunAsync(CancellationToken stopping)
    {
        var current = await ClaimAsync(stopping);
        while (current is not null)
        {
            // Claimed and written while the one before is handed over; nothing of it goes out before that is done.
            var next = ClaimAsync(stopping);
            if (current.Log is not null)
            {
                await HandOverAsync(current, stopping);
            }
            current = await next;
        }
    }

    /// <summary>Decides about the next messages and claims those that go out; null where nothing is due, or the provider rests.</summary>
    private async Task<Batch?> ClaimAsync(CancellationToken stopping)
    {
        // Not on the thread that hands the batch before over.
        await Task.Yield();
        var (host, now) = (desk.Host, desk.Host.NowMs);
        if (stopping.IsCancellationRequested || channel.RestsUntil(engine.Id, now) > 0)
        {
            return null;
        }
        var due = host.Database.Read(connection => OutboxStore.Due(connection, engine.Id, channel.Id, now, channel.BatchSize));
        if (due.Count == 0)
        {
            return null;
        }
        var written = writer.Decide(engine, due, now);
        var batch = Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N");
        // The log is there before anything is claimed: a claim without one is in doubt as a whole.
        var sendLog = written.Exists(one => one.Decision.State == MessageState.Sending) ? SendLog.Begin(desk.LogFolder, batch) : null;
        var claimed = await host.Database.WriteAsync((connection, transaction) => OutboxStore.Claim(connection, transaction, batch, [.. written.Select(one => one.Decision)], now), CancellationToken.None);
        return new Batch([.. due.Where(message => claimed.Contains(message.Id))], [.. written.Where(one => claimed.Contains(one.Decision.Id)).Select(one => one.Outgoing!)], sendLog);
    }

    private async Task HandOverAsync(Batch batch, CancellationToken stopping)
    {
        try
        {
            await channel.SendAsync(engine.Id, batch.Outgoing, batch.Log!, stopping);
        }
        // The edge of a channel: whatever breaks in it, what came of the batch so far is stored.
        catch (Exception broken)
        {
            Broke(log, channel.Id, broken);
        }
        var now = desk.Host.NowMs;
        var rests = Math.Max(now, channel.RestsUntil(engine.Id, now));
        var results = batch.Messages.Select(message => batch.Log!.ResultOf(message.Id) is { } result
            ? Outcomes.Of(message, result, now, Random.Shared.NextDouble())
            : Outcomes.Untouched(message, rests, rests > now ? Reasons.NoConnection : "")).ToList();
        await StoreAsync(batch, results);
        batch.Log!.Delete();
    }

    /// <summary>What was answered must get into the records: it is tried until it does, or the program ends; then the log says it.</summary>
    private async Task StoreAsync(Batch batch, List<Settled> results)
    {
        while (true)
        {
            try
            {
                await desk.Host.Database.WriteAsync((connection, transaction) =>
                {
                    OutboxStore.Settle(connection, transaction, results);
                    Suppress(connection, transaction, batch);
                    BodyStore.Forget(connection, transaction, desk.Host.NowMs - BodyStore.Kept);
                    return 0;
                }, CancellationToken.None);
                return;
            }
            catch (Microsoft.Data.Sqlite.SqliteException full)
            {
                NotStored(log, results.Count, full);
                await Task.Delay(BeforeStoringAgain, desk.Host.Clock);
            }
        }
    }

    /// <summary>An address at which nobody is gets nothing more.</summary>
    private void Suppress(Microsoft.Data.Sqlite.SqliteConnection connection, Microsoft.Data.Sqlite.SqliteTransaction transaction, Batch batch)
    {
        foreach (var outgoing in batch.Outgoing.Where(one => batch.Log!.ResultOf(one.Id) is { IsAddressDead: true }))
        {
            Reports.ReportStore.Bounced(connection, transaction, engine.Id, outgoing.Id, desk.Host.NowMs);
            Suppressions.Add(connection, transaction, engine.Id, channel.Id, outgoing.Address, SuppressionReasons.HardBounce, desk.Host.NowMs);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The channel {Channel} broke while it sent a batch; what was under way is in doubt.")]
    private static partial void Broke(ILogger logger, string channel, Exception broken);

    [LoggerMessage(Level = LogLevel.Error, Message = "What came of {Count} messages could not be stored; it is tried again.")]
    private static partial void NotStored(ILogger logger, int count, Exception broken);
}
