namespace Ciclo.Core.Identity;

/// <summary>
/// Which held nodes hang together by links, whether or not those links join: disjoint sets with a ring through the members of each.
/// Components only grow, as evidence is never taken back.
/// </summary>
internal sealed class Components
{
    // The parent of a node; of a root, its size, negative.
    private PagedRows<int> parents = new();
    private PagedRows<int> ring = new();

    public void Add(int node)
    {
        parents.Ensure(node + 1);
        ring.Ensure(node + 1);
        parents.Own(node) = -1;
        ring.Own(node) = node;
    }

    public int RootOf(int node)
    {
        while (parents[node] >= 0)
        {
            var parent = parents[node];
            if (parents[parent] >= 0)
            {
                parents.Own(node) = parents[parent];
            }
            node = parent;
        }
        return node;
    }

    public int SizeOf(int root) => -parents[root];

    /// <summary>The next member of the same component; going on from it leads back to where one began.</summary>
    public int NextInRing(int node) => ring[node];

    /// <summary>Unites two different components, given by their roots.</summary>
    public void Unite(int root, int other)
    {
        var (large, small) = SizeOf(root) >= SizeOf(other) ? (root, other) : (other, root);
        parents.Own(large) += parents[small];
        parents.Own(small) = large;
        var next = ring[large];
        ring.Own(large) = ring[small];
        ring.Own(small) = next;
    }

    /// <summary>Makes a node a component of its own; to be done with all of its component.</summary>
    public void Reset(int node)
    {
        parents.Own(node) = -1;
        ring.Own(node) = node;
    }

    public void Capture(SnapshotBlocks blocks)
    {
        blocks.Share(parents);
        blocks.Share(ring);
    }

    public void Restore(SnapshotReader reader, int nodes)
    {
        parents = reader.Paged<int>(nodes);
        ring = reader.Paged<int>(nodes);
        for (var node = 0; node < nodes; node++)
        {
            IdentityCheckpoint.Require(parents[node] >= -nodes && parents[node] < nodes && parents[node] != node && (uint)ring[node] < (uint)nodes);
        }
    }
}
