using System.Text;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Kept;
using Ciclo.Modules.Predict.Models;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>Channel and hour of all workspaces.</summary>
internal sealed class ReachDesk : KeptDesk<ReachShelf, ReachCard>
{
    private ReachDesk(DataHost host)
        : base(host, new KeptKind("reach", ModelFile.Reach, AuditActions.ReachTrained, AuditActions.ReachUsed, AuditActions.ReachStopped))
    {
    }

    public static ReachDesk Of(DataHost host) => host.Shared(host => new ReachDesk(host));

    /// <summary>The scores of each person are written by a training.</summary>
    protected override bool TrainsOnApproval => true;

    public ReachSettings Settings(string workspace) => Host.Database.Read(connection => ReachStore.Find(connection, workspace));

    /// <summary>Sets what counts as an answer and what one is worth, and has it trained by that.</summary>
    public Task SetAsync(string workspace, ReachSettings settings, Actor by, CancellationToken cancellation) =>
        AskAsync(workspace, by, (connection, transaction) => ReachStore.Put(connection, transaction, workspace, settings), cancellation);

    protected override async Task<ReachShelf> LearnAsync(WorkspaceEngine engine, KeptRecord<ReachCard> record, long now, Action<Text> tell, CancellationToken cancellation)
    {
        var training = new ReachTraining(engine, Host.Clock, tell);
        var (shelf, people) = await Task.Run(() => training.Train(Settings(engine.Id), MessageCosts.Read(Host, engine.Id), now, cancellation), cancellation);
        if (record.IsUsed)
        {
            tell(new Text("Writing each person’s channel and hour …", "Escribiendo el canal y la hora de cada persona …"));
            await WriteAsync(engine, shelf, people, now, cancellation);
            for (var part = 1; part < training.Parts; part++)
            {
                await WriteAsync(engine, shelf, await Task.Run(() => training.Read(part, cancellation), cancellation), now, cancellation);
            }
        }
        return shelf;
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
            await ScoreWriter.AppendAsync(Host, engine, $"reach-{now}", changed, cancellation);
        }
    }
}

internal sealed class ReachWatch(DataHost host, ILogger<ReachWatch> log) : KeptWatch<ReachShelf, ReachCard>(host, log, ReachDesk.Of(host));
