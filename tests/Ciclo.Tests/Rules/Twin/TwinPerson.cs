using System.Numerics;
using System.Text.Json;
using Ciclo.Core.Events;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>Everything known of one profile: its events in order, and what is read from them at an instant by scanning all of them.</summary>
public sealed class TwinPerson
{
    private readonly List<TwinFact> facts;
    private readonly List<TwinFact> groupFacts;

    /// <param name="events">The profile's events, in any order, duplicates included: the first copy counts.</param>
    /// <param name="groupEvents">Group calls of other members of the profile's groups.</param>
    public TwinPerson(IEnumerable<TwinEvent> events, IEnumerable<TwinEvent> groupEvents)
    {
        facts = Ordered(events.DistinctBy(e => e.MessageId));
        groupFacts = Ordered(facts.Select(f => f.Event).Concat(groupEvents).Where(e => e.Type == CallType.Group).DistinctBy(e => e.MessageId));
        // What happens to a group is an event of those who are in it at that instant.
        Instants = [.. facts.Concat(groupFacts.Where(f => GroupAt(f.Event.At) == f.Event.GroupId)).Select(f => f.Event.At).Distinct().Order()];
        var own = facts.Where(f => f.Event.Origin == Origin.Customer).ToList();
        FirstSeen = own.Count == 0 ? null : own[0].Event.At;
    }

    public IReadOnlyList<long> Instants { get; }

    /// <summary>The instant of the first event of origin customer.</summary>
    public long? FirstSeen { get; }

    public IEnumerable<TwinFact> Until(long now) => facts.Where(f => f.Event.At <= now);

    public object? Trait(string path, long now)
    {
        var identify = LastThatCarries(Until(now).Where(f => f.Event.Type == CallType.Identify), path);
        return identify?.Property(path);
    }

    public object? GroupTrait(string path, long now)
    {
        var group = GroupAt(now);
        return group is null ? null : LastThatCarries(groupFacts.Where(f => f.Event.At <= now && f.Event.GroupId == group), path)?.Property(path);
    }

    /// <summary>The group that the profile's latest group call names.</summary>
    private string? GroupAt(long now) => Until(now).LastOrDefault(f => f.Event.Type == CallType.Group)?.Event.GroupId;

    public object? Score(string path, long now) =>
        Until(now).Where(f => f.Event.Type == CallType.Track && f.Event.Name == "Scores Updated")
            .Select(f => f.Property(path)).LastOrDefault(value => value is not null);

    public object? Consent(string path, long now)
    {
        var parts = path.Split('.');
        object? answer = null;
        foreach (var fact in Until(now).Where(f => f.Event.Type == CallType.Track && f.Event.Name == "Segment Consent Preference Updated"))
        {
            if (!fact.Context.TryGetProperty("consent", out var consent) || consent.ValueKind != JsonValueKind.Object
                || !(consent.TryGetProperty("categoryPreferences", out var purposes) || consent.TryGetProperty("categoryPreference", out purposes))
                || purposes.ValueKind != JsonValueKind.Object || !purposes.TryGetProperty(parts[0], out var given))
            {
                continue;
            }
            if (given.ValueKind == JsonValueKind.Object && parts.Length == 2 && given.TryGetProperty(parts[1], out var channel))
            {
                answer = Answer(channel) ?? answer;
            }
            answer = Answer(given) ?? answer;
        }
        return answer;
    }

    private static object? Answer(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when given.ValueEquals("granted") => true,
        JsonValueKind.String when given.ValueEquals("denied") => false,
        _ => null,
    };

    private static TwinFact? LastThatCarries(IEnumerable<TwinFact> calls, string path)
    {
        var spellings = TwinJson.Spellings(path.Split('.')[0]);
        return calls.LastOrDefault(f => spellings.Any(s => f.Json.TryGetProperty(s, out _)));
    }

    private static List<TwinFact> Ordered(IEnumerable<TwinEvent> events) =>
        [.. events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).Select(e => new TwinFact(e))];
}

/// <summary>Dated exchange rates into the workspace's currency.</summary>
public sealed record TwinMoney(string Currency, Func<string, long, BigInteger?> RateMicros)
{
    public static TwinMoney None { get; } = new("USD", (_, _) => null);

    /// <summary>Dollars, with a rate for euros that changes on 7 March 2026 (and is older for older worlds).</summary>
    public static TwinMoney Dollars { get; } = new("USD", (currency, at) => currency != "EUR" ? null : at < 1_772_841_600_000 ? 1_083_333 : 1_250_001);
}
