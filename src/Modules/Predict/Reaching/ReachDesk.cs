using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Models;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>Channel and hour of all workspaces: trained in the background, kept in memory, used once somebody approved them. One for each data directory.</summary>
internal sealed class ReachDesk
{
    private const long Every = Durations.Day;

    private readonly ConcurrentDictionary<string, ReachShelf> shelves = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Text> progress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> used = new(StringComparer.Ordinal);
    private readonly DataHost host;

    private ReachDesk(DataHost host) => this.host = host;

    public static ReachDesk Of(DataHost host) => host.Shared(host => new ReachDesk(host));

    /// <summary>Null before anybody asked for a training.</summary>
    public ReachRecord? Find(string workspace) => host.Database.Read(connection => ReachStore.Find(connection, workspace));

    /// <summary>What is being done right now; null for nothing.</summary>
    public Text? Progress(string workspace) => progress.TryGetValue(workspace, out var said) ? said : null;

    /// <summary>What was trained; null before that, and for a while after a start.</summary>
    public ReachShelf? Shelf(string workspace) => shelves.GetValueOrDefault(workspace);

    /// <summary>What was trained, where it was approved. From memory: it is asked for with each message.</summary>
    public ReachShelf? Used(string workspace) => used.GetOrAdd(workspace, one => Find(one) is { IsUsed: true }) ? Shelf(workspace) : null;

    public Task TrainAsync(string workspace, Actor by, CancellationToken cancellation) => AskAsync(workspace, null, by, cancellation);

    /// <summary>Sets what counts as an answer and what one is worth, and has it trained by that.</summary>
    public Task SetAsync(string workspace, ReachSettings settings, Actor by, CancellationToken cancellation) => AskAsync(workspace, settings, by, cancellation);

    /// <summary>Approves what was trained, and each later training with it; or takes that back.</summary>
    public async Task DecideAsync(string workspace, bool isUsed, Actor by, CancellationToken cancellation)
    {
        await host.Database.WriteAsync((connection, transaction) =>
        {
            ReachStore.Decide(connection, transaction, workspace, isUsed, by.Id, host.NowMs);
            if (isUsed)
            {
                // Its scores are written by a training.
                ReachStore.Ask(connection, transaction, workspace, host.NowMs);
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, isUsed ? AuditActions.ReachUsed : AuditActions.ReachStopped, "reach"));
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
        await TrainAsync(engine, record, cancellation);
        return Find(engine.Id)?.DueAt;
    }

    private Task AskAsync(string workspace, ReachSettings? settings, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        ReachStore.Ask(connection, transaction, workspace, host.NowMs);
        if (settings is not null)
        {
            ReachStore.Set(connection, transaction, workspace, settings);
        }
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.ReachTrained, "reach"));
        return 0;
    }, cancellation);

    private async Task TrainAsync(WorkspaceEngine engine, ReachRecord record, CancellationToken cancellation)
    {
        var (now, refusal) = (host.NowMs, (Text?)null);
        progress[engine.Id] = new Text("Beginning …", "Empezando …");
        try
        {
            var training = new ReachTraining(engine, host.Clock, text => progress[engine.Id] = text);
            var (shelf, people) = await Task.Run(() => training.Train(record.Settings, MessageCosts.Read(host, engine.Id), now, cancellation), cancellation);
            shelves[engine.Id] = shelf;
            if (record.IsUsed)
            {
                progress[engine.Id] = new Text("Writing each person’s channel and hour …", "Escribiendo el canal y la hora de cada persona …");
                await WriteAsync(engine, shelf, people, now, cancellation);
                for (var part = 1; part < training.Parts; part++)
                {
                    await WriteAsync(engine, shelf, await Task.Run(() => training.Read(part, cancellation), cancellation), now, cancellation);
                }
            }
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
            ReachStore.Trained(connection, transaction, engine.Id, refusal is null ? shelves[engine.Id].Card : null, refusal, now, now + Every);
            return 0;
        }, cancellation);
    }

    /// <summary>Writes `scores.best_channel` and `scores.best_hour` of those for whom they changed.</summary>
    private async Task WriteAsync(WorkspaceEngine engine, ReachShelf shelf, IReadOnlyList<ReachPerson> people, long now, CancellationToken cancellation)
    {
        foreach (var some in people.Chunk(10_000))
        {
            cancellation.ThrowIfCancellationRequested();
            var changed = await Task.Run(() => some.AsParallel().AsOrdered().Select(person => (Person: person, Answer: shelf.For(person, now, shelf.Known)))
                .Where(one => ReachChannels.Ids[one.Answer.Channels[0].Channel] != one.Person.Channel || one.Answer.Best.Hour != one.Person.Hour)
                .Select(one => (one.Person.Profile, Encoding.UTF8.GetBytes(new JsonObject
                {
                    [SentFold.ChannelScore] = ReachChannels.Ids[one.Answer.Channels[0].Channel], [SentFold.HourScore] = one.Answer.Best.Hour,
                }.ToJsonString()))).ToList(), cancellation);
            await ScoreWriter.AppendAsync(host, engine, $"reach-{now}", changed, cancellation);
        }
    }
}

/// <summary>Trains channel and hour when it is due, and after a start.</summary>
internal sealed class ReachWatch(DataHost host, ILogger<ReachWatch> log) : WorkspaceWatch(host, log)
{
    private readonly DataHost host = host;

    protected override Task<long?> LookAsync(WorkspaceEngine engine, CancellationToken stopping) => ReachDesk.Of(host).LookAsync(engine, stopping);
}
