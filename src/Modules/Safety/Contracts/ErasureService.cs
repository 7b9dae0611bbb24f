using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Campaigns.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Journeys.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Safety.Contracts;

/// <summary>Erasing people, with the proof of it.</summary>
public static class ErasureService
{
    private const int LongestReason = 500;

    /// <summary>
    /// Begins to erase the person that a reference names: answers the erasure's id when nothing can prevent it any more. Throws
    /// <see cref="RefusedException"/> for a reason that is too long or names the person; null if nobody is known by the reference.
    /// </summary>
    public static async Task<string?> BeginAsync(DataHost host, WorkspaceEngine engine, string reference, Actor by, string? reason, CancellationToken cancellation)
    {
        if (engine.Read(state => PersonExtent.Of(state, reference)) is not { } person)
        {
            return null;
        }
        Check(reason ?? "", person);
        // Notes of the team name people too. They go first: whoever asks again after a crash in between finds nobody any more.
        await CustomerRecords.ForgetAsync(host, engine.Id, person.PublicIds, cancellation);
        await ConsentRecords.ForgetAsync(host, engine.Id, person.Identifiers, cancellation);
        await MessageRecords.ForgetAsync(host, engine.Id, person.Identifiers, cancellation);
        await JourneyRecords.ForgetAsync(host, engine.Id, person.Identifiers, cancellation);
        IReadOnlyList<string> identifiers = [.. person.Identifiers.Select(identifier => identifier.ToString())];
        await ExperimentBook.ForgetAsync(host, engine.Id, identifiers, cancellation);
        await CampaignRecords.ForgetAsync(host, engine.Id, identifiers, cancellation);
        if (await engine.EraseAsync(reference, by.Id, cancellation) is not { } id)
        {
            return null;
        }
        TrainedRecords.Forget(host, engine.Id);
        await PutAsync(host, engine, engine.Read(state => state.Staged.Erasures.Find(id)!), reason ?? "", cancellation);
        await AuditLog.WriteAsync(host, new AuditEntry(engine.Id, by, AuditActions.Erased, id), cancellation);
        return id;
    }

    /// <summary>Everybody who was erased from a workspace, oldest first.</summary>
    public static async Task<IReadOnlyList<ErasureProof>> ListAsync(DataHost host, WorkspaceEngine engine, CancellationToken cancellation)
    {
        var known = host.Database.Read(connection => ErasureStore.List(connection, engine.Id)).ToDictionary(proof => proof.Id, StringComparer.Ordinal);
        var isNews = false;
        foreach (var erasure in engine.Read(state => state.Staged.Erasures.All.ToList()))
        {
            if (!known.TryGetValue(erasure.Id, out var proof) || proof.DoneAt != erasure.DoneAt || proof.LiftedAt != erasure.LiftedAt)
            {
                await PutAsync(host, engine, erasure, "", cancellation);
                isNews = true;
            }
        }
        return isNews ? host.Database.Read(connection => ErasureStore.List(connection, engine.Id)) : [.. known.Values];
    }

    /// <summary>Lets the identifiers of the newest standing erasure that knows this one come in again; answers its id, null if there is none.</summary>
    public static async Task<string?> LiftAsync(DataHost host, WorkspaceEngine engine, string reference, Actor by, CancellationToken cancellation)
    {
        var erasure = engine.Read(state => state.Staged.Erasures.All.LastOrDefault(one => one.LiftedAt is null && Knows(state, one, reference)));
        if (erasure is null)
        {
            return null;
        }
        if (erasure.DoneAt is null)
        {
            throw new RefusedException(new Text("That erasure is still under way; wait until it is done.", "Ese borrado sigue en curso; espera a que termine."));
        }
        await engine.LiftErasureAsync(erasure, by.Id, cancellation);
        await ConsentRecords.LiftAsync(host, engine.Id, reference, cancellation);
        await AuditLog.WriteAsync(host, new AuditEntry(engine.Id, by, AuditActions.ErasureLifted, erasure.Id), cancellation);
        await ListAsync(host, engine, cancellation);
        return erasure.Id;
    }

    private static bool Knows(EngineState state, Erasure erasure, string reference)
    {
        var erased = state.Staged.Erasures.Of([erasure]);
        return erasure.Id == reference || erased.ContainsProfile(reference)
            || (Core.Identity.Identifier.TryParse(reference, out var identifier) && erased.Contains(identifier));
    }

    private static Task PutAsync(DataHost host, WorkspaceEngine engine, Erasure erasure, string reason, CancellationToken cancellation) =>
        host.Database.WriteAsync((connection, transaction) => ErasureStore.Put(connection, transaction, engine.Id, erasure, reason), cancellation);

    private static void Check(string reason, PersonExtent person)
    {
        if (reason.Length > LongestReason)
        {
            throw new RefusedException(new Text($"The reason has more than {LongestReason} characters.", $"El motivo tiene más de {LongestReason} caracteres."));
        }
        if (person.Identifiers.Any(identifier => reason.Contains(identifier.Value, StringComparison.OrdinalIgnoreCase)))
        {
            throw new RefusedException(new Text(
                "The reason names the person, and would be kept. Write one without an identifier, such as a ticket's number.",
                "El motivo nombra a la persona, y se guardaría. Escribe uno sin identificadores, como el número de una solicitud."));
        }
    }
}
