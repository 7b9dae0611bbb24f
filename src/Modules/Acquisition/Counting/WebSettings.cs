using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>What a workspace says of its own traffic. Hosts and domains are in small letters, without `www.`.</summary>
/// <param name="OwnHosts">Coming from one of these, or from a part of one, is no source: the workspace's other sites, and where people pay.</param>
/// <param name="InternalDomains">People with an e-mail address at one of these are the workspace's own; their visits are left out.</param>
public sealed record WebSettings(IReadOnlyList<string> OwnHosts, IReadOnlyList<string> InternalDomains)
{
    public static WebSettings None { get; } = new([], []);

    private const int MostHosts = 100;

    /// <summary>Hosts as people type them, in small letters and without `www.`; false, and why, for what is no host.</summary>
    public static bool TryHosts(IEnumerable<string> typed, out IReadOnlyList<string> hosts, out Text refusal)
    {
#pragma warning disable CA1308 // Hosts are written in small letters.
        List<string> found = [.. typed.Select(word => word.Trim().TrimStart('@').ToLowerInvariant()).Where(word => word.Length > 0).Select(word => word.StartsWith("www.", StringComparison.Ordinal) ? word[4..] : word).Distinct(StringComparer.Ordinal)];
#pragma warning restore CA1308
        var wrong = found.Find(host => Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic or UriHostNameType.IPv4 or UriHostNameType.IPv6 || !host.Contains('.', StringComparison.Ordinal));
        (hosts, refusal) = (found, wrong is null
            ? new Text($"At most {MostHosts} hosts.", $"{MostHosts} hosts como máximo.")
            : new Text($"'{wrong}' is no host; write one such as shop.example.", $"'{wrong}' no es un host; escribe uno como tienda.example."));
        return wrong is null && found.Count <= MostHosts;
    }

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
