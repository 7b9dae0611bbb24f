using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Tests.Rules.Twin;

namespace Ciclo.Tests.Rules.Worlds;

public sealed record SubSegmentSource(string Id, string When);

public sealed record StageSource(string Id, string? When, IReadOnlyList<int> ReturnsTo, IReadOnlyList<SubSegmentSource> Segments);

/// <summary>A persona with all stages as it has them.</summary>
public sealed record PersonaSource(string Id, string When, IReadOnlyList<StageSource> Stages);

public sealed record LifecycleSource(
    string Id, string Zone, Movement Movement, IReadOnlyList<StageSource> Stages, IReadOnlyList<PersonaSource> Personas);

public sealed record SegmentSource(string Id, string Zone, string When);

/// <summary>Definitions as text, the events of one profile, and a clock: everything a history depends on.</summary>
public sealed record World(
    IReadOnlyList<LifecycleSource> Lifecycles, IReadOnlyList<SegmentSource> Segments, IReadOnlyList<TwinEvent> Events, long Clock)
{
    /// <summary>Parses and checks every rule. Throws <see cref="RuleException"/> for one that is none.</summary>
    public DefinitionSet Compile() => new([.. Lifecycles.Select(Compile)], [.. Segments.Select(Compile)]);

    public string Say()
    {
        var text = new StringBuilder();
        foreach (var lifecycle in Lifecycles)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"lifecycle {lifecycle.Id} {lifecycle.Movement} {lifecycle.Zone}");
            SayStages(text, lifecycle.Stages);
            foreach (var persona in lifecycle.Personas)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  persona {persona.Id} when {persona.When}");
                SayStages(text, persona.Stages);
            }
        }
        foreach (var segment in Segments)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"segment {segment.Id} {segment.Zone} when {segment.When}");
        }
        foreach (var e in Events)
        {
            text.AppendLine(e.ToString());
        }
        return text.Append("clock ").Append(Instants.Format(Clock)).ToString();
    }

    private static void SayStages(StringBuilder text, IReadOnlyList<StageSource> stages)
    {
        foreach (var stage in stages)
        {
            var returns = stage.ReturnsTo.Count == 0 ? "" : $" returns_to [{string.Join(", ", stage.ReturnsTo)}]";
            text.AppendLine(CultureInfo.InvariantCulture, $"    {stage.Id}{returns} when {stage.When ?? "(always)"}");
            foreach (var segment in stage.Segments)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"      segment {segment.Id} when {segment.When}");
            }
        }
    }

    private static LifecycleDefinition Compile(LifecycleSource source)
    {
        var zone = ZoneOf(source.Zone);
        // One text in one file is one rule: a persona shares what it does not replace.
        var rules = new Dictionary<string, Rule>(StringComparer.Ordinal);
        return new LifecycleDefinition(source.Id, Text.Same(source.Id), zone, source.Movement, Stages(source.Stages),
            [.. source.Personas.Select(persona => new PersonaDefinition(persona.Id, Text.Same(persona.Id), RuleOf(persona.When), Stages(persona.Stages)))]);

        Rule RuleOf(string text)
        {
            if (!rules.TryGetValue(text, out var rule))
            {
                rule = Parse(text, RuleContext.Lifecycle, zone);
                rules.Add(text, rule);
            }
            return rule;
        }

        StageDefinition[] Stages(IReadOnlyList<StageSource> stages) =>
        [
            .. stages.Select(stage => new StageDefinition(stage.Id, Text.Same(stage.Id), stage.When is { } when ? RuleOf(when) : null, stage.ReturnsTo,
                [.. stage.Segments.Select(segment => new SubSegmentDefinition(segment.Id, Text.Same(segment.Id), RuleOf(segment.When)))])),
        ];
    }

    private static SegmentDefinition Compile(SegmentSource source)
    {
        var zone = ZoneOf(source.Zone);
        return new SegmentDefinition(source.Id, Text.Same(source.Id), zone, Parse(source.When, RuleContext.Segment, zone));
    }

    private static Rule Parse(string text, RuleContext context, Zone zone)
    {
        var expression = Parser.Parse(text, context, zone);
        Checker.CheckCondition(expression);
        return new Rule(text, expression);
    }

    private static Zone ZoneOf(string id) => Zone.TryGet(id, out var zone) ? zone : throw new ArgumentException($"No zone {id}.", nameof(id));
}
