using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Reads the stages of a lifecycle file, and what a persona replaces in one.</summary>
internal sealed class StageReading(DefinitionReading reading, string lifecycle, Movement movement)
{
    private readonly List<string> ids = [];
    private int subSegments;

    public IReadOnlyList<string> Ids => ids;

    public List<StageDefinition> ReadBase(YamlList? list)
    {
        var stages = new List<StageDefinition>();
        if (list is null)
        {
            return stages;
        }
        if (list.Items.Count == 0)
        {
            reading.Diagnostics.Add(new Diagnostic("no_stages", Severity.Error, list.Place.Line, list.Place.Column,
                new Text("an empty list", "una lista vacía"), new Text("at least one stage", "al menos una etapa")));
        }
        reading.RefuseMore(list.Items, LifecycleFile.MaxStages);
        // Ids come first: `returns_to` may name a stage further down.
        var opened = list.Items.Take(LifecycleFile.MaxStages).Select(Open).OfType<(YamlFields, string, YamlPlace)>().ToList();
        foreach (var (fields, id, place) in opened)
        {
            var blank = new StageDefinition(id, Text.Same(id), null, [], []);
            var stage = Replace(fields, blank);
            stages.Add(stage);
            WarnIfAlwaysHeld(fields, stage, stages.Count, place);
        }
        return stages;
    }

    /// <summary>A stage with the keys that <paramref name="fields"/> name in place of its own.</summary>
    public StageDefinition Replace(YamlFields fields, StageDefinition stage)
    {
        var label = reading.Label(fields);
        var when = reading.When(fields, false, RuleContext.Lifecycle, "lifecycle:" + lifecycle);
        var returnsTo = ReturnsTo(fields);
        var segments = SubSegments(fields, stage.Id);
        fields.RefuseOthers();
        return stage with
        {
            Label = label ?? stage.Label,
            When = when ?? stage.When,
            ReturnsTo = returnsTo ?? stage.ReturnsTo,
            Segments = segments ?? stage.Segments,
        };
    }

    private (YamlFields, string, YamlPlace)? Open(YamlNode item)
    {
        if (YamlFields.Of(item, reading.Diagnostics) is not { } fields)
        {
            return null;
        }
        var id = reading.Id(fields, "id");
        if (id is not null && ids.Contains(id.Value))
        {
            reading.RefuseDuplicate(id);
        }
        // A stage without a usable id is read on, so that its other mistakes show too.
        ids.Add(id?.Value ?? "");
        return (fields, id?.Value ?? "", id?.Place ?? item.Place);
    }

    private void WarnIfAlwaysHeld(YamlFields fields, StageDefinition stage, int position, YamlPlace place)
    {
        if (position > 1 && fields.Any("when") is null)
        {
            reading.Diagnostics.Add(new Diagnostic("always_holds", Severity.Warning, place.Line, place.Column,
                new Text($"the stage {stage.Id} without `when`, which always holds", $"la etapa {stage.Id} sin `when`, que siempre se cumple"),
                new Text("a condition on every stage but the first", "una condición en cada etapa menos la primera"),
                new Text("Everyone reaches it at once.", "Todos llegan a ella de inmediato.")));
        }
    }

    private List<int>? ReturnsTo(YamlFields fields)
    {
        if (fields.List("returns_to") is not { } list)
        {
            return null;
        }
        reading.RefuseMore(list.Items, LifecycleFile.MaxStages);
        if (movement == Movement.Free)
        {
            reading.Diagnostics.Add(new Diagnostic("no_effect", Severity.Warning, list.Place.Line, list.Place.Column,
                new Text("`returns_to` under `movement: free`", "`returns_to` con `movement: free`"),
                new Text("it only under `movement: forward`", "solo con `movement: forward`"),
                new Text("Free movement goes back to any stage whose rule holds.", "El movimiento libre regresa a cualquier etapa cuya regla se cumpla.")));
        }
        return [.. list.Items.Select(StageIndex).OfType<int>().Distinct()];
    }

    private int? StageIndex(YamlNode item)
    {
        if (item is not YamlScalar { IsNull: false } scalar)
        {
            reading.Diagnostics.Add(YamlFields.Wrong(item, new Text("the id of a stage", "el id de una etapa")));
            return null;
        }
        var index = ids.IndexOf(scalar.Value);
        if (index < 0)
        {
            reading.Diagnostics.Add(UnknownStage(scalar));
        }
        return index < 0 ? null : index;
    }

    public Diagnostic UnknownStage(YamlScalar id) => YamlFields.Wrong(id,
        ids.TrueForAll(known => known.Length == 0) ? new Text("the id of a stage", "el id de una etapa") : KnownIds(), Nearest.DidYouMean(id.Value, ids), "unknown_stage");

    private Text KnownIds()
    {
        var known = YamlFields.OneOf([.. ids.Where(id => id.Length > 0)]);
        return new Text("a stage: " + known.En, "una etapa: " + known.Es);
    }

    private List<SubSegmentDefinition>? SubSegments(YamlFields fields, string stage)
    {
        if (fields.List("segments") is not { } list)
        {
            return null;
        }
        var segments = new List<SubSegmentDefinition>();
        foreach (var item in list.Items)
        {
            if (++subSegments == LifecycleFile.MaxSubSegments + 1)
            {
                reading.Diagnostics.Add(new Diagnostic("too_many", Severity.Error, item.Place.Line, item.Place.Column,
                    new Text($"more than {LifecycleFile.MaxSubSegments} segments inside stages", $"más de {LifecycleFile.MaxSubSegments} segmentos dentro de etapas"),
                    new Text($"at most {LifecycleFile.MaxSubSegments} in a lifecycle", $"{LifecycleFile.MaxSubSegments} como máximo en un ciclo de vida")));
            }
            if (SubSegment(item, stage, segments) is { } segment)
            {
                segments.Add(segment);
            }
        }
        return segments;
    }

    private SubSegmentDefinition? SubSegment(YamlNode item, string stage, List<SubSegmentDefinition> before)
    {
        if (YamlFields.Of(item, reading.Diagnostics) is not { } fields)
        {
            return null;
        }
        var id = reading.Id(fields, "id");
        if (id is not null && before.Exists(segment => segment.Id == id.Value))
        {
            reading.RefuseDuplicate(id);
        }
        var label = reading.Label(fields);
        var when = reading.When(fields, true, RuleContext.Lifecycle, $"segment:{lifecycle}/{stage}/{id?.Value}");
        fields.RefuseOthers();
        return id is null || when is null ? null : new SubSegmentDefinition(id.Value, label ?? Text.Same(id.Value), when);
    }
}
