using Ciclo.Core.Rules;

namespace Ciclo.Core.Folds;

/// <summary>Puts lifecycles, segments and sub-segments in an order in which each comes after what it refers to.</summary>
public static class DefinitionOrder
{
    /// <summary>≥ 0 a lifecycle, &lt; 0 the segment ~x. Throws on a cycle, which validation has refused before.</summary>
    public static List<int> Sort(DefinitionSet definitions, Func<string, int> lifecycleIndex, Func<string, int> segmentIndex)
    {
        var nodes = NodesOf(definitions);
        var order = new List<int>();
        var state = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var node in nodes.Keys)
        {
            Visit(node);
        }
        return order;

        void Visit(string node)
        {
            if (state.TryGetValue(node, out var isDone))
            {
                if (!isDone)
                {
                    throw new InvalidOperationException($"Definitions refer to each other in a cycle through {node}.");
                }
                return;
            }
            state[node] = false;
            foreach (var reference in nodes[node])
            {
                Visit(reference);
            }
            state[node] = true;
            var id = node[(node.IndexOf(':', StringComparison.Ordinal) + 1)..];
            order.Add(node.StartsWith("lifecycle:", StringComparison.Ordinal) ? lifecycleIndex(id) : ~segmentIndex(id));
        }
    }

    /// <summary>The first cycle among the definitions as the nodes on it, the first repeated at the end; null if there is none.</summary>
    public static IReadOnlyList<string>? FindCycle(DefinitionSet definitions)
    {
        var nodes = NodesOf(definitions);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in nodes.Keys)
        {
            if (Search(start, []) is { } cycle)
            {
                return cycle;
            }
        }
        return null;

        List<string>? Search(string node, List<string> trail)
        {
            var at = trail.IndexOf(node);
            if (at >= 0)
            {
                return [.. trail[at..], node];
            }
            if (done.Contains(node) || !nodes.TryGetValue(node, out var references))
            {
                return null;
            }
            trail.Add(node);
            foreach (var reference in references)
            {
                if (Search(reference, trail) is { } cycle)
                {
                    return cycle;
                }
            }
            trail.RemoveAt(trail.Count - 1);
            done.Add(node);
            return null;
        }
    }

    /// <summary>Every definition (`lifecycle:ID`, `segment:ID`) with what it refers to, in the order of the set.</summary>
    public static IReadOnlyDictionary<string, List<string>> NodesOf(DefinitionSet definitions)
    {
        var nodes = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var lifecycle in definitions.Lifecycles)
        {
            IEnumerable<IReadOnlyList<StageDefinition>> variants = [lifecycle.Stages, .. lifecycle.Personas.Select(persona => persona.Stages)];
            var rules = variants.SelectMany(stages => stages).Select(stage => stage.When).Concat(lifecycle.Personas.Select(persona => persona.When));
            nodes["lifecycle:" + lifecycle.Id] = Referenced(rules);
            foreach (var stage in variants.SelectMany(stages => stages))
            {
                foreach (var segment in stage.Segments)
                {
                    var node = $"segment:{lifecycle.Id}/{stage.Id}/{segment.Id}";
                    nodes.TryAdd(node, ["lifecycle:" + lifecycle.Id]);
                    nodes[node].AddRange(Referenced([segment.When]));
                }
            }
        }
        foreach (var segment in definitions.Segments.Concat(definitions.Watches))
        {
            nodes["segment:" + segment.Id] = Referenced([segment.When]);
        }
        return nodes;
    }

    private static List<string> Referenced(IEnumerable<Rule?> rules) =>
        [.. rules.OfType<Rule>().SelectMany(rule => References.Of(rule.Expression)).Select(reference => reference.Node).Distinct(StringComparer.Ordinal)];
}
