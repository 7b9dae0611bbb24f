using System.Text;

namespace Ciclo.Core.Identity;

/// <summary>What people see of identity: identifiers of a profile, links, separations, quarantines.</summary>
internal static class IdentityListing
{
    public static string PrintedUserId(IdentityState state, int profile)
    {
        Span<int> first = [-1, -1, -1, -1];
        foreach (var node in state.Profiles.MembersOf(profile))
        {
            ref var best = ref first[(int)state.Nodes.KindOf(node)];
            best = best < 0 || state.Nodes.IsSeenBefore(node, best) ? node : best;
        }
        return first switch
        {
            [>= 0 and var user, ..] => Text(state, user),
            [_, _, >= 0 and var anonymous, _] => "anonymous:" + Text(state, anonymous),
            [_, >= 0 and var email, ..] => "email:" + Text(state, email),
            _ => PublicIds.Of(state.Nodes[profile].Key),
        };
    }

    public static IReadOnlyList<ProfileIdentifier> IdentifiersOf(IdentityState state, int profile)
    {
        var nodes = state.Profiles.MembersOf(profile).ToArray();
        Array.Sort(nodes, (a, b) =>
        {
            var order = state.Nodes.KindOf(a).CompareTo(state.Nodes.KindOf(b));
            return order != 0 ? order : a == b ? 0 : state.Nodes.IsSeenBefore(a, b) ? -1 : 1;
        });
        return Array.ConvertAll(nodes, node => new ProfileIdentifier(node, state.Nodes.IdentifierOf(node), state.Nodes[node].FirstSeen));
    }

    public static IEnumerable<LinkRow> Links(IdentityState state)
    {
        foreach (var links in new[] { state.Exempt, state.Calls })
        {
            for (var link = 0; link < links.Count; link++)
            {
                if ((state.Nodes[links[link].A].Flags & NodeFlags.Removed) == 0)
                {
                    yield return Row(state, links, link);
                }
            }
        }
    }

    public static IEnumerable<int> ComponentOf(IdentityState state, int node)
    {
        var next = node;
        do
        {
            yield return next;
            next = state.Components.NextInRing(next);
        }
        while (next != node);
    }

    public static IEnumerable<LinkRow> LinksOf(IdentityState state, int node)
    {
        foreach (var links in new[] { state.Exempt, state.Calls })
        {
            for (var link = links.First(node); link >= 0; link = links.Next(link, node))
            {
                if (links[link].A == node)
                {
                    yield return Row(state, links, link);
                }
            }
        }
    }

    public static IEnumerable<SeparationRow> Separations(IdentityState state) =>
        from pair in state.Commands.Latest
        where pair.Value.Kind == IdentityCommandKind.Separate
        select new SeparationRow(
            state.Nodes.IdentifierOf(pair.Key.A), state.Nodes.IdentifierOf(pair.Key.B), pair.Value.At, Encoding.UTF8.GetString(pair.Value.Id));

    public static IEnumerable<QuarantineRow> Quarantined(IdentityState state) =>
        state.Quarantined.Select(state.Components.RootOf).Distinct().Select(root => Row(state, root));

    private static QuarantineRow Row(IdentityState state, int root)
    {
        var (hub, most) = (root, 0);
        var node = root;
        do
        {
            var links = Degree(state.Calls, node) + Degree(state.Exempt, node);
            if (links > most || (links == most && state.Nodes.IsSeenBefore(node, hub)))
            {
                (hub, most) = (node, links);
            }
            node = state.Components.NextInRing(node);
        }
        while (node != root);
        return new QuarantineRow(state.Components.SizeOf(root), state.Nodes.IdentifierOf(hub), most);
    }

    private static int Degree(LinkTable links, int node)
    {
        var count = 0;
        for (var link = links.First(node); link >= 0; link = links.Next(link, node))
        {
            count++;
        }
        return count;
    }

    private static LinkRow Row(IdentityState state, LinkTable links, int number)
    {
        var link = links[number];
        var linkState = !state.Nodes.IsHeld(link.A) || !state.Nodes.IsHeld(link.B) ? LinkState.Inert
            : state.Profiles.Of(link.A) == state.Profiles.Of(link.B) ? LinkState.Joined : LinkState.Refused;
        return new LinkRow(
            state.Nodes.IdentifierOf(link.A), state.Nodes.IdentifierOf(link.B), link.Source, link.At,
            Encoding.UTF8.GetString(links.MessageOf(number)), linkState);
    }

    private static string Text(IdentityState state, int node) => Encoding.UTF8.GetString(state.Nodes.BytesOf(node));
}
