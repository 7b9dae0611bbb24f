using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Customers.Records;
using Ciclo.Modules.Customers.Search;

namespace Ciclo.Modules.Customers.List;

/// <summary>
/// Everybody that a list is of, in its order, by the numbers of profiles; and the rule that was run for it, if one was. <see cref="SortedAt"/>: when
/// the order was read, where it is not of now.
/// </summary>
internal sealed record FoundPeople(IReadOnlyList<int> Profiles, int Top, long? SortedAt, RuleRun? Run);

/// <summary>
/// Finds who is in a list: what a search, a tag, a static list or a rule finds, of these whoever meets the rest. Looks at places and identities
/// alone, in slices; a rule is run by <see cref="RuleRuns"/> before.
/// </summary>
internal sealed class ListFinder(DataHost host, WorkspaceEngine engine)
{
    /// <summary>Names and last events are read from histories: up to so many people that is done for each list, for more see <see cref="SortedOrders"/>.</summary>
    public const int MostSorted = 5_000;

    private const int NodesAtOnce = 100_000;

    public PeopleIndex Index => host.Shared(_ => new PeopleIndexes()).Of(engine);

    public async Task<FoundPeople> FindAsync(CustomersAsked asked, CancellationToken cancellation)
    {
        var run = asked.Condition is { } rule ? await RuleRuns.Of(host).RunAsync(engine, rule, cancellation) : null;
        var top = Math.Min(asked.Top ?? int.MaxValue, engine.Read(state => state.Staged.Identity.NodeCount));
        var tests = Tests(asked, run);
        var from = asked.Query is { } query ? (await Index.FindAsync(query, cancellation)).ConvertAll(found => found.Profile) : Named(asked) ?? run?.Profiles;
        var found = from is null ? Everybody(top, tests, asked.Order == ListOrder.Oldest) : Of(from, tests, asked);
        if (asked.Order is not (ListOrder.Name or ListOrder.LastSeen))
        {
            return new FoundPeople(found, top, null, run);
        }
        if (found.Count <= MostSorted)
        {
            return new FoundPeople(Sorted(found, asked.Order), top, null, run);
        }
        var order = await SortedOrders.Of(host).MakeAsync(engine, asked.Order, cancellation);
        return new FoundPeople(order.Of(found), top, order.At, run);
    }

    /// <summary>The people of a tag or a list; null where neither is asked for.</summary>
    private List<int>? Named(CustomersAsked asked)
    {
        var ids = asked.Tag is { } tag ? Records(connection => RecordStore.Tagged(connection, engine.Id, tag))
            : asked.List is { } list ? Records(connection => RecordStore.Listed(connection, engine.Id, list)) : null;
        return ids is null ? null : ProfilesOf(ids);
    }

    private IReadOnlyList<string> Records(Func<Microsoft.Data.Sqlite.SqliteConnection, IReadOnlyList<string>> read) => host.Database.Read(read);

    /// <summary>Who is meant by public ids of then: each profile once, though several of its identifiers were kept.</summary>
    private List<int> ProfilesOf(IReadOnlyList<string> ids) => engine.Read(state => ids.Select(id => People.Find(state, id).Profile).Where(profile => profile >= 0).Distinct().ToList());

