using Ciclo.Core.Journeys;
using Ciclo.Core.Rules;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Journeys;

/// <summary>A row of the feed that tells of a journey: who it is about now, and how many entries the person's place shows up to it.</summary>
internal sealed record WatchRow(JourneyVersion Version, int Watch, bool IsOn, bool IsWithdrawn, long At, IReadOnlyList<string> Identifiers, int Entries, long? EventAddress)
{
    /// <summary>Whether it begins the journey, and was not taken back.</summary>
    public bool IsEntry => Watch == JourneyProgram.Start && !IsWithdrawn && IsOn != Version.Program.StartsAtEnd && At > Version.AppliedAt;

    /// <summary>Whether it takes back what began the journey.</summary>
    public bool TakesEntryBack => Watch == JourneyProgram.Start && IsWithdrawn && IsOn != Version.Program.StartsAtEnd && At > Version.AppliedAt;
}

/// <summary>Reads rows of the feed as what they mean for journeys, from one reading of the state.</summary>
internal static class FeedReading
{
    /// <summary>Rows of versions that are in use, in the feed's order; of people who are known by now under another profile, that one.</summary>
    public static List<WatchRow> Read(EngineState state, IReadOnlyList<FeedRow> rows, Func<string, int, JourneyVersion?> find)
    {
        var (found, watches) = (new List<WatchRow>(), state.Rules.Definitions.Watches.Select(watch => watch.Id).ToHashSet(StringComparer.Ordinal));
        foreach (var row in rows)
        {
            var (journey, number, watch) = JourneyWatches.Parse(row.Lifecycle);
            if (find(journey, number) is not { } version || PersonFacts.ProfileOf(state, row.Profile) is not (>= 0 and var profile))
            {
                continue;
            }
            var isOn = row.To == WatchStages.On;
            var isStart = watch == JourneyProgram.Start;
            var isEntry = isStart && isOn != version.Program.StartsAtEnd;
            var (entries, isThere) = isEntry ? Entries(state, profile, version, row) : (0, false);
            if (row.Kind == "withdrawn" && (isThere || !watches.Contains(row.Lifecycle)))
            {
                // Taken back from a profile that is part of another by now, which has it; or the watch is gone, and what it saw was true.
                continue;
            }
            found.Add(new WatchRow(
                version, watch, isOn, row.Kind == "withdrawn", row.At, PersonFacts.IdentifiersOf(state, profile), entries,
                isEntry && row.Kind == "moved" ? PersonFacts.EventAt(state, profile, EventOf(version.Journey.Trigger), row.At) : null));
        }
        return found;
    }

    /// <summary>How often a person has begun the journey since the version was applied, as the place of today shows it, and whether the row's beginning is among them.</summary>
    private static (int Entries, bool IsThere) Entries(EngineState state, int profile, JourneyVersion version, FeedRow row)
    {
        var (entries, isThere) = (0, false);
        if (state.Placement.Places.Has(profile))
        {
            foreach (var move in state.Placement.Places.View(profile).Moves)
            {
                if (move.At > version.AppliedAt && state.PlaceNames[move.Lifecycle] == row.Lifecycle && (state.PlaceNames[move.To] == WatchStages.On) != version.Program.StartsAtEnd)
                {
                    entries++;
                    isThere |= move.At == row.At;
                }
            }
        }
        return (entries, isThere);
    }

    private static string? EventOf(JourneyTrigger trigger) => trigger is HappeningTrigger { Happening: { IsEvent: true } happening }
        ? References.Walk(happening.Watch.Expression).OfType<AggregateExpression>().Select(call => call.Selector).Where(selector => selector.Kind == SelectorKind.Named)
            .Select(selector => selector.Name).FirstOrDefault()
        : null;
}
