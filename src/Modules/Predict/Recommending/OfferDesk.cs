using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Kept;
using Ciclo.Modules.Predict.Models;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>Recommendations of all workspaces.</summary>
internal sealed class OfferDesk : KeptDesk<OfferShelf, OfferCard>
{
    private OfferDesk(DataHost host)
        : base(host, new KeptKind("recommendations", ModelFile.Offers, AuditActions.OffersTrained, AuditActions.OffersUsed, AuditActions.OffersStopped))
    {
    }

    public static OfferDesk Of(DataHost host) => host.Shared(host => new OfferDesk(host));

    protected override Task<OfferShelf> LearnAsync(WorkspaceEngine engine, KeptRecord<OfferCard> record, long now, Action<Text> tell, CancellationToken cancellation) =>
        Task.Run(() => new OfferTraining(engine, Host.Clock, tell).Train(now, cancellation), cancellation);

    /// <summary>What one person's events said of an item, such as its address, may name the person: what is learned before an erasure is done is in no file.</summary>
    protected override bool MayKeep(WorkspaceEngine engine, long since) => engine.Read(state => state.Staged.Erasures.All.All(erasure => erasure.DoneAt < since));
}

internal sealed class OfferWatch(DataHost host, ILogger<OfferWatch> log) : KeptWatch<OfferShelf, OfferCard>(host, log, OfferDesk.Of(host));
