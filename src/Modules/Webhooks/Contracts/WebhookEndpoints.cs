using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Webhooks.Contracts;

/// <summary>An endpoint as other modules offer it. <paramref name="IsOn"/>: messages for it are taken.</summary>
public sealed record WebhookEndpoint(long Id, string Name, bool IsOn);

/// <summary>Where messages can be sent.</summary>
public static class WebhookEndpoints
{
    /// <summary>The endpoints of a workspace in the order in which they were made, also those that are off.</summary>
    public static IReadOnlyList<WebhookEndpoint> All(SqliteConnection connection, string workspaceId, SqliteTransaction? transaction = null) =>
        [.. Store.Endpoints(connection, transaction, workspaceId).Select(endpoint => new WebhookEndpoint(endpoint.Id, endpoint.Name, endpoint.IsOn))];
}
