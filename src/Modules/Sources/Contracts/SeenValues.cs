using Ciclo.Core.Events;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;

namespace Ciclo.Modules.Sources.Contracts;

/// <summary>
/// What properties and traits look like in the data, in words: `number · 1,240 · 612.5` is the usual type, how often it was there, and the newest value.
/// <paramref name="Events"/>: by event (`page`, `screen` for views) and property; <paramref name="Traits"/>: by trait.
/// </summary>
public sealed record SeenValues(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Events, IReadOnlyDictionary<string, string> Traits)
{
    private const int MostEvents = 300;
    private const int MostProperties = 100;

    /// <summary>From the survey of the page of events seen, made if there is none of the last minute: of a large workspace it sees a sample.</summary>
    public static SeenValues Of(DataHost host, WorkspaceEngine engine, Locale locale, CancellationToken cancellation)
    {
        var survey = SchemaSurveys.Of(host).Of(engine, cancellation);
        return engine.Read(state => new SeenValues(
            survey.Events.Where(pair => pair.Key.Type is CallType.Track or CallType.Page or CallType.Screen).OrderByDescending(pair => pair.Value.Count).Take(MostEvents)
                .ToDictionary(pair => NameOf(state, pair.Key), pair => Said(state, pair.Value, locale, survey.IsWhole), StringComparer.Ordinal),
            survey.Events.TryGetValue((CallType.Identify, -1), out var identify) ? Said(state, identify, locale, survey.IsWhole) : new Dictionary<string, string>()));
    }

    private static string NameOf(EngineState state, (CallType Type, int Name) kind) => kind.Type switch
    {
        CallType.Page => "page",
        CallType.Screen => "screen",
        _ => state.Staged.EventNames[kind.Name],
    };

    private static IReadOnlyDictionary<string, string> Said(EngineState state, EventShape shape, Locale locale, bool isWhole) => shape.Properties
        .Where(pair => pair.Key >= 0 && pair.Key < state.Staged.Paths.Count && pair.Value.Filled > 0)
        .Select(pair => (Name: state.Staged.Paths[pair.Key], Shape: pair.Value)).Where(one => !one.Name.StartsWith('$'))
        .OrderByDescending(one => one.Shape.Filled).Take(MostProperties)
        .ToDictionary(one => one.Name, one => string.Join(" · ", new[]
        {
            locale.Say(ShapeWords.Of(one.Shape.Usual)), (isWhole ? "" : "≥ ") + locale.Number(one.Shape.Filled), one.Shape.Last,
        }.Where(part => part.Length > 0)), StringComparer.Ordinal);
}
