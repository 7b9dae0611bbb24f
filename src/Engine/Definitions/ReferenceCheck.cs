using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Values;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Finds references to lifecycles, segments and stages that do not exist.</summary>
internal sealed class ReferenceCheck
{
    private readonly IReadOnlyList<DefinitionFile> files;
    private readonly Dictionary<string, LifecycleDefinition?> lifecycles = new(StringComparer.Ordinal);
    private readonly HashSet<string> segments = new(StringComparer.Ordinal);

    internal ReferenceCheck(IReadOnlyList<DefinitionFile> files)
    {
        this.files = files;
        foreach (var file in files.Where(file => file.Id is not null))
        {
            if (file.Kind == DefinitionKind.Segment)
            {
                segments.Add(file.Id!);
            }
            else if (file.Kind == DefinitionKind.Lifecycle && lifecycles.TryAdd(file.Id!, file.Lifecycle) && file.Lifecycle is { } lifecycle)
            {
                segments.UnionWith(SubSegmentsOf(lifecycle));
            }
        }
    }

    internal IEnumerable<FileFinding> Findings() =>
        from file in files
        from placed in file.Rules
        from part in References.Walk(placed.Rule.Expression)
        from found in FindingsOf(file, part).Select(error => (error.Error, error.Severity))
        select new FileFinding(file, placed.At(found.Error, found.Severity));

    internal static IEnumerable<string> SubSegmentsOf(LifecycleDefinition lifecycle) =>
        from stages in lifecycle.Personas.Select(persona => persona.Stages).Prepend(lifecycle.Stages)
        from stage in stages
        from segment in stage.Segments
        select $"{lifecycle.Id}/{stage.Id}/{segment.Id}";

    private IEnumerable<(RuleError Error, Severity Severity)> FindingsOf(DefinitionFile file, Expression part) => part switch
    {
        StageExpression { Lifecycle: { } id } => UnknownLifecycle(id, part.Extent),
        TimeInStageExpression { Lifecycle: { } id } => UnknownLifecycle(id, part.Extent),
        MembershipExpression membership => UnknownSegment(membership),
        ComparisonExpression { Operator: ComparisonOperator.Equal or ComparisonOperator.NotEqual } comparison =>
            UnknownStages(file, comparison.Left, [comparison.Right]).Concat(UnknownStages(file, comparison.Right, [comparison.Left])),
        InListExpression list => UnknownStages(file, list.Operand, list.Items),
        _ => [],
    };

    private IEnumerable<(RuleError, Severity)> UnknownLifecycle(string id, Extent extent)
    {
        if (!lifecycles.ContainsKey(id))
        {
            yield return (new RuleError("unknown_lifecycle", extent, new Text($"the lifecycle {id}", $"el ciclo de vida {id}"),
                Known(lifecycles.Keys, new Text("a lifecycle", "un ciclo de vida")), Nearest.DidYouMean(id, lifecycles.Keys)), Severity.Error);
        }
    }

    private IEnumerable<(RuleError, Severity)> UnknownSegment(MembershipExpression membership)
    {
        var id = membership.Segment;
        // What is inside a lifecycle file that could not be read is not known to be missing.
        var isHidden = id.Split('/') is [var owner, _, _] && lifecycles.TryGetValue(owner, out var lifecycle) && lifecycle is null;
        if (!segments.Contains(id) && !isHidden)
        {
            yield return (new RuleError("unknown_segment", membership.Extent, new Text($"the segment {id}", $"el segmento {id}"),
                Known(segments, new Text("a segment", "un segmento")), Nearest.DidYouMean(id, segments)), Severity.Error);
        }
    }

    private IEnumerable<(RuleError, Severity)> UnknownStages(DefinitionFile file, Expression subject, IReadOnlyList<Expression> values)
    {
        if (subject is not StageExpression stage || lifecycles.GetValueOrDefault(stage.Lifecycle ?? file.Id ?? "") is not { } lifecycle)
        {
            yield break;
        }
        foreach (var literal in values.OfType<Literal>().Where(literal => literal.Value.Kind == ValueKind.Text && lifecycle.IndexOf(literal.Value.AsText) < 0))
        {
            var id = literal.Value.AsText;
            var ids = lifecycle.Stages.Select(known => known.Id).ToList();
            var known = YamlFields.OneOf(ids);
            yield return (new RuleError("unknown_stage", literal.Extent, new Text($"the stage {id}", $"la etapa {id}"),
                new Text($"a stage of {lifecycle.Id}: {known.En}", $"una etapa de {lifecycle.Id}: {known.Es}"), Nearest.DidYouMean(id, ids)), Severity.Warning);
        }
    }

    private static Text Known(IReadOnlyCollection<string> ids, Text kind)
    {
        const int MaxListed = 8;
        if (ids.Count == 0)
        {
            return new Text(kind.En + ", but there is none yet", kind.Es + ", pero aún no hay ninguno");
        }
        var listed = ids.Order(StringComparer.Ordinal).Take(MaxListed).ToList();
        var more = ids.Count - listed.Count;
        var names = YamlFields.OneOf(listed);
        return more == 0
            ? new Text($"{kind.En}: {names.En}", $"{kind.Es}: {names.Es}")
            : new Text($"{kind.En}: {string.Join(", ", listed)} and {more} more", $"{kind.Es}: {string.Join(", ", listed)} y {more} más");
    }
}
