namespace Ciclo.Core.Identity;

/// <summary>What would become of the identifiers around two, if a person joined or separated them now: nothing is changed.</summary>
public static class IdentityPreview
{
    /// <summary>
    /// The profiles of all identifiers of both components, each as its nodes, by <see cref="IdentityFunction"/>; null where there are more than
    /// <paramref name="most"/> identifiers. The nodes must be held by events.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>>? Of(IdentityGraph graph, IdentityCommandKind kind, int a, int b, long now, int most = 2_000)
    {
        var nodes = graph.ComponentOf(a).Concat(graph.ComponentOf(b)).Distinct().Take(most + 1).ToList();
        if (nodes.Count > most)
        {
            return null;
        }
        var byIdentifier = nodes.ToDictionary(graph.IdentifierOf);
        var calls = nodes.Where(node => graph.ProfileOf(node) >= 0).Select(node => new IdentityCall([graph.IdentifierOf(node)], null, graph.FirstSeenOf(node), "")).ToList();
        var commands = new List<IdentityCommand>();
        foreach (var link in nodes.SelectMany(graph.LinksOf).Where(link => link.State != LinkState.Inert))
        {
            if (link.Source == LinkSource.Call)
            {
                calls.Add(new IdentityCall([link.A, link.B], null, link.At, link.MessageId));
            }
            else
            {
                // A link by alias is exempt from limits as a person's join is, and takes its turn by the same order.
                commands.Add(new IdentityCommand(IdentityCommandKind.Join, link.A, link.B, link.At, link.MessageId));
            }
        }
        // Those that stand stand still: as of now, so that no older join takes them back.
        commands.AddRange(graph.Separations.Where(row => byIdentifier.ContainsKey(row.A) && byIdentifier.ContainsKey(row.B))
            .Select(row => new IdentityCommand(IdentityCommandKind.Separate, row.A, row.B, now, row.CommandId)));
        commands.Add(new IdentityCommand(kind, graph.IdentifierOf(a), graph.IdentifierOf(b), now + 1, "preview"));
        return [.. IdentityFunction.Of(calls, commands, graph.Limits).Profiles.Select(profile => (IReadOnlyList<int>)[.. profile.Members.Select(member => byIdentifier[member]).Order()])];
    }
}
