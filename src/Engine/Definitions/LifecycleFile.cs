using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>
/// Reads a lifecycle file: required `lifecycle` and `stages[].id`; `label` defaults to the id, `timezone` to UTC, `movement` to forward.
/// A persona's stages replace the base's key by key (`when`, `returns_to`, `segments`, `label`); what is not named stays, and `segments`
/// is one key: it replaces the whole list.
/// </summary>
public static class LifecycleFile
{
    public const int MaxStages = 100;
    public const int MaxPersonas = 50;
    public const int MaxSubSegments = 200;

    /// <summary>Reads a file and finds everything wrong with it. References to other definitions are <see cref="Catalog"/>'s.</summary>
    public static DefinitionFile Read(string yaml, string name = "")
    {
        var reading = new DefinitionReading();
        if (reading.Root(yaml) is not { } fields)
        {
            return new DefinitionFile(DefinitionKind.Lifecycle, name, yaml, null, reading);
        }
        var id = reading.Id(fields, "lifecycle");
        var label = reading.Label(fields);
        reading.ReadZone(fields);
        var movement = fields.Word("movement", ["forward", "free"])?.Value == "free" ? Movement.Free : Movement.Forward;
        var stages = new StageReading(reading, id?.Value ?? "", movement);
        var baseStages = stages.ReadBase(fields.List("stages", true));
        var personas = new PersonaReading(reading, stages, "lifecycle:" + id?.Value).Read(fields.List("personas"), baseStages);
        fields.RefuseOthers();
        return new DefinitionFile(DefinitionKind.Lifecycle, name, yaml, id, reading)
        {
            Lifecycle = id is null || reading.HasErrors
                ? null
                : new LifecycleDefinition(id.Value, label ?? Text.Same(id.Value), reading.Zone, movement, baseStages, personas),
        };
    }
}
