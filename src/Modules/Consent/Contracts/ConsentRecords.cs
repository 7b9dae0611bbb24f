using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Consent.Contracts;

/// <summary>What is kept of a person beside the journal: addresses on the list of suppressed ones.</summary>
public static class ConsentRecords
{
    /// <summary>
    /// A part of erasing a person: their e-mail addresses are kept as keyed hashes alone, and get nothing from then on, so that a list that is brought in again does not begin to write to them.
    /// </summary>
    public static Task ForgetAsync(DataHost host, string workspaceId, IEnumerable<Identifier> identifiers, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        foreach (var address in identifiers.Where(one => one.Kind == IdentifierKind.Email && one.Value.Length is > 0 and <= Suppressions.LongestAddress))
        {
            Suppressions.Add(connection, transaction, workspaceId, "email", address.Value, SuppressionReasons.Erased, host.NowMs);
        }
        return 0;
    }, cancellation);

    /// <summary>An erasure was lifted: the address that it was asked by may be written to again, if it was kept as erased.</summary>
    public static Task LiftAsync(DataHost host, string workspaceId, string reference, CancellationToken cancellation) => host.Database.WriteAsync(
        (connection, transaction) => Identifier.TryParse(reference, out var one) && one.Kind == IdentifierKind.Email
            && Suppressions.Find(connection, workspaceId, "email", one.Value, transaction) is { Reason: SuppressionReasons.Erased } && Suppressions.Lift(connection, transaction, workspaceId, "email", one.Value),
        cancellation);
}
