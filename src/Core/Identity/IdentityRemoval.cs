namespace Ciclo.Core.Identity;

/// <summary>
/// Takes identifiers out of a graph for good, where nobody else's answer hangs on them. Their numbers are not given again: events and files go by
/// them. What is left of a node is an empty row that nothing finds.
/// </summary>
internal static class IdentityRemoval
{
    /// <summary>
    /// These nodes, and those that only their links name; null where they cannot go alone: somebody else's identifier is linked to one of them, a
    /// person has spoken of one, or their component is quarantined.
    /// </summary>
    public static HashSet<int>? Closed(IdentityState state, IEnumerable<int> nodes)
    {
        var wanted = nodes.ToHashSet();
        var closed = new HashSet<int>(wanted);
        var queue = new Queue<int>(wanted);
        while (queue.TryDequeue(out var node))
        {
            if (state.IsQuarantined(state.Components.RootOf(node)))
            {
                return null;
            }
            foreach (var table in new[] { state.Calls, state.Exempt })
            {
                for (var link = table.First(node); link >= 0; link = table.Next(link, node))
                {
                    var other = table.Other(link, node);
                    if (state.Nodes.IsHeld(other) && !wanted.Contains(other))
                    {
                        return null;
                    }
                    if (closed.Add(other))
                    {
                        queue.Enqueue(other);
                    }
                }
            }
        }
        return state.Commands.Latest.Keys.Any(pair => closed.Contains(pair.A) || closed.Contains(pair.B)) ? null : closed;
    }

    /// <summary>Removes what <see cref="Closed"/> answered. No snapshot may share the texts: their bytes are overwritten where they lie.</summary>
    public static void Remove(IdentityState state, IReadOnlySet<int> closed)
    {
        if (!state.Arena.IsFree)
        {
            throw new InvalidOperationException("Identifiers cannot be removed while a snapshot shares their texts.");
        }
        foreach (var node in closed)
        {
            state.Calls.Clear(node);
            state.Exempt.Clear(node);
        }
        foreach (var node in closed)
        {
            state.Profiles.Release(node);
            state.Profiles.Assign(node, -1);
            state.Components.Reset(node);
            state.Nodes.Clear(node);
        }
    }
}
