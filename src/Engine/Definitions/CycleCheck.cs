using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>
/// Finds definitions that lead back to themselves, each once, by the shortest way round. The finding stands at the reference that a
/// person can change, in a file under judgement where the cycle passes through one.
/// </summary>
internal sealed class CycleCheck(IReadOnlyList<DefinitionFile> files, DefinitionSet set, IReadOnlyCollection<DefinitionFile> judged)
{
    private readonly IReadOnlyDictionary<string, List<string>> nodes = DefinitionOrder.NodesOf(set);

    internal IEnumerable<FileFinding> Findings()
    {
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes.Keys)
        {
            if (reported.Contains(node) || ShortestCycle(node) is not { } cycle)
            {
                continue;
            }
            reported.UnionWith(cycle);
            if (Finding(cycle) is { } finding)
            {
                yield return finding;
            }
        }
    }

    /// <summary>The nodes from <paramref name="start"/> around to itself, once each; null if there is no way back.</summary>
    private List<string>? ShortestCycle(string start)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var node))
        {
            foreach (var next in nodes.GetValueOrDefault(node, []))
            {
                if (next == start)
                {
                    return PathTo(node, start, cameFrom);
                }
                if (cameFrom.TryAdd(next, node))
                {
                    queue.Enqueue(next);
                }
            }
        }
        return null;
    }

    private static List<string> PathTo(string node, string start, Dictionary<string, string> cameFrom)
    {
        var path = new List<string> { node };
        while (path[^1] != start)
        {
            path.Add(cameFrom[path[^1]]);
        }
        path.Reverse();
        return path;
    }

    private FileFinding? Finding(List<string> cycle)
    {
        var places = (
            from step in Enumerable.Range(0, cycle.Count)
            let target = cycle[(step + 1) % cycle.Count]
            from file in files
            from placed in file.Rules
            where placed.Node == cycle[step]
            from reference in References.Of(placed.Rule.Expression)
            where reference.Node == target
            orderby judged.Contains(file) ? 0 : 1
            select (File: file, placed.Scalar, reference.Extent, Step: step)).ToList();
        if (places.Count == 0)
        {
            return null;
        }
        var (at, scalar, extent, first) = places[0];
        var names = string.Join(" → ", Enumerable.Range(first, cycle.Count + 1).Select(step => NameOf(cycle[step % cycle.Count])));
        var isOwn = cycle is [var only] && only.StartsWith("lifecycle:", StringComparison.Ordinal);
        var error = new RuleError("cycle", extent, new Text($"a cycle, {names}", $"un ciclo, {names}"),
            new Text("definitions that do not lead back to themselves", "definiciones que no regresen a sí mismas"),
            isOwn ? new Text("Inside its own lifecycle write bare `stage`.", "Dentro de su propio ciclo de vida escribe `stage` sin id.") : null);
        return new FileFinding(at, YamlExpressions.At(scalar, error));
    }

    private static string NameOf(string node) => node[(node.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
