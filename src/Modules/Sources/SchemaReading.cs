using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Sources;

/// <summary>A property as the page shows it.</summary>
public sealed record SeenProperty(string Name, PropertyShape Shape);

/// <summary>
/// A kind of event: how often it came since the beginning (exact for track events), what its rows look like where that was looked at, and the
/// definitions whose rules read it.
/// </summary>
public sealed record SeenEvent(CallType Type, string Name, long? Count, EventShape? Shape, IReadOnlyList<SeenProperty> Properties, IReadOnlyList<Text> ReadBy);

public sealed record SchemaModel(string Query, IReadOnlyList<SeenEvent> Events, int Found, SchemaSurvey? Survey)
{
    /// <summary>Kinds of events on the page; the others are found by searching.</summary>
    public const int MostShown = 100;
}

internal static class SchemaReading
{
    public static SchemaModel Of(EngineState state, string query, SchemaSurvey? survey)
    {
        var readers = ReadersOf(state.Rules.Definitions);
        var names = state.Staged.Schema.Events.Select(pair => (Type: CallType.Track, Name: pair.Key, Count: (long?)pair.Value)).ToList();
        names.AddRange(survey?.Events.Keys.Where(key => key.Type != CallType.Track).Select(key => (key.Type, key.Name, (long?)null)) ?? []);
        var found = names.Select(one => Event(state, one.Type, one.Name, one.Count, survey, readers))
            .Where(one => query.Length == 0 || one.Name.Contains(query, StringComparison.OrdinalIgnoreCase) || one.Properties.Any(property => property.Name.Contains(query, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(one => one.Count ?? one.Shape?.Count).ThenBy(one => one.Name, StringComparer.Ordinal).ToList();
        return new SchemaModel(query, [.. found.Take(SchemaModel.MostShown)], found.Count, survey);
    }

    private static SeenEvent Event(EngineState state, CallType type, int name, long? count, SchemaSurvey? survey, ILookup<string, Text> readers)
    {
        var shape = survey?.Events.GetValueOrDefault((type, name));
        var called = type == CallType.Track ? state.Staged.EventNames[name] : EventRow.TypeName(type);
        var properties = shape?.Properties.Where(pair => pair.Key < state.Staged.Paths.Count)
            .Select(pair => new SeenProperty(state.Staged.Paths[pair.Key], pair.Value)).OrderByDescending(property => property.Shape.Filled).ThenBy(property => property.Name, StringComparer.Ordinal).ToList();
        return new SeenEvent(type, called, count, shape, properties ?? [], [.. readers[called].Distinct()]);
    }

    /// <summary>By the name of an event (`page`, `identify` … for calls): the lifecycles and segments whose rules read it.</summary>
    private static ILookup<string, Text> ReadersOf(DefinitionSet definitions)
    {
        var stages = definitions.Lifecycles.SelectMany(lifecycle => lifecycle.Stages.Concat(lifecycle.Personas.SelectMany(persona => persona.Stages))
            .SelectMany(stage => stage.Segments.Select(segment => segment.When).Append(stage.When)).Select(rule => (rule, lifecycle.Label)));
        return stages.Concat(definitions.Segments.Select(segment => ((Rule?)segment.When, segment.Label)))
            .Where(pair => pair.Item1 is not null)
            .SelectMany(pair => References.Walk(pair.Item1!.Expression).OfType<AggregateExpression>().Select(part => (Name: NameOf(part.Selector), pair.Label)))
            .ToLookup(pair => pair.Name, pair => pair.Label, StringComparer.Ordinal);
    }

    private static string NameOf(EventSelector selector) => selector.Kind switch
    {
        SelectorKind.Named => selector.Name,
        SelectorKind.Page => "page",
        SelectorKind.Screen => "screen",
        SelectorKind.Identify => "identify",
        _ => "",
    };
}
