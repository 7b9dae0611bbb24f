using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>What is kept of messages beside the journal.</summary>
public static class MessageRecords
{
    /// <summary>Takes away every message to a person, also those that wait, by all their identifiers: a part of erasing them.</summary>
    public static Task ForgetAsync(DataHost host, string workspaceId, IReadOnlyList<Identifier> identifiers, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        OutboxStore.Forget(
            connection, transaction, workspaceId, [.. identifiers.Select(one => one.ToString())], [.. identifiers.Where(one => one.Kind == IdentifierKind.Email).Select(one => one.Value)]);
        return 0;
    }, cancellation);
}
