using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Reads the personas of a lifecycle file, each with its stages as they are for it.</summary>
internal sealed class PersonaReading(DefinitionReading reading, StageReading stages, string node)
{
    public List<PersonaDefinition> Read(YamlList? list, IReadOnlyList<StageDefinition> baseStages)
    {
        var personas = new List<PersonaDefinition>();
        if (list is null)
        {
            return personas;
        }
        reading.RefuseMore(list.Items, LifecycleFile.MaxPersonas);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items.Take(LifecycleFile.MaxPersonas))
        {
            if (YamlFields.Of(item, reading.Diagnostics) is { } fields && Persona(fields, ids, baseStages) is { } persona)
            {
                personas.Add(persona);
            }
        }
        return personas;
    }

    private PersonaDefinition? Persona(YamlFields fields, HashSet<string> ids, IReadOnlyList<StageDefinition> baseStages)
    {
        var id = reading.Id(fields, "id");
        if (id is not null && !ids.Add(id.Value))
        {
            reading.RefuseDuplicate(id);
        }
        var label = reading.Label(fields);
        var when = reading.When(fields, true, RuleContext.Lifecycle, node);
        var own = Stages(fields.Map("stages"), baseStages);
        fields.RefuseOthers();
        return id is null || when is null ? null : new PersonaDefinition(id.Value, label ?? Text.Same(id.Value), when, own);
    }

    private List<StageDefinition> Stages(YamlMap? map, IReadOnlyList<StageDefinition> baseStages)
    {
        var own = baseStages.ToList();
        foreach (var (key, value) in map?.Entries ?? [])
        {
            var index = own.FindIndex(stage => stage.Id == key.Value && key.Value.Length > 0);
            if (index < 0)
            {
                reading.Diagnostics.Add(stages.UnknownStage(key));
            }
            if (YamlFields.Of(value, reading.Diagnostics) is not { } fields)
            {
                continue;
            }
            // What stands under a mistyped stage is read too, for its own mistakes.
            var replaced = stages.Replace(fields, index < 0 ? new StageDefinition(key.Value, Text.Same(key.Value), null, [], []) : own[index]);
            if (index >= 0)
            {
                own[index] = replaced;
            }
        }
        return own;
    }
}
