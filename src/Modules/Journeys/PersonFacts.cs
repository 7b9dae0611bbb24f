using Ciclo.Core.Events;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Predict.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>What a journey asks about one person, from the workspace's live state. Used inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
internal sealed class PersonFacts(EngineState state, Journal journal, JourneyProgram program, PersonDesk desk, BestReach reach) : IJourneyFacts
{
    private Zone? zone;
    private int profile;

    /// <summary>Turns to another person.</summary>
    public PersonFacts Of(int other)
    {
        (profile, zone) = (other, null);
        return this;
    }

    public bool Holds(int condition, long at) => desk.Holds(condition, profile, at);

    public bool IsOn(int watch, long at) => desk.Holds(program.Conditions.Count + watch, profile, at);

    public long BestTime(long at) => reach.NextAt(state, profile, Zone, at) is { } found ? found.At : at;

    public Zone Zone => zone ??= PersonZone.Of(state, journal, profile, state.Now);

    /// <summary>All identifiers of a profile, the strongest first, as `user_id:V`.</summary>
    public static IReadOnlyList<string> IdentifiersOf(EngineState state, int profile) =>
        [.. state.Staged.Identity.IdentifiersOf(profile).Select(one => one.Identifier).OrderBy(one => one.Kind).Select(one => one.ToString())];

    /// <summary>The profile of somebody named by an identifier; -1 where nobody is known by it any more.</summary>
    public static int ProfileOf(EngineState state, string person)
    {
        var node = state.Staged.Identity.Find(person);
        return node < 0 ? -1 : state.Staged.Identity.ProfileOf(node);
    }

    /// <summary>Where the journal holds the last track event at an instant, of that name if one is given; null where there is none.</summary>
    public static long? EventAt(EngineState state, int profile, string? name, long at)
    {
        long? found = null;
        foreach (var timed in state.Staged.History.Read(state.Staged.Identity.MembersOf(profile), at, at + 1))
        {
            var e = timed.Read();
            if (e.Type == CallType.Track && (name is null || state.Staged.EventNames[e.Name] == name))
            {
                found = timed.Address;
            }
        }
        return found;
    }
}
