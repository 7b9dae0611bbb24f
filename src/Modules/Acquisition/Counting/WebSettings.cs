using Ciclo.Core.Identity;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>What a workspace says of its own traffic. Hosts and domains are in small letters, without `www.`.</summary>
/// <param name="OwnHosts">Coming from one of these, or from a part of one, is no source: the workspace's other sites, and where people pay.</param>
/// <param name="InternalDomains">People with an e-mail address at one of these are the workspace's own; their visits are left out.</param>
internal sealed record WebSettings(IReadOnlyList<string> OwnHosts, IReadOnlyList<string> InternalDomains)
{
    public static WebSettings None { get; } = new([], []);

    /// <summary>Whether a profile is somebody of the workspace's own.</summary>
    public bool IsInternal(EngineState state, int profile)
    {
        if (InternalDomains.Count == 0)
        {
            return false;
        }
        foreach (var node in state.Staged.Identity.MembersOf(profile))
        {
            if (state.Staged.Identity.IdentifierOf(node) is { Kind: IdentifierKind.Email, Value: var address } && InternalDomains.Contains(address[(address.LastIndexOf('@') + 1)..], StringComparer.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
