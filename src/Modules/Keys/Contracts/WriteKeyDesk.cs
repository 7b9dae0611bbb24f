using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Keys.Contracts;

/// <summary>A key as other pages name it; never its text.</summary>
public sealed record KeySummary(string Id, string Name, bool IsWriteKey, bool MaySend, string Ending, bool IsLive, long CreatedAt, long? LastUsedAt);

/// <summary>Write keys for pages that help somebody to send their first event.</summary>
public static class WriteKeyDesk
{
    /// <summary>Makes a write key; answers its text, which is known only here and now, or why there is none. Told to the audit log.</summary>
    public static async Task<(string? Text, Text? Refusal)> MakeAsync(DataHost host, string workspace, string name, Actor by, CancellationToken cancellation)
    {
        var made = await KeyService.Of(host).AddAsync(workspace, KeyKind.Write, name, null, by, host.NowMs, cancellation);
        return (made.Text, made.Error?.Message);
    }

    /// <summary>The keys of a workspace, live and revoked, in the order in which they were made.</summary>
    public static IReadOnlyList<KeySummary> List(DataHost host, string workspace) =>
    [
        .. KeyService.Of(host).List(workspace).Select(key => new KeySummary(key.Id, key.Name, key.Kind == KeyKind.Write, key.May(KeyScopes.Collect), key.Ending, key.IsLive, key.CreatedAt, key.LastUsedAt)),
    ];
}
