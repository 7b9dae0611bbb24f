namespace Ciclo.Core.Analytics;

/// <summary>A link of a Sankey diagram: so many paths go from a touchpoint at a position to another at the next. Position 0 is the anchor.</summary>
public readonly record struct PathLink(int Position, string From, string To, long Count);

/// <summary>A whole path, the anchor first, and how often it was gone.</summary>
public sealed record TouchPath(IReadOnlyList<string> Touchpoints, long Count);

/// <summary>Paths from an anchor on, forwards or backwards. <paramref name="Anchors"/>: how many were begun; <paramref name="Cut"/>: how many of them are too rare and various to be told apart.</summary>
public sealed record PathResult(long Anchors, IReadOnlyList<PathLink> Links, IReadOnlyList<TouchPath> Top, long Cut);

/// <summary>
/// Counts paths as a tree whose root is the anchor. One thread adds; parts are merged. Exact up to <see cref="MaxNodes"/> different beginnings;
/// a path past that ends where the tree ends, and is counted as cut.
/// </summary>
public sealed class PathTree
{
    public const int MaxNodes = 200_000;

    private struct Node
    {
        public int Parent;
        public int Depth;
        public string Touchpoint;
        public long Passed;
        public long Ended;
    }

    private readonly Dictionary<(int Parent, string Touchpoint), int> known = [];
    private readonly List<Node> nodes;
    private long cut;

    public PathTree(string anchor) => nodes = [new Node { Parent = -1, Touchpoint = anchor }];

    /// <summary>Begins a path at the anchor.</summary>
    public int Begin()
    {
        Pass(0, 1);
        return 0;
    }

    /// <summary>Goes on from a place in the tree; -1 where the tree is full, and the path ends there as cut.</summary>
    public int Step(int node, string touchpoint)
    {
        var next = Find(node, touchpoint);
        if (next < 0)
        {
            cut++;
            return -1;
        }
        Pass(next, 1);
        return next;
    }

    public void End(int node) => EndAt(node, 1);

    public void Merge(PathTree other)
    {
        var here = new int[other.nodes.Count];
        Pass(0, other.nodes[0].Passed);
        EndAt(0, other.nodes[0].Ended);
        cut += other.cut;
        for (var i = 1; i < here.Length; i++)
        {
            var node = other.nodes[i];
            here[i] = here[node.Parent] < 0 ? -1 : Find(here[node.Parent], node.Touchpoint);
            if (here[i] < 0)
            {
                // A path is cut once, where it leaves the tree.
                cut += here[node.Parent] >= 0 ? node.Passed : 0;
                continue;
            }
            Pass(here[i], node.Passed);
            EndAt(here[i], node.Ended);
        }
    }

    /// <summary>All links, by position, most first; the <paramref name="top"/> paths, most first. Equals by name.</summary>
    public PathResult Result(int top)
    {
        var links = new Dictionary<(int, string, string), long>();
        for (var i = 1; i < nodes.Count; i++)
        {
            var key = (nodes[i].Depth - 1, nodes[nodes[i].Parent].Touchpoint, nodes[i].Touchpoint);
            links[key] = links.GetValueOrDefault(key) + nodes[i].Passed;
        }
        var paths = Enumerable.Range(0, nodes.Count).Where(node => nodes[node].Ended > 0).Select(node => new TouchPath(PathTo(node), nodes[node].Ended));
        return new PathResult(
            nodes[0].Passed,
            [.. links.Select(link => new PathLink(link.Key.Item1, link.Key.Item2, link.Key.Item3, link.Value))
                .OrderBy(link => link.Position).ThenByDescending(link => link.Count).ThenBy(link => link.From, StringComparer.Ordinal).ThenBy(link => link.To, StringComparer.Ordinal)],
            [.. paths.OrderByDescending(path => path.Count).ThenBy(path => string.Join('\n', path.Touchpoints), StringComparer.Ordinal).Take(top)],
            cut);
    }

    private List<string> PathTo(int node)
    {
        var path = new List<string>();
        for (; node >= 0; node = nodes[node].Parent)
        {
            path.Add(nodes[node].Touchpoint);
        }
        path.Reverse();
        return path;
    }

    private int Find(int parent, string touchpoint)
    {
        if (known.TryGetValue((parent, touchpoint), out var found))
        {
            return found;
        }
        if (nodes.Count > MaxNodes)
        {
            return -1;
        }
        known.Add((parent, touchpoint), nodes.Count);
        nodes.Add(new Node { Parent = parent, Depth = nodes[parent].Depth + 1, Touchpoint = touchpoint });
        return nodes.Count - 1;
    }

    private void Pass(int node, long count) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(nodes)[node].Passed += count;

    private void EndAt(int node, long count) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(nodes)[node].Ended += count;
}
