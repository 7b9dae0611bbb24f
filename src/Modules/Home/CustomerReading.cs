using Ciclo.Core;
using Ciclo.Core.Explain;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Home;

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

/// <summary>One line of the timeline: an event, or a move of the lifecycle that is looked at.</summary>
public sealed record TimelineItem(long At, EventRow? Event, Step? Move);

/// <summary>What a customer's page shows. Events <see cref="First"/> to <see cref="Until"/> (counted from the oldest) are on this page of the timeline.</summary>
public sealed record CustomerReading(
    ProfileCard Card, LifecycleInfo? Chosen, IReadOnlyList<StagePath> Paths, StageExplanation? Explained, Text? Persona,
    IReadOnlyList<(SegmentInfo Segment, long Since)> Segments, IReadOnlyList<(long At, long Address)> Addresses, IReadOnlyList<Step> Moves,
    int First, int Until, long Now, int People)
{
    public const int PageSize = 100;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<TimelineItem> Timeline { get; private init; } = [];

    public StagePath? Path => Paths.FirstOrDefault(path => path.Lifecycle.Id == Chosen?.Id);

    public bool IsNewestPage => Until == Card.Events;

    public static CustomerReading Of(EngineState state, int profile, string wanted, int until)
    {
        var card = ProfileCard.Of(state, profile);
        var lifecycles = LifecycleInfo.AllOf(state);
        var chosen = lifecycles.FirstOrDefault(one => one.Id == wanted) ?? (lifecycles.Count == 0 ? null : lifecycles[DefaultOf(lifecycles)]);
        var paths = lifecycles.Select((one, i) => StagePath.Of(state, i, one, state.Placement.Of(profile))).ToList();
        var explained = chosen is null ? null : Explanations.OfStage(state, profile, chosen.Id, state.Now);
        var segments = SegmentInfo.AllOf(state).ToDictionary(one => one.Id, StringComparer.Ordinal);
        var last = Math.Min(until, card.Events);
        var first = Math.Max(0, last - PageSize);
        var events = state.Staged.History.Read(state.Staged.Identity.MembersOf(profile));
        var page = events.Skip(first).Take(last - first).Select(e => (e.At, e.Address)).ToList();
        // Each move stands on exactly one page: above the last event that is not later than it.
        var from = first == 0 || page.Count == 0 ? long.MinValue : page[0].At;
        var to = last == card.Events ? long.MaxValue : events[last].At;
        var moves = paths.Where(path => path.Lifecycle.Id == chosen?.Id).SelectMany(path => path.Steps).Where(step => step.At >= from && step.At < to);
        return new CustomerReading(card, chosen, paths, explained, PersonaOf(state, chosen, explained),
            [.. card.Segments.Where(held => segments.ContainsKey(held.Segment)).Select(held => (segments[held.Segment], held.Since))],
            page, [.. moves], first, last, state.Now, Queries.AllProfiles(state).Count());
    }

    /// <summary>Reads the page's events from the journal: that may touch the disk, so it is done outside the engine's lock.</summary>
    public CustomerReading WithEvents(Journal journal)
    {
        var items = Addresses.Select(e => new TimelineItem(e.At, EventRow.Read(journal, e.Address), null))
            .Concat(Moves.Select(step => new TimelineItem(step.At, null, step)))
            .Select((item, order) => (item, order))
            .OrderByDescending(one => one.item.At).ThenByDescending(one => one.order)
            .Select(one => one.item);
        return this with { Timeline = [.. items] };
    }

    public string Name => PersonName.Of(Card);

    /// <summary>The lifecycle that pages open with: the one called customer, else the first.</summary>
    internal static int DefaultOf(IReadOnlyList<LifecycleInfo> lifecycles)
    {
        var index = lifecycles.TakeWhile(lifecycle => lifecycle.Id != "customer").Count();
        return index < lifecycles.Count ? index : 0;
    }

    private static Text? PersonaOf(EngineState state, LifecycleInfo? chosen, StageExplanation? explained) => chosen is null || explained?.Persona is not { } id
        ? null
        : state.Placement.Plan.Lifecycles[state.Placement.Plan.LifecycleIndex(chosen.Id)].Definition.Personas.FirstOrDefault(persona => persona.Id == id)?.Label;
}
