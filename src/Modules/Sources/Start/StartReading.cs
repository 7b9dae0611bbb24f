using System.Text;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Sources;

/// <summary>People in a stage of the lifecycle in force.</summary>
public sealed record StageFill(int Stage, int People);

/// <summary>An event that has arrived; <paramref name="Who"/> is `user_id:V` or `anonymous_id:V`, by which a person's page is found.</summary>
public sealed record ArrivedEvent(EventRow Row, string Name, string? Who, string Detail);

/// <summary>What has arrived so far; <paramref name="Latest"/> is the last few events, last first, while there are few enough to look through.</summary>
public sealed record ArrivedModel(long Events, long Refused, RejectedRow? LastRefused, IReadOnlyList<ArrivedEvent> Latest);

/// <summary>How the stages of a lifecycle fill; null where none is in force.</summary>
public sealed record FillModel(LifecycleInfo? Lifecycle, IReadOnlyList<StageFill> Stages, int People);

/// <summary>
/// The guided first run: where it stands follows from what there is, so that leaving and coming back is fine. <paramref name="NewKey"/> is the text of a
/// key that was made a moment ago, and known only now.
/// </summary>
public sealed record StartModel(
    IReadOnlyList<KeySummary> Keys, string? NewKey, Text? Refusal, string Address, ArrivedModel Arrived, IReadOnlyList<FrameworkCard> Frameworks, FillModel Fill, string Zone, string Currency, bool MayApply);

internal static class StartReading
{
    /// <summary>Looking through the history for its last events is quick up to here; beyond it nobody needs a first run.</summary>
    private const long FewEvents = 5_000;

    private const int Shown = 5;
    private const int LongestDetail = 200;

    public static ArrivedModel Arrived(WorkspaceEngine engine)
    {
        var (events, refused, last, latest) = engine.Read(state => (
            state.Staged.History.Count, state.Staged.Rejected.Count, state.Staged.Rejected.Count == 0 ? -1 : state.Staged.Rejected[^1],
            state.Staged.History.Count > FewEvents ? [] : EventFilter.All.Addresses(state).OrderDescending().Take(Shown).ToList()));
        return new ArrivedModel(events, refused, last < 0 ? null : RejectedRow.Read(engine.Journal, last), [.. latest.Select(address => EventOf(engine, address))]);
    }

    public static FillModel Fill(EngineState state)
    {
        var lifecycles = LifecycleInfo.AllOf(state);
        if (lifecycles.Count == 0)
        {
            return new FillModel(null, [], 0);
        }
        var counts = StageCounts.Of(state)[0];
        return new FillModel(lifecycles[0], [.. counts.Select((people, stage) => new StageFill(stage, people))], counts.Sum());
    }

    private static ArrivedEvent EventOf(WorkspaceEngine engine, long address)
    {
        var row = EventRow.Read(engine.Journal, address);
        var who = row.UserId is { } user ? "user_id:" + user : row.AnonymousId is { } anonymous ? "anonymous_id:" + anonymous : null;
        return new ArrivedEvent(row, row.Event ?? row.Type, who, DetailOf(row.Properties));
    }

    private static string DetailOf(string properties)
    {
        using var json = JsonDocument.Parse(properties);
        var text = new StringBuilder();
        foreach (var property in json.RootElement.EnumerateObject().TakeWhile(_ => text.Length < LongestDetail))
        {
            text.Append(text.Length == 0 ? "" : " · ").Append(property.Name).Append(": ").Append(property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : property.Value.GetRawText());
        }
        return text.Length > LongestDetail ? text.ToString(0, LongestDetail) + "…" : text.ToString();
    }
}