    private List<Func<EngineState, int, bool>> Tests(CustomersAsked asked, RuleRun? run)
    {
        var tests = new List<Func<EngineState, int, bool>>();
        if (asked.Stage is { } stage)
        {
            var parts = stage.Split(':', 2);
            tests.Add((state, profile) => IsIn(state, profile, parts[0], parts.Length < 2 ? "" : parts[1]));
        }
        if (asked.Known is { } known)
        {
            tests.Add((state, profile) => IsKnown(state, profile) == known);
        }
        if (asked.Segment is { } segment)
        {
            tests.Add((state, profile) => IsMember(state, profile, segment));
        }
        if (asked.Moved is { } moved)
        {
            tests.Add((state, profile) => state.Placement.Of(profile) is { } place && place.Moves.Any(move => moved.Fits(state, move)));
        }
        if (run is not null && (asked.Query is not null || asked.Tag is not null || asked.List is not null))
        {
            var members = run.Profiles.ToHashSet();
            tests.Add((_, profile) => members.Contains(profile));
        }
        if (asked is { Query: not null, Tag: { } tag })
        {
            var tagged = ProfilesOf(Records(connection => RecordStore.Tagged(connection, engine.Id, tag))).ToHashSet();
            tests.Add((_, profile) => tagged.Contains(profile));
        }
        if (asked.List is { } list && (asked.Query is not null || asked.Tag is not null))
        {
            var listed = ProfilesOf(Records(connection => RecordStore.Listed(connection, engine.Id, list))).ToHashSet();
            tests.Add((_, profile) => listed.Contains(profile));
        }
        return tests;
    }

    private List<int> Everybody(int top, List<Func<EngineState, int, bool>> tests, bool fromOldest)
    {
        var found = new List<int>();
        for (var from = 0; from < top; from += NodesAtOnce)
        {
            var (first, end) = (from, Math.Min(top, from + NodesAtOnce));
            engine.Read(state =>
            {
                for (var node = first; node < end; node++)
                {
                    if (state.Staged.Identity.IsProfile(node) && tests.TrueForAll(test => test(state, node)))
                    {
                        found.Add(node);
                    }
                }
                return 0;
            });
        }
        if (!fromOldest)
        {
            found.Reverse();
        }
        return found;
    }

    private List<int> Of(IReadOnlyList<int> from, List<Func<EngineState, int, bool>> tests, CustomersAsked asked)
    {
        var found = new List<int>(from.Count);
        foreach (var part in from.Chunk(NodesAtOnce))
        {
            // A profile that was merged since a rule was run is the one it went into.
            engine.Read(state =>
            {
                found.AddRange(part.Select(state.Staged.Identity.ProfileOf).Where(profile => profile >= 0 && tests.TrueForAll(test => test(state, profile))));
                return 0;
            });
        }
        found = [.. found.Distinct()];
        if (asked.Query is null)
        {
            found.Sort();
            if (asked.Order != ListOrder.Oldest)
            {
                found.Reverse();
            }
        }
        return found;
    }

    private List<int> Sorted(List<int> found, ListOrder order) => engine.Read(state => order == ListOrder.Name
        ? found.Select(profile => (profile, Key: Folded.Of(PersonLook.NameOf(state, profile)))).OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.profile).ToList()
        : found.Select(profile => (profile, Key: PersonLook.LastSeenOf(state, profile))).OrderByDescending(one => one.Key).Select(one => one.profile).ToList());

    private static bool IsIn(EngineState state, int profile, string lifecycle, string stage)
    {
        var (name, wanted) = (state.PlaceNames.Find(lifecycle), state.PlaceNames.Find(stage));
        return name >= 0 && wanted >= 0 && state.Placement.Places.Has(profile) && state.Placement.Places.View(profile).StageOf(name) == wanted;
    }

    private static bool IsKnown(EngineState state, int profile)
    {
        foreach (var node in state.Staged.Identity.MembersOf(profile))
        {
            if (state.Staged.Identity.IdentifierOf(node).Kind != IdentifierKind.AnonymousId)
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsMember(EngineState state, int profile, string segment)
    {
        var wanted = state.PlaceNames.Find(segment);
        if (wanted < 0 || !state.Placement.Places.Has(profile))
        {
            return false;
        }
        foreach (var held in state.Placement.Places.View(profile).Memberships)
        {
            if (held.Segment == wanted)
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>The index of each workspace, made when first asked for.</summary>
internal sealed class PeopleIndexes
{
    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<WorkspaceEngine, PeopleIndex> made = [];

    public PeopleIndex Of(WorkspaceEngine engine) => made.GetValue(engine, one => new PeopleIndex(one));
}
