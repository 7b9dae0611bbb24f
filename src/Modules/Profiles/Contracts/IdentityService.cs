using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>What people say about who is who: journaled, so that everything derived can be made anew with it.</summary>
public static class IdentityService
{
    /// <summary>Carries out a command; answers why not, if it was refused. Done when every history it touches has been folded.</summary>
    public static async Task<Text?> RunAsync(
        DataHost host, WorkspaceEngine engine, IdentityCommandKind kind, string a, string b, long at, string commandId, Actor by, CancellationToken cancellation)
    {
        var (first, second) = engine.Read(state => (Resolve(state, a), Resolve(state, b)));
        if ((first is null ? a : second is null ? b : null) is { } unreadable)
        {
            return new Text(
                $"'{unreadable}' is no identifier. Write user_id:V, anonymous_id:V, email:V or the prf_… of a known profile.",
                $"'{unreadable}' no es un identificador. Escribe user_id:V, anonymous_id:V, email:V o el prf_… de un perfil conocido.");
        }
        if (first == second)
        {
            return new Text("Both identifiers are the same; name two.", "Los dos identificadores son el mismo; indica dos.");
        }
        if (new[] { first!, second! }.FirstOrDefault(text => Identifier.TryParse(text, out var identifier) && engine.Erased.Contains(identifier)) is { } gone)
        {
            return new Text(
                $"The person of '{gone}' was erased; nothing is said of them any more. `ciclo erase --lift` allows it again.",
                $"La persona de '{gone}' fue borrada; ya no se dice nada de ella. `ciclo erase --lift` lo permite de nuevo.");
        }
        await engine.AppendAsync(RecordKind.IdentityCommand, new IdentityCommandRecord(kind, first!, second!, at, commandId, by.Id), RecordJson.Default.IdentityCommandRecord, cancellation);
        // Which identifiers they are stands in the journal, under the command's id: the audit log holds nothing of customers.
        await AuditLog.WriteAsync(host, new AuditEntry(engine.Id, by, ActionOf(kind), commandId), cancellation);
        return null;
    }

    private static string ActionOf(IdentityCommandKind kind) => kind switch
    {
        IdentityCommandKind.Join => AuditActions.Joining,
        IdentityCommandKind.Separate => AuditActions.Separating,
        _ => AuditActions.Lifting,
    };

    /// <summary>The text of an identifier that the journal keeps: a public id is resolved, for what it names may change.</summary>
    private static string? Resolve(EngineState state, string reference)
    {
        if (reference.StartsWith("prf_", StringComparison.Ordinal))
        {
            var node = state.Staged.Identity.Find(reference);
            return node < 0 ? null : state.Staged.Identity.IdentifierOf(node).ToString();
        }
        return Identifier.TryParse(reference, out var identifier) ? identifier.ToString() : null;
    }
}
