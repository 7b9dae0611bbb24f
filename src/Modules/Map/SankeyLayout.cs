using Ciclo.Core.Analytics;

namespace Ciclo.Modules.Map;

/// <summary>A node of the drawing: at a step, so many paths. <paramref name="IsRest"/>: what is too rare to stand alone. Sizes are of the drawing.</summary>
public sealed record SankeyNode(int Step, string Name, bool IsRest, long Count, double X, double Y, double Height);

/// <summary>A link between nodes, from (X1, Y1) to (X2, Y2), so thick.</summary>
public sealed record SankeyLink(SankeyNode From, SankeyNode To, long Count, double X1, double Y1, double X2, double Y2, double Width);

/// <summary>
/// Paths as a Sankey diagram, drawn by steps from left to right (from right to left where they lead to the anchor): at each step the most frequent
/// touchpoints, the rest together. What ends at a node goes on to none.
/// </summary>
public sealed record SankeyDrawing(IReadOnlyList<SankeyNode> Nodes, IReadOnlyList<SankeyLink> Links, double Width, double Height)
{
    public const double NodeWidth = 10;

    private const int MostNodes = 6;
    private const double Drawn = 1_080;
    private const double LabelWidth = 170;
    private const double Tall = 300;
    private const double Gap = 10;

    /// <summary>Two lines of label stand beside each node, however thin it is.</summary>
    private const double LeastRise = 36;

    public static SankeyDrawing Of(PathResult paths, string anchor, int steps, bool isBackward, string rest)
    {
        var deepest = paths.Links.Count == 0 ? 0 : paths.Links.Max(link => link.Position) + 1;
        var columns = Math.Min(steps, deepest) + 1;
        var kept = Enumerable.Range(0, columns).Select(step => step == 0 ? [anchor] : TopAt(paths, step)).ToList();
        string Named(int step, string name) => kept[step].Contains(name) ? name : rest;
        var flows = paths.Links.Where(link => link.Position + 1 < columns)
            .GroupBy(link => (link.Position, From: Named(link.Position, link.From), To: Named(link.Position + 1, link.To)))
            .Select(group => (group.Key.Position, group.Key.From, group.Key.To, Count: group.Sum(link => link.Count))).ToList();
        var scale = paths.Anchors == 0 ? 0 : Tall / paths.Anchors;
        var apart = columns < 2 ? 0 : (Drawn - LabelWidth - NodeWidth) / (columns - 1);
        var nodes = new List<SankeyNode>();
        for (var step = 0; step < columns; step++)
        {
            var x = isBackward ? Drawn - LabelWidth - NodeWidth - (step * apart) : step * apart;
            var counts = step == 0 ? [(Name: anchor, Count: paths.Anchors)]
                : flows.Where(flow => flow.Position + 1 == step).GroupBy(flow => flow.To, StringComparer.Ordinal).Select(group => (Name: group.Key, Count: group.Sum(flow => flow.Count))).ToList();
            var y = 4.0;
            foreach (var (name, count) in counts.OrderBy(one => one.Name == rest).ThenByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal))
            {
                var height = Math.Max(2, count * scale);
                nodes.Add(new SankeyNode(step, name, name == rest && step > 0, count, x, y, height));
                y += Math.Max(height + Gap, LeastRise);
            }
        }
        var bottom = nodes.Count == 0 ? 0 : nodes.Max(node => node.Y + Math.Max(node.Height, LeastRise));
        return new SankeyDrawing(nodes, [.. LinksOf(nodes, flows, scale, isBackward)], Drawn, bottom + 8);
    }

    private static HashSet<string> TopAt(PathResult paths, int step) => [.. paths.Links.Where(link => link.Position + 1 == step).GroupBy(link => link.To, StringComparer.Ordinal)
        .Select(group => (Name: group.Key, Count: group.Sum(link => link.Count))).OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal).Take(MostNodes).Select(one => one.Name)];

    private static IEnumerable<SankeyLink> LinksOf(List<SankeyNode> nodes, List<(int Position, string From, string To, long Count)> flows, double scale, bool isBackward)
    {
        var (left, right) = (new Dictionary<SankeyNode, double>(ReferenceEqualityComparer.Instance), new Dictionary<SankeyNode, double>(ReferenceEqualityComparer.Instance));
        var found = flows.Select(flow => (From: nodes.First(node => node.Step == flow.Position && node.Name == flow.From), To: nodes.First(node => node.Step == flow.Position + 1 && node.Name == flow.To), flow.Count))
            .OrderBy(link => link.From.Step).ThenBy(link => link.From.Y).ThenBy(link => link.To.Y);
        foreach (var (from, to, count) in found)
        {
            var width = Math.Max(1, count * scale);
            var (y1, y2) = (from.Y + left.GetValueOrDefault(from) + (width / 2), to.Y + right.GetValueOrDefault(to) + (width / 2));
            left[from] = left.GetValueOrDefault(from) + (count * scale);
            right[to] = right.GetValueOrDefault(to) + (count * scale);
            yield return isBackward
                ? new SankeyLink(from, to, count, from.X, y1, to.X + NodeWidth, y2, width)
                : new SankeyLink(from, to, count, from.X + NodeWidth, y1, to.X, y2, width);
        }
    }
}
