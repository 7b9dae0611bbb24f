namespace Ciclo.Core.Identity;

/// <summary>
/// Which held nodes hang together by links, whether or not those links join: disjoint sets with a ring through the members of each.
/// Components only grow, as evidence is never taken back.
/// </summary>
internal sealed class Components
{
    // The parent of a node; of a root, its size, negative.
    private int[] parents = new int[16];
    private int[] ring = new int[16];

    public void Add(int node)
    {
        Rows.Ensure(ref parents, node + 1);
        Rows.Ensure(ref ring, node + 1);
        parents[node] = -1;
        ring[node] = node;
    }

    public int RootOf(int node)
    {
        while (parents[node] >= 0)
        {
            var parent = parents[node];
            if (parents[parent] >= 0)
            {
                parents[node] = parents[parent];
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
        parents[large] += parents[small];
        parents[small] = large;
        (ring[large], ring[small]) = (ring[small], ring[large]);
    }

    public void Capture(SnapshotBlocks blocks, int nodes)
    {
        blocks.Add<int>(parents.AsSpan(0, nodes));
        blocks.Add<int>(ring.AsSpan(0, nodes));
    }

    public void Restore(SnapshotReader reader, int nodes)
    {
        parents = reader.Table<int>(nodes);
        ring = reader.Table<int>(nodes);
        for (var node = 0; node < nodes; node++)
        {
            IdentityCheckpoint.Require(parents[node] >= -nodes && parents[node] < nodes && parents[node] != node && (uint)ring[node] < (uint)nodes);
        }
    }
}
