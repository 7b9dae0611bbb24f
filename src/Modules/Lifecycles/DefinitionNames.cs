using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles;

/// <summary>An event and how often it came in.</summary>
public sealed record EventName(string Name, long Times);

/// <summary>What an editor completes: names that came in, stages and segments in force, and the language's functions with what they are.</summary>
public sealed record DefinitionNames(
    IReadOnlyList<EventName> Events, IReadOnlyList<string> Properties, IReadOnlyList<string> Traits, IReadOnlyList<string> GroupTraits,
    IReadOnlyList<string> Lifecycles, IReadOnlyList<string> Stages, IReadOnlyList<string> Segments, IReadOnlyDictionary<string, string> Functions)
{
    private const int Most = 5_000;

    private static readonly Dictionary<string, Text> Meanings = new(StringComparer.Ordinal)
    {
        ["count"] = new("how many: count(\"Order Completed\", 90d)", "cuántos: count(\"Order Completed\", 90d)"),
        ["sum"] = new("total of a property: sum(\"Order Completed\".revenue, 365d)", "total de una propiedad: sum(\"Order Completed\".revenue, 365d)"),
        ["min"] = new("least value of a property", "menor valor de una propiedad"),
        ["max"] = new("greatest value of a property", "mayor valor de una propiedad"),
        ["avg"] = new("mean of a property", "promedio de una propiedad"),
        ["money"] = new("total in the workspace's currency", "total en la moneda del espacio"),
        ["distinct"] = new("different values of a property", "valores distintos de una propiedad"),
        ["days"] = new("days with such an event", "días con un evento así"),
        ["ever"] = new("at least once: ever(\"Signed Up\")", "al menos una vez: ever(\"Signed Up\")"),
        ["first"] = new("when it first was, or a property then", "cuándo fue la primera vez, o una propiedad de entonces"),
        ["last"] = new("when it last was, or a property then", "cuándo fue la última vez, o una propiedad de entonces"),
        ["since"] = new("how long ago: since(\"Order Completed\") > 60d", "hace cuánto: since(\"Order Completed\") > 60d"),
        ["in"] = new("member of a segment: in(\"big-spenders\")", "miembro de un segmento: in(\"big-spenders\")"),
        ["stage"] = new("the stage held: stage(\"customer\") == \"retention\"", "la etapa actual: stage(\"customer\") == \"retention\""),
        ["time_in_stage"] = new("how long in it: time_in_stage(\"customer\") > 30d", "cuánto lleva en ella: time_in_stage(\"customer\") > 30d"),
        ["age"] = new("how long since the first event", "cuánto desde su primer evento"),
        ["now"] = new("the instant of evaluation", "el instante de la evaluación"),
        ["instant"] = new("an instant read from text", "un instante leído de un texto"),
        ["anniversary"] = new("its next yearly return", "su próxima vuelta anual"),
        ["traits"] = new("what is known of the person: traits.email", "lo que se sabe de la persona: traits.email"),
        ["group"] = new("what is known of the company", "lo que se sabe de la empresa"),
        ["scores"] = new("the latest score of that name", "la última puntuación de ese nombre"),
        ["consent"] = new("consent: consent.marketing.email", "consentimiento: consent.marketing.email"),
    };

    public static DefinitionNames Of(EngineState state, Language language)
    {
        var (schema, paths, plan) = (state.Staged.Schema, state.Staged.Paths, state.Placement.Plan);
        List<string> Named(IReadOnlySet<int> numbers, IEnumerable<string> known) =>
            [.. numbers.Where(path => path >= 0).Select(path => paths[path]).OfType<string>().Where(name => !name.StartsWith('$')).Union(known, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(Most)];
        return new DefinitionNames(
            [.. schema.Events.Select(pair => new EventName(state.Staged.EventNames[pair.Key] ?? "", pair.Value)).Where(one => one.Name.Length > 0).OrderByDescending(one => one.Times).ThenBy(one => one.Name, StringComparer.Ordinal).Take(Most)],
            Named(schema.Properties, []), Named(schema.Traits, SemanticNames.Traits), Named(schema.GroupTraits, []),
            [.. plan.Lifecycles.Select(one => one.Definition.Id)],
            [.. plan.Lifecycles.SelectMany(one => one.Definition.Stages).Select(stage => stage.Id).Distinct(StringComparer.Ordinal)],
            [.. plan.Segments.Select(one => one.Id)],
            Core.Rules.Functions.Names.ToDictionary(name => name, name => Meanings.TryGetValue(name, out var meaning) ? meaning.In(language) : "", StringComparer.Ordinal));
    }
}
