using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

public sealed record ListedProfile(int Profile, string Id, string UserId, IReadOnlyList<CardStage> Stages);

/// <summary>
/// Which profiles: by a piece of an identifier, by stage, by segment; sorted by user id (ordinal), a page at a time.
/// <see cref="After"/>: the user id that the page before ended with.
/// </summary>
public sealed record ProfileFilter(string? Query, string? Lifecycle, string? Stage, string? Segment, string? After, int Limit)
{
    /// <summary>Only who made such a move; null asks for none.</summary>
    public MoveFilter? Moved { get; init; }

    /// <summary>A page of profiles, and how many the filter finds in all.</summary>
    public (IReadOnlyList<ListedProfile> Page, int Total) Read(EngineState state)
    {
        var found = Found(state);
        var page = found.Where(one => After is null || string.CompareOrdinal(one.UserId, After) > 0).Take(Limit).Select(one => Listed(state, one));
        return ([.. page], found.Count);
    }

    /// <summary>The page after a cursor; null for a cursor that is none.</summary>
    public Page<ListedProfile>? Page(EngineState state, string? cursor, int limit) =>
        RowPages.Take(Found(state), one => one.UserId, cursor, limit) is { } page
            ? new Page<ListedProfile>([.. page.Data.Select(one => Listed(state, one))], page.Next)
            : null;

    private List<(int Profile, string UserId)> Found(EngineState state) => [.. Candidates(state).Where(profile => Holds(state, profile))
        .Select(profile => (Profile: profile, UserId: state.Staged.Identity.PrintedUserId(profile)))
        .OrderBy(one => one.UserId, StringComparer.Ordinal)];

    private static ListedProfile Listed(EngineState state, (int Profile, string UserId) one) => new(
        one.Profile, state.Staged.Identity.PublicId(one.Profile), one.UserId,
        state.Placement.Of(one.Profile) is { } place ? ProfileCard.StagesOf(state, place) : []);

    private IEnumerable<int> Candidates(EngineState state)
    {
        if (string.IsNullOrWhiteSpace(Query))
        {
            return Queries.AllProfiles(state);
        }
        var identity = state.Staged.Identity;
        if (identity.Find(Query.Trim()) is >= 0 and var exact)
        {
            return [identity.ProfileOf(exact)];
        }
        var wanted = Query.Trim();
        return Enumerable.Range(0, identity.NodeCount)
            .Where(node => identity.ProfileOf(node) >= 0 && identity.IdentifierOf(node).Value.Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .Select(identity.ProfileOf)
            .Distinct();
    }

    private bool Holds(EngineState state, int profile)
    {
        if (Lifecycle is null && Segment is null && Moved is null)
        {
            return true;
        }
        return state.Placement.Of(profile) is { } place
            && (Moved is null || place.Moves.Any(move => Moved.Fits(state, move)))
            && (Lifecycle is null || ProfileCard.StagesOf(state, place).Any(stage => stage.Lifecycle == Lifecycle && stage.Stage == Stage))
            && (Segment is null || place.Memberships.Any(held => state.PlaceNames[held.Segment] == Segment));
    }
}
