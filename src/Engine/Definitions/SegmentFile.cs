using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Reads a segment file: required `segment` and `when`; `label` defaults to the id, `timezone` to UTC.</summary>
public static class SegmentFile
{
    /// <summary>Reads a file and finds everything wrong with it. References to other definitions are <see cref="Catalog"/>'s.</summary>
    public static DefinitionFile Read(string yaml, string name = "")
    {
        var reading = new DefinitionReading();
        if (reading.Root(yaml) is not { } fields)
        {
            return new DefinitionFile(DefinitionKind.Segment, name, yaml, null, reading);
        }
        var id = reading.Id(fields, "segment");
        var label = reading.Label(fields);
        reading.ReadZone(fields);
        var when = reading.When(fields, true, RuleContext.Segment, "segment:" + id?.Value);
        fields.RefuseOthers();
        return new DefinitionFile(DefinitionKind.Segment, name, yaml, id, reading)
        {
            Segment = id is null || when is null || reading.HasErrors
                ? null
                : new SegmentDefinition(id.Value, label ?? Text.Same(id.Value), reading.Zone, when),
        };
    }
}
