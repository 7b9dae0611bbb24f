using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>Recommendations of all workspaces: trained in the background, kept in memory, given out once somebody approved them. One for each data directory.</summary>
internal sealed class OfferDesk
{
    private const long Every = Durations.Day;

    private readonly ConcurrentDictionary<string, OfferShelf> shelves = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Text> progress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> used = new(StringComparer.Ordinal);
    private readonly DataHost host;

    private OfferDesk(DataHost host) => this.host = host;

    public static OfferDesk Of(DataHost host) => host.Shared(host => new OfferDesk(host));

    /// <summary>Null before anybody asked for a training.</summary>
    public OfferRecord? Find(string workspace) => host.Database.Read(connection => OfferStore.Find(connection, workspace));

    /// <summary>What is being done right now; null for nothing.</summary>
    public Text? Progress(string workspace) => progress.TryGetValue(workspace, out var said) ? said : null;

    /// <summary>What was trained; null before that, and for a while after a start.</summary>
    public OfferShelf? Shelf(string workspace) => shelves.GetValueOrDefault(workspace);

    /// <summary>Whether it was approved. From memory: it is asked for with each answer.</summary>
    public bool IsUsed(string workspace) => used.GetOrAdd(workspace, one => Find(one) is { IsUsed: true });

    public Task TrainAsync(string workspace, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        OfferStore.Ask(connection, transaction, workspace, host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.OffersTrained, "recommendations"));
        return 0;
    }, cancellation);

    /// <summary>Approves what was trained, and each later training with it; or takes that back.</summary>
    public async Task DecideAsync(string workspace, bool isUsed, Actor by, CancellationToken cancellation)
    {
        await host.Database.WriteAsync((connection, transaction) =>
        {
            OfferStore.Decide(connection, transaction, workspace, isUsed, by.Id, host.NowMs);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, isUsed ? AuditActions.OffersUsed : AuditActions.OffersStopped, "recommendations"));
            return 0;
        }, cancellation);
        used.TryRemove(workspace, out _);
    }

    /// <summary>Trains what is due in a workspace. Answers when it is due next.</summary>
    public async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        if (Find(engine.Id) is not { } record)
        {
            return null;
        }
        // After a start what was trained before is trained again: only its test was recorded.
        if (record.DueAt > host.NowMs && (shelves.ContainsKey(engine.Id) || record.Card is null || record.Refusal is not null))
        {
            return record.DueAt;
        }
        await TrainAsync(engine, cancellation);
        return Find(engine.Id)?.DueAt;
    }

    private async Task TrainAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var (now, refusal) = (host.NowMs, (Text?)null);
        progress[engine.Id] = new Text("Beginning …", "Empezando …");
        try
        {
            var training = new OfferTraining(engine, host.Clock, text => progress[engine.Id] = text);
            shelves[engine.Id] = await Task.Run(() => training.Train(now, cancellation), cancellation);
        }
        catch (CannotTrainException refused)
        {
            refusal = refused.Why;
        }
        finally
        {
            progress.TryRemove(engine.Id, out _);
        }
        await host.Database.WriteAsync((connection, transaction) =>
        {
            OfferStore.Trained(connection, transaction, engine.Id, refusal is null ? shelves[engine.Id].Card : null, refusal, now, now + Every);
            return 0;
        }, cancellation);
    }
}
