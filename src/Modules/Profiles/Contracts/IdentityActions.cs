using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>What people say about who is who, for pages: the same as `ciclo identity` and the API.</summary>
public static class IdentityActions
{
    /// <summary>Carries out a command on two identifiers (`user_id:V`, `email:V` …); answers why not, if it was refused. Done when every history it touches has been folded.</summary>
    public static Task<Text?> RunAsync(DataHost host, WorkspaceEngine engine, IdentityCommandKind kind, string a, string b, Actor by, CancellationToken cancellation) =>
        IdentityService.RunAsync(host, engine, kind, a, b, host.NowMs, "cmd_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"), by, cancellation);
}
