using System.Text.Json.Nodes;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

public sealed record CardIdentifier(string Type, string Value, long FirstSeenAt);

public sealed record CardStage(string Lifecycle, string Stage, long Since);

public sealed record CardSegment(string Segment, long Since);

/// <summary>
/// One person as of now: who, what is known, where. <see cref="Id"/> is `prf_…`; <see cref="Traits"/> nest as they were sent, with reserved names
/// in snake_case.
/// </summary>
public sealed record ProfileCard(
    string Id, string UserId, IReadOnlyList<CardIdentifier> Identifiers, JsonObject Traits, IReadOnlyList<CardStage> Stages, IReadOnlyList<CardSegment> Segments,
    long? FirstSeenAt, long? LastSeenAt, int Events)
{
    public static ProfileCard Of(EngineState state, int profile)
    {
        var identity = state.Staged.Identity;
        var events = state.Staged.History.Read(identity.MembersOf(profile));
        var place = state.Placement.Of(profile);
        return new ProfileCard(
            identity.PublicId(profile),
            identity.PrintedUserId(profile),
            [.. identity.IdentifiersOf(profile).Select(one => new CardIdentifier(one.Identifier.Type, one.Identifier.Value, one.FirstSeen))],
            TraitsOf(state, events),
            place is null ? [] : StagesOf(state, place),
            place is null ? [] : [.. place.Memberships.Select(held => new CardSegment(state.PlaceNames[held.Segment], held.Since))],
            events.Count == 0 ? null : events[0].At,
            events.Count == 0 ? null : events[^1].At,
            events.Count);
    }

    /// <summary>The stage held in each lifecycle of the workspace, in its order.</summary>
    public static IReadOnlyList<CardStage> StagesOf(EngineState state, ProfilePlace place)
    {
        var stages = new List<CardStage>();
        for (var i = 0; i < state.Placement.LifecycleNames.Length; i++)
        {
            var name = state.Placement.LifecycleNames[i];
            var last = Array.FindLastIndex(place.Moves, move => move.Lifecycle == name);
            if (last >= 0)
            {
                stages.Add(new CardStage(state.PlaceNames[name], state.PlaceNames[place.Moves[last].To], place.Moves[last].At));
            }
        }
        return stages;
    }

    private static JsonObject TraitsOf(EngineState state, List<TimedEvent> events)
    {
        var traits = new JsonObject();
        foreach (var timed in events)
        {
            var e = timed.Read();
            if (e.Type == CallType.Identify)
            {
                Apply(state, traits, e);
            }
        }
        return traits;
    }

    private static void Apply(EngineState state, JsonObject traits, in PackedEvent e)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<int>();
        foreach (var (path, value) in e)
        {
            // Where a path stands twice the first counts, for rules too.
            if (path < 0 || !seen.Add(path) || state.Staged.Paths[path] is not { } name || name.StartsWith('$'))
            {
                continue;
            }
            var segments = name.Split('.');
            // What an identify carries at the top replaces the trait whole; null clears it.
            if (replaced.Add(segments[0]))
            {
                traits.Remove(segments[0]);
            }
            Set(traits, segments, value);
        }
    }

    private static void Set(JsonObject traits, string[] segments, in Value value)
    {
        var target = traits;
        foreach (var segment in segments[..^1])
        {
            if (target[segment] is not JsonObject inner)
            {
                target[segment] = inner = [];
            }
            target = inner;
        }
        if (value.Kind == ValueKind.Object)
        {
            target[segments[^1]] ??= new JsonObject();
        }
        else if (!value.IsNull)
        {
            target[segments[^1]] = ToJson(value);
        }
    }

    private static JsonNode? ToJson(in Value value) => value.Kind switch
    {
        ValueKind.Boolean => JsonValue.Create(value.AsBoolean),
        ValueKind.Number => JsonNode.Parse(value.AsNumber.ToString()),
        ValueKind.Text => JsonValue.Create(value.AsText),
        ValueKind.List => new JsonArray([.. value.AsList.Select(item => ToJson(item))]),
        _ => null,
    };
}
