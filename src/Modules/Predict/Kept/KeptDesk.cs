using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Models;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Predict.Kept;

/// <summary>
/// What is trained each day for a workspace, approved once by somebody, and answers from memory; after a start, from its file. One for each data directory and kind. What is replaced is left to
/// whoever still reads it.
/// </summary>
internal abstract class KeptDesk<TShelf, TCard>(DataHost host, KeptKind kind) : IDisposable
    where TShelf : class, IKept<TShelf, TCard>
    where TCard : class
{
    private const long Every = Durations.Day;

    private readonly ConcurrentDictionary<string, Lazy<TShelf?>> shelves = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Text> progress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> used = new(StringComparer.Ordinal);
    private readonly KeptFiles files = new(host.Folder, kind);

    /// <summary>One training at a time, whoever asks for it.</summary>
    private readonly SemaphoreSlim turn = new(1, 1);

    public string Name => kind.Name;

    protected DataHost Host => host;

    /// <summary>Whether an approval is followed by a training, which writes what only an approved one may.</summary>
    protected virtual bool TrainsOnApproval => false;

    public void Dispose() => turn.Dispose();

    /// <summary>Null before anybody asked for a training.</summary>
    public KeptRecord<TCard>? Find(string workspace) => host.Database.Read(connection => KeptStore.Find<TCard>(connection, kind.Name, workspace));

    /// <summary>What is being done right now; null for nothing.</summary>
    public Text? Progress(string workspace) => progress.TryGetValue(workspace, out var said) ? said : null;

    /// <summary>What was trained; null before that, and while it is trained again because it could not be read. Whoever asks first after a start reads it, others wait for that.</summary>
    public TShelf? Shelf(string workspace) => shelves.GetOrAdd(workspace, one => new Lazy<TShelf?>(() => Read(one))).Value;

    /// <summary>Whether it was approved. From memory: it is asked for with each answer.</summary>
    public bool IsUsed(string workspace) => used.GetOrAdd(workspace, one => Find(one) is { IsUsed: true });

    /// <summary>What was trained, where it was approved.</summary>
    public TShelf? Used(string workspace) => IsUsed(workspace) ? Shelf(workspace) : null;

    /// <summary>Has it trained as soon as may be.</summary>
    public Task TrainAsync(string workspace, Actor by, CancellationToken cancellation) => AskAsync(workspace, by, null, cancellation);

    /// <summary>Approves what was trained, and each later training with it; or takes that back.</summary>
    public async Task DecideAsync(string workspace, bool isUsed, Actor by, CancellationToken cancellation) => used[workspace] = await host.Database.WriteAsync((connection, transaction) =>
    {
        var isThere = KeptStore.Decide(connection, transaction, kind.Name, workspace, isUsed, by.Id, host.NowMs);
        if (isUsed && TrainsOnApproval)
        {
            KeptStore.Ask(connection, transaction, kind.Name, workspace, host.NowMs);
        }
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, isUsed ? kind.Used : kind.Stopped, kind.Name));
        return isUsed && isThere;
    }, cancellation);

    /// <summary>Trains what is due in a workspace. Answers when it is due next.</summary>
    /// <param name="lost">Is told where it is trained before its time because what was kept cannot be read.</param>
    public async Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken cancellation, Action? lost = null)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (Find(engine.Id) is not { } record)
            {
                return null;
            }
            if (!MayKeep(engine, host.NowMs))
            {
                Forget(engine.Id);
                return host.NowMs + Durations.Minute;
            }
            if (record.DueAt > host.NowMs)
            {
                // What came to nothing the last time would now, too.
                if (record is not { TrainedAt: { } trainedAt, Refusal: null } || (MayKeep(engine, trainedAt) && Shelf(engine.Id) is not null))
                {
                    return record.DueAt;
                }
                if (MayKeep(engine, trainedAt))
                {
                    lost?.Invoke();
                }
            }
            await TrainAsync(engine, record, cancellation);
            return Find(engine.Id)?.DueAt;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Deletes the file. What lies in memory answers until the next training.</summary>
    public void Forget(string workspace) => files.Drop(workspace);

    /// <summary>Learns, and does what belongs to that; throws <see cref="CannotTrainException"/> with the reason for people.</summary>
    protected abstract Task<TShelf> LearnAsync(WorkspaceEngine engine, KeptRecord<TCard> record, long now, Action<Text> tell, CancellationToken cancellation);

    /// <summary>Whether what is learned from an instant on may be kept. Where not, no training begins; what was learned before is forgotten, and learned anew as soon as it may be.</summary>
    protected virtual bool MayKeep(WorkspaceEngine engine, long since) => true;

    protected Task AskAsync(string workspace, Actor by, Action<SqliteConnection, SqliteTransaction>? also, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        KeptStore.Ask(connection, transaction, kind.Name, workspace, host.NowMs);
        also?.Invoke(connection, transaction);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, kind.Trained, kind.Name));
        return 0;
    }, cancellation);

    private TShelf? Read(string workspace) =>
        Find(workspace) is { Card: { } card, TrainedAt: { } trainedAt } ? files.Read(workspace, trainedAt, from => TShelf.Read(from, card, trainedAt)) : null;

    private async Task TrainAsync(WorkspaceEngine engine, KeptRecord<TCard> record, CancellationToken cancellation)
    {
        var (now, shelf, refusal) = (host.NowMs, (TShelf?)null, (Text?)null);
        progress[engine.Id] = new Text("Beginning …", "Empezando …");
        try
        {
            shelf = await LearnAsync(engine, record, now, text => progress[engine.Id] = text, cancellation);
            files.Write(engine.Id, now, shelf.Write);
            shelves[engine.Id] = new Lazy<TShelf?>(shelf);
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
            KeptStore.Trained(connection, transaction, kind.Name, engine.Id, shelf?.Card, refusal, now, now + Every);
            return 0;
        }, cancellation);
        if (shelf is not null)
        {
            // Asked after the file was written: whoever is erased from now on finds it and has it forgotten.
            files.Drop(engine.Id, MayKeep(engine, now) ? now : null);
        }
    }
}
