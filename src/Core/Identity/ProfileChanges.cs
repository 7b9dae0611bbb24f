using System.Runtime.InteropServices;

namespace Ciclo.Core.Identity;

/// <summary>Computes again what is stale, and tells which profiles are not what they were.</summary>
internal sealed class ProfileChanges(IdentityState state)
{
    private readonly ComponentSolver solver = new(state);
    private readonly List<int> unit = [];
    private readonly List<int> members = [];
    private readonly List<int> retired = [];
    private Group[] groups = new Group[16];
    private int[] chain = new int[16];

    // By the position of its root: the node seen first, and the positions of the group as a chain.
    private struct Group
    {
        public int Canonical;
        public int Tail;
    }

    public bool Take(List<IdentityChange> into)
    {
        var before = into.Count;
        foreach (var node in state.Queue)
        {
            if ((state.Nodes[node].Flags & NodeFlags.Dirty) != 0)
            {
                Solve(node, into);
            }
        }
        state.Queue.Clear();
        return into.Count > before;
    }

    private void Solve(int node, List<IdentityChange> into)
    {
        unit.Clear();
        var quarantined = state.IsQuarantined(state.Components.RootOf(node));
        if (quarantined)
        {
            CollectByExemptLinks(node);
        }
        else
        {
            CollectComponent(node);
        }
        var nodes = CollectionsMarshal.AsSpan(unit);
        nodes.Sort();
        solver.Solve(nodes, quarantined);
        Report(nodes, into);
    }

    private void CollectComponent(int node)
    {
        var member = node;
        do
        {
            unit.Add(member);
            member = state.Components.NextInRing(member);
        }
        while (member != node);
    }

    private void CollectByExemptLinks(int node)
    {
        Visit(node);
        for (var i = 0; i < unit.Count; i++)
        {
            var from = unit[i];
            for (var link = state.Exempt.First(from); link >= 0; link = state.Exempt.Next(link, from))
            {
                Visit(state.Exempt.Other(link, from));
            }
        }
        foreach (var visited in unit)
        {
            state.Nodes.Own(visited).Flags &= ~NodeFlags.Visited;
        }
    }

    private void Visit(int node)
    {
        ref var flags = ref state.Nodes.Own(node).Flags;
        if ((flags & (NodeFlags.Held | NodeFlags.Visited)) == NodeFlags.Held)
        {
            flags |= NodeFlags.Visited;
            unit.Add(node);
        }
    }

    private void Report(ReadOnlySpan<int> nodes, List<IdentityChange> into)
    {
        FindRetired(nodes);
        MakeGroups(nodes);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (solver.RootOf(i) == i)
            {
                ReportGroup(nodes, i, into);
            }
        }
        foreach (var profile in retired)
        {
            if (!state.Profiles.IsProfile(profile))
            {
                state.Profiles.Release(profile);
                into.Add(new IdentityChange(profile, state.Profiles.Of(profile)));
            }
        }
        foreach (var node in nodes)
        {
            state.Nodes.Own(node).Flags &= ~(NodeFlags.Fresh | NodeFlags.Dirty);
        }
    }

    private void FindRetired(ReadOnlySpan<int> nodes)
    {
        retired.Clear();
        foreach (var node in nodes)
        {
            if (state.Profiles.IsProfile(node) && (state.Nodes[node].Flags & NodeFlags.Fresh) == 0)
            {
                retired.Add(node);
            }
        }
    }

    private void MakeGroups(ReadOnlySpan<int> nodes)
    {
        Rows.Ensure(ref groups, nodes.Length);
        Rows.Ensure(ref chain, nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            groups[i] = new Group { Canonical = nodes[i], Tail = i };
            chain[i] = -1;
        }
        for (var i = 0; i < nodes.Length; i++)
        {
            var root = solver.RootOf(i);
            if (root == i)
            {
                continue;
            }
            ref var group = ref groups[root];
            chain[group.Tail] = i;
            group.Tail = i;
            if (state.Nodes.IsSeenBefore(nodes[i], group.Canonical))
            {
                group.Canonical = nodes[i];
            }
        }
    }

    private void ReportGroup(ReadOnlySpan<int> nodes, int root, List<IdentityChange> into)
    {
        members.Clear();
        for (var i = root; i >= 0; i = chain[i])
        {
            members.Add(nodes[i]);
        }
        // The chain begins with the root, which need not be the lowest.
        var now = CollectionsMarshal.AsSpan(members);
        now.Sort();
        var profile = groups[root].Canonical;
        var isNew = (state.Nodes[profile].Flags & NodeFlags.Fresh) != 0 || !state.Profiles.IsProfile(profile);
        if (isNew || !state.Profiles.MembersOf(profile).SequenceEqual(now))
        {
            state.Profiles.Set(profile, now);
            into.Add(new IdentityChange(profile, profile));
        }
    }
}
