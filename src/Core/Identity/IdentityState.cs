namespace Ciclo.Core.Identity;

/// <summary>All that identity knows: identifiers, evidence, commands, and the partition as last computed, with the queue of nodes it is stale for.</summary>
internal sealed class IdentityState
{
    public IdentityState(IdentityLimits limits)
    {
        Limits = limits;
        Nodes = new NodeTable(Arena);
        Calls = new LinkTable(Arena);
        Exempt = new LinkTable(Arena);
    }

    public IdentityLimits Limits { get; }

    public ByteArena Arena { get; } = new();

    public NodeTable Nodes { get; }

    /// <summary>Links by the identifiers that calls carry.</summary>
    public LinkTable Calls { get; }

    /// <summary>Links by alias or by a person.</summary>
    public LinkTable Exempt { get; }

    public Components Components { get; } = new();

    public PairCommands Commands { get; } = new();

    public ProfileTable Profiles { get; } = new();

    public List<int> Queue { get; } = [];

    /// <summary>A member of each component that grew over the limit; several may since have become one.</summary>
    public List<int> Quarantined { get; } = [];

    public bool IsQuarantined(int root) => Components.SizeOf(root) > Limits.MaxComponent;

    public int AddNode(UInt128 key, IdentifierKind kind, ReadOnlySpan<byte> bytes)
    {
        var node = Nodes.Add(key, kind, bytes);
        Components.Add(node);
        Profiles.Add(node);
        return node;
    }

    /// <summary>An event carries the node.</summary>
    public void Hold(int node, long at)
    {
        ref var known = ref Nodes.Own(node);
        if ((known.Flags & NodeFlags.Held) == 0)
        {
            known.FirstSeen = at;
            known.Flags |= NodeFlags.Held | NodeFlags.Fresh;
            Profiles.Assign(node, node);
            MarkDirty(node);
            WakeLinks(node);
        }
        else if (at < known.FirstSeen)
        {
            known.FirstSeen = at;
            var profile = Profiles.Of(node);
            if (profile != node && Nodes.IsSeenBefore(node, profile))
            {
                MarkDirty(node);
            }
        }
    }

    public void Link(int a, int b, bool exempt, long at, ReadOnlySpan<byte> message, LinkSource source)
    {
        var rank = (byte)Math.Max(Nodes.RankOf(a), Nodes.RankOf(b));
        var evidence = (exempt ? Exempt : Calls).Offer(a, b, rank, at, message, source);
        if (evidence == Evidence.Known || !Nodes.IsHeld(a) || !Nodes.IsHeld(b))
        {
            return;
        }
        if (evidence == Evidence.New)
        {
            Connect(a, b, exempt);
        }
        else if (exempt || !IsQuarantined(Components.RootOf(a)))
        {
            MarkDirty(a);
        }
    }

    public void Command(int a, int b, PairCommands.Command command)
    {
        if (!Commands.Offer(a, b, command))
        {
            return;
        }
        MarkSeparated(a);
        MarkSeparated(b);
        if (Nodes.IsHeld(a) && Nodes.IsHeld(b))
        {
            MarkDirty(a);
            MarkDirty(b);
        }
    }

    public void MarkSeparated(int node)
    {
        ref var flags = ref Nodes.Own(node).Flags;
        flags = Commands.SeparatedFrom(node).Count > 0 ? flags | NodeFlags.Separated : flags & ~NodeFlags.Separated;
    }

    public void MarkDirty(int node)
    {
        ref var flags = ref Nodes.Own(node).Flags;
        if ((flags & NodeFlags.Dirty) == 0)
        {
            flags |= NodeFlags.Dirty;
            Queue.Add(node);
        }
    }

    private void WakeLinks(int node)
    {
        for (var link = Exempt.First(node); link >= 0; link = Exempt.Next(link, node))
        {
            var other = Exempt.Other(link, node);
            if (Nodes.IsHeld(other))
            {
                Connect(node, other, exempt: true);
            }
        }
    }

    private void Connect(int a, int b, bool exempt)
    {
        var (root, other) = (Components.RootOf(a), Components.RootOf(b));
        if (root != other)
        {
            if (Components.SizeOf(root) + Components.SizeOf(other) > Limits.MaxComponent)
            {
                Quarantine(a, root, other);
            }
            Components.Unite(root, other);
        }
        // In a quarantine the links of calls join nothing: a kiosk's next visitor costs the same as its first.
        if (exempt || !IsQuarantined(Components.RootOf(a)))
        {
            MarkDirty(a);
        }
    }

    private void Quarantine(int node, int root, int other)
    {
        var (rootIn, otherIn) = (IsQuarantined(root), IsQuarantined(other));
        if (!rootIn && !otherIn)
        {
            Quarantined.Add(node);
        }
        if (!rootIn)
        {
            MarkAllDirty(root);
        }
        if (!otherIn)
        {
            MarkAllDirty(other);
        }
    }

    private void MarkAllDirty(int root)
    {
        var node = root;
        do
        {
            MarkDirty(node);
            node = Components.NextInRing(node);
        }
        while (node != root);
    }
}
