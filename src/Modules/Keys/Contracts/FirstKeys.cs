using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Keys.Contracts;

/// <summary>The key that a new workspace begins with.</summary>
public static class FirstKeys
{
    /// <summary>Makes a write key where the workspace never had a key, and answers its text; null otherwise.</summary>
    public static async Task<string?> MakeAsync(DataHost host, string workspace, string name, CancellationToken cancellation)
    {
        var keys = KeyService.Of(host);
        return keys.List(workspace).Count > 0 ? null : (await keys.AddAsync(workspace, KeyKind.Write, name, null, "server", host.NowMs, cancellation)).Text;
    }
}
