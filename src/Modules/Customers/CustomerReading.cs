using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Explain;
using Ciclo.Core.Identity;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Customers.Records;
using Ciclo.Modules.Customers.Timeline;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Customers;

/// <summary>A move within one lifecycle, by indexes of its stages; <see cref="From"/> is -1 for the entry.</summary>
public readonly record struct Step(int From, int To, long At);

/// <summary>A person's place in a lifecycle: every move, in order; none before the first event of origin customer.</summary>
public sealed record StagePath(LifecycleInfo Lifecycle, IReadOnlyList<Step> Steps)
{
    public static StagePath Of(EngineState state, int lifecycle, LifecycleInfo info, ProfilePlace? place)
    {
        var (name, stages) = (state.Placement.LifecycleNames[lifecycle], state.Placement.StageNames[lifecycle]);
        var steps = (place?.Moves ?? []).Where(move => move.Lifecycle == name && Array.IndexOf(stages, move.To) >= 0)
            .Select(move => new Step(Array.IndexOf(stages, move.From), Array.IndexOf(stages, move.To), move.At));
        return new StagePath(info, [.. steps]);
    }

    public Step? Current => Steps.Count == 0 ? null : Steps[^1];

    /// <summary>The stays in a stage: from when to when, the last one up to <paramref name="now"/>.</summary>
    public IEnumerable<(int Stage, long From, long To)> Stays(long now)
    {
        for (var i = 0; i < Steps.Count; i++)
        {
            yield return (Steps[i].To, Steps[i].At, i + 1 < Steps.Count ? Steps[i + 1].At : Math.Max(now, Steps[i].At));
        }
    }
}

/// <summary>
/// What a customer's page reads of the engine, in one look. <paramref name="Then"/>: the explanation at the instant that was asked for, if one
/// was; <paramref name="IsBadInstant"/>: what was asked for is none.
/// </summary>
public sealed record CustomerFacts(
    ProfileCard Card, IReadOnlyList<string> PublicIds, LifecycleInfo? Chosen, IReadOnlyList<StagePath> Paths, StageExplanation? Explained, StageExplanation? Then, bool IsBadInstant, Text? Persona,
    IReadOnlyList<(SegmentInfo Segment, long Since)> Segments, OrderFigures Orders, IReadOnlyList<PersonScore> Scores, List<Line> Events, long Now)
{
    public StagePath? Path => Paths.FirstOrDefault(path => path.Lifecycle.Id == Chosen?.Id);

    public static CustomerFacts Of(EngineState state, int profile, TimelineAsked asked, IEnumerable<IPersonScores> scores)
    {
        var card = ProfileCard.Of(state, profile);
        var members = state.Staged.Identity.MembersOf(profile).ToArray();
        var lifecycles = LifecycleInfo.AllOf(state);
        var chosen = lifecycles.FirstOrDefault(one => one.Id == asked.Lifecycle) ?? (lifecycles.Count == 0 ? null : lifecycles[LifecycleInfo.DefaultOf(lifecycles)]);
        var paths = lifecycles.Select((one, i) => StagePath.Of(state, i, one, state.Placement.Of(profile))).ToList();
        var explained = chosen is null ? null : Explanations.OfStage(state, profile, chosen.Id, state.Now);
        var isThen = InstantWords.TryRead(asked.At, state.Rules.Zone, out var instant);
        var then = chosen is null || !isThen ? null : Explanations.OfStage(state, profile, chosen.Id, Math.Min(instant, state.Now));
        var segments = SegmentInfo.AllOf(state).ToDictionary(one => one.Id, StringComparer.Ordinal);
        return new CustomerFacts(
            card, [.. members.Select(state.Staged.Identity.PublicId)], chosen, paths, explained, then, asked.At.Length > 0 && !isThen, Explanations.PersonaOf(state, then ?? explained),
            [.. card.Segments.Where(held => segments.ContainsKey(held.Segment)).Select(held => (segments[held.Segment], held.Since))],
            OrderFigures.Of(state, members), [.. scores.SelectMany(one => one.Of(state, profile))], Line.EventsOf(state, members), state.Now);
    }
}

/// <summary>What a customer's page shows.</summary>
public sealed record CustomerReading(CustomerFacts Facts, TimelinePage Timeline, PersonRecords Records, IReadOnlyList<PeopleList> Lists, Visitor Visitor, Text? Said)
{
    /// <summary>The journal and the records are read outside the engine's lock: both may touch the disk.</summary>
    public static CustomerReading Of(DataHost host, Visitor visitor, CustomerFacts facts, TimelineAsked asked, Locale locale, Text? said)
    {
        var (records, lists) = host.Database.Read(connection =>
            (RecordStore.Of(connection, visitor.WorkspaceId, facts.PublicIds), RecordStore.Lists(connection, visitor.WorkspaceId)));
        var page = TimelinePage.Of(asked, facts.Events, facts.Path?.Steps ?? [], records.Notes, visitor.Engine.Journal, locale);
        return new CustomerReading(facts, page, records, lists, visitor, said);
    }

    public ProfileCard Card => Facts.Card;

    public string Name => PersonName.Of(Card);

    public string? Email => Trait("email") ?? Card.Identifiers.FirstOrDefault(one => one.Type == "email")?.Value;

    public string? Phone => Trait("phone");

    /// <summary>Whether something came within the last minutes, as if they were there.</summary>
    public bool IsThere => Card.LastSeenAt is { } last && Facts.Now - last < 5 * Core.Time.Durations.Minute;

    private string? Trait(string name) => Card.Traits[name] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}

/// <summary>How pages find a profile by what stands in their address.</summary>
internal static class People
{
    /// <summary>The profile and its public id; -1 where nobody is known by it.</summary>
    public static (int Profile, string Id) Find(EngineState state, string reference)
    {
        var node = state.Staged.Identity.Find(reference);
        var found = node < 0 ? -1 : state.Staged.Identity.ProfileOf(node);
        return (found, found < 0 ? "" : state.Staged.Identity.PublicId(found));
    }

    /// <summary>An identifier of a card as references are written.</summary>
    public static string TextOf(CardIdentifier one) => one.Type is "user_id" or "email" or "anonymous_id"
        ? one.Type + ":" + one.Value
        : new Identifier(IdentifierKind.External, one.Type, one.Value).ToString();

    /// <summary>Public ids of all identifiers of a profile: under any of them something may be kept.</summary>
    public static IReadOnlyList<string> PublicIdsOf(IdentityGraph identity, int profile) => [.. identity.MembersOf(profile).ToArray().Select(identity.PublicId)];
}
