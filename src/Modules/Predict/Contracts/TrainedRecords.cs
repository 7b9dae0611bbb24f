using Ciclo.Engine.Hosting;
using Ciclo.Modules.Predict.Recommending;

namespace Ciclo.Modules.Predict.Contracts;

/// <summary>What was learned from people's events, for whoever has one of them erased.</summary>
public static class TrainedRecords
{
    /// <summary>
    /// Once an erasure has begun: deletes the file in which recommendations keep items as events told them. It is learned anew when the erasure is done. Other models keep nothing that can name
    /// one person.
    /// </summary>
    public static void Forget(DataHost host, string workspaceId) => OfferDesk.Of(host).Forget(workspaceId);
}
