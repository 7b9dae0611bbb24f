using Ciclo.Core.Rules;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A definition with everything that its rules refer to, and no more: what a replay of that one alone has to fold.</summary>
internal static class DefinitionClosure
{
    /// <summary>Nodes are `lifecycle:ID` or `segment:ID`, as <see cref="References.Of"/> names them.</summary>
    public static DefinitionSet Of(DefinitionSet set, params IEnumerable<string> nodes)
    {
        var (lifecycles, segments) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var open = new Queue<string>(nodes);
        while (open.TryDequeue(out var node))
        {
            var id = node[(node.IndexOf(':', StringComparison.Ordinal) + 1)..];
            // A sub-segment is part of its lifecycle.
            var isLifecycle = node.StartsWith("lifecycle:", StringComparison.Ordinal) || id.Contains('/', StringComparison.Ordinal);
            id = isLifecycle ? id.Split('/')[0] : id;
            if (!(isLifecycle ? lifecycles : segments).Add(id))
            {
                continue;
            }
            var rules = isLifecycle
                ? RulesOf(set.Lifecycles.FirstOrDefault(one => one.Id == id))
                : set.Segments.Where(one => one.Id == id).Select(one => one.When);
            foreach (var reference in rules.SelectMany(rule => References.Of(rule.Expression)))
            {
                open.Enqueue(reference.Node);
            }
        }
        return new DefinitionSet([.. set.Lifecycles.Where(one => lifecycles.Contains(one.Id))], [.. set.Segments.Where(one => segments.Contains(one.Id))]);
    }

    private static IEnumerable<Rule> RulesOf(LifecycleDefinition? lifecycle) => lifecycle is null
        ? []
        : RulesOf(lifecycle.Stages).Concat(lifecycle.Personas.SelectMany(persona => RulesOf(persona.Stages).Prepend(persona.When)));

    private static IEnumerable<Rule> RulesOf(IReadOnlyList<StageDefinition> stages) =>
        stages.SelectMany(stage => stage.Segments.Select(segment => segment.When).Concat(stage.When is { } when ? [when] : []));
}
