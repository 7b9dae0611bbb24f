using System.Globalization;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Map;

/// <summary>
/// What the map is asked for. <paramref name="Anchor"/>: the touchpoint that paths begin at, or with <paramref name="IsBackward"/> end at; or, as
/// `stage:ID`, coming into a stage of the lifecycle.
/// </summary>
public sealed record JourneyAsked(string Lifecycle, string Segment, int Days, string Anchor, bool IsBackward, int Steps)
{
    public const int LeastSteps = 3;
    public const int MostSteps = 6;

    /// <summary>What an anchor begins with that is a stage.</summary>
    public const string StagePrefix = "stage:";

    private const int DefaultDays = 30;
    private const int LongestName = 512;

    public static IReadOnlyList<int> Offered { get; } = [7, 30, 90, 365];

    public static JourneyAsked From(IQueryCollection query) => new(
        Text(query, "lifecycle"), Text(query, "segment"), Offered.Contains(Number(query, "days", DefaultDays)) ? Number(query, "days", DefaultDays) : DefaultDays,
        Text(query, "anchor"), query["direction"] != "after", Math.Clamp(Number(query, "steps", 4), LeastSteps, MostSteps));

    /// <summary>The id of the stage that paths are anchored at; null where it is a touchpoint.</summary>
    public string? AnchorStage => Anchor.StartsWith(StagePrefix, StringComparison.Ordinal) ? Anchor[StagePrefix.Length..] : null;

    public string Query => QueryString.Create(new KeyValuePair<string, string?>[]
    {
        new("lifecycle", Lifecycle), new("segment", Segment), new("days", Days.ToString(CultureInfo.InvariantCulture)), new("anchor", Anchor), new("direction", IsBackward ? "before" : "after"),
        new("steps", Steps.ToString(CultureInfo.InvariantCulture)),
    }).Value!;

    internal static int Number(IQueryCollection query, string name, int otherwise) => int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    internal static string Text(IQueryCollection query, string name) => query[name].ToString() is { Length: <= LongestName } text ? text : "";
}

/// <summary>
/// What there is to choose from, and what was chosen where the address names nothing that exists: the first lifecycle, everybody, the event that most
/// people's paths are asked for.
/// </summary>
public sealed record MapModel(
    JourneyAsked Asked, IReadOnlyList<LifecycleInfo> Lifecycles, IReadOnlyList<SegmentInfo> Segments, IReadOnlyList<string> Events, long From, long To, bool EndsNow, long AllEvents)
{
    /// <summary>What is most often asked: the way to the order.</summary>
    private static readonly string[] Likely = ["Order Completed", "Checkout Started", "Signed Up"];

    public LifecycleInfo? Lifecycle => Lifecycles.FirstOrDefault(lifecycle => lifecycle.Id == Asked.Lifecycle);

    /// <summary>Whoever met a touchpoint in the period, as a condition of the rule language; null where the period does not end now, which no rule could say.</summary>
    public string? RuleOf(string touchpoint)
    {
        var named = touchpoint.Split(": ", 2);
        var events = named is ["page" or "screen", var view] ? $"{named[0]} where name == {Quoted(view)}" : touchpoint is "page" or "screen" ? touchpoint : Quoted(touchpoint);
        return EndsNow ? $"count({events}, {Asked.Days}d) >= 1" + (Asked.Segment.Length == 0 ? "" : $" and in({Quoted(Asked.Segment)})") : null;
    }

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    public static MapModel Of(EngineState state, JourneyAsked asked)
    {
        var lifecycles = LifecycleInfo.AllOf(state);
        var segments = SegmentInfo.AllOf(state);
        List<string> events = ["page", "screen", .. state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Take(200).Select(pair => state.Staged.EventNames[pair.Key])];
        var lifecycle = lifecycles.FirstOrDefault(one => one.Id == asked.Lifecycle) ?? lifecycles.FirstOrDefault(one => one.Id == "customer") ?? (lifecycles.Count > 0 ? lifecycles[0] : null);
        var isThere = asked.AnchorStage is { } stage ? lifecycle?.IndexOf(stage) >= 0 : events.Contains(asked.Anchor, StringComparer.Ordinal);
        var anchor = isThere ? asked.Anchor : Likely.FirstOrDefault(name => events.Contains(name, StringComparer.Ordinal)) ?? events[^1];
        var newest = state.Staged.History.LastAt;
        var isOld = newest != long.MinValue && newest < state.Now - Durations.Day;
        var to = isOld ? newest + 1 : state.Now;
        return new MapModel(
            asked with { Lifecycle = lifecycle?.Id ?? "", Segment = segments.Any(one => one.Id == asked.Segment) ? asked.Segment : "", Anchor = anchor },
            lifecycles, segments, events, to - (asked.Days * Durations.Day), to, !isOld, state.Staged.History.Count);
    }
}
