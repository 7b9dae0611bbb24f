using Ciclo.Core.Folds;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

public readonly record struct StageRow(string UserId, string Stage, long Since);

public readonly record struct TransitionRow(string UserId, string From, string To, long At);

public readonly record struct MemberRow(string UserId, long Since);

/// <summary>
/// Questions over all profiles, as of an instant or as of now. An instant means that the clock stands there: deadlines up to it have
/// passed, later events are not seen; identities and definitions are today's. Rows come sorted by user id (ordinal), then time.
/// </summary>
public static class Queries
{
    public static List<StageRow> Stages(EngineState state, int lifecycle, long? at)
    {
        var stages = state.Placement.Plan.Lifecycles[lifecycle].Definition.Stages;
        var name = state.Placement.LifecycleNames[lifecycle];
        var rows = at is { } instant
            ? Replay<StageRow>(state, state.Placement.Plan, instant, (userId, fold, into) =>
            {
                if (fold.IsEntered)
                {
                    into.Add(new StageRow(userId, stages[fold.StageOf(lifecycle)].Id, fold.StageSince(lifecycle)));
                }
            })
            : ReadPlaces<StageRow>(state, (userId, place, into) =>
            {
                var last = Array.FindLastIndex(place.Moves, move => move.Lifecycle == name);
                if (last >= 0)
                {
                    into.Add(new StageRow(userId, state.PlaceNames[place.Moves[last].To], place.Moves[last].At));
                }
            });
        rows.Sort((a, b) => string.CompareOrdinal(a.UserId, b.UserId));
        return rows;
    }

    public static List<TransitionRow> Transitions(EngineState state, int lifecycle, long? at)
    {
        var stages = state.Placement.Plan.Lifecycles[lifecycle].Definition.Stages;
        var name = state.Placement.LifecycleNames[lifecycle];
        var rows = at is { } instant
            ? Replay<TransitionRow>(state, state.Placement.Plan, instant, (userId, fold, into) =>
            {
                foreach (var move in fold.Moves.Where(move => move.Lifecycle == lifecycle))
                {
                    into.Add(new TransitionRow(userId, move.From < 0 ? "" : stages[move.From].Id, stages[move.To].Id, move.At));
                }
            })
            : ReadPlaces<TransitionRow>(state, (userId, place, into) =>
            {
                foreach (var move in place.Moves.Where(move => move.Lifecycle == name))
                {
                    into.Add(new TransitionRow(userId, move.From < 0 ? "" : state.PlaceNames[move.From], state.PlaceNames[move.To], move.At));
                }
            });
        // A stable sort: moves of one instant stay in the order in which they happened.
        return [.. rows.OrderBy(row => row.UserId, StringComparer.Ordinal)];
    }

    public static List<MemberRow> Members(EngineState state, int segment, long? at)
    {
        var name = state.Placement.SegmentNames[segment];
        var rows = at is { } instant
            ? Replay<MemberRow>(state, state.Placement.Plan, instant, (userId, fold, into) =>
            {
                if (fold.IsMember(segment))
                {
                    into.Add(new MemberRow(userId, fold.MembershipMoves.FindLast(move => move.Segment == segment).At));
                }
            })
            : ReadPlaces<MemberRow>(state, (userId, place, into) =>
            {
                foreach (var (held, since) in place.Memberships)
                {
                    if (held == name)
                    {
                        into.Add(new MemberRow(userId, since));
                    }
                }
            });
        rows.Sort((a, b) => string.CompareOrdinal(a.UserId, b.UserId));
        return rows;
    }

    /// <summary>Folds every profile up to an instant, on all cores, and collects what <paramref name="take"/> adds. The order of rows is that of profiles.</summary>
    public static List<T> Replay<T>(EngineState state, FoldPlan plan, long at, Action<string, ProfileFold, List<T>> take) =>
        Replay<T>(state, plan, at, (profile, fold, into) => take(state.Staged.Identity.PrintedUserId(profile), fold, into));

    /// <summary>The same with the numbers of profiles.</summary>
    public static List<T> Replay<T>(EngineState state, FoldPlan plan, long at, Action<int, ProfileFold, List<T>> take)
    {
        var identity = state.Staged.Identity;
        var profiles = AllProfiles(state).ToArray();
        var parts = Partition(profiles, Environment.ProcessorCount);
        var results = new List<T>[parts.Length];
        Parallel.For(0, parts.Length, part =>
        {
            var rows = results[part] = [];
            var fold = new ProfileFold(plan);
            using var reader = Refolding.ReaderFor(plan, state.Staged.History);
            foreach (var profile in parts[part])
            {
                Refolding.Run(fold, reader, identity.MembersOf(profile), at, at);
                take(profile, fold, rows);
            }
        });
        return [.. results.SelectMany(rows => rows)];
    }

    public static IEnumerable<int> AllProfiles(EngineState state)
    {
        var identity = state.Staged.Identity;
        for (var node = 0; node < identity.NodeCount; node++)
        {
            if (identity.IsProfile(node))
            {
                yield return node;
            }
        }
    }

    private static List<T> ReadPlaces<T>(EngineState state, Action<string, ProfilePlace, List<T>> take)
    {
        var rows = new List<T>();
        foreach (var profile in state.Placement.Places.Profiles())
        {
            take(state.Staged.Identity.PrintedUserId(profile), state.Placement.Of(profile)!, rows);
        }
        return rows;
    }

    private static ArraySegment<int>[] Partition(int[] items, int parts)
    {
        var size = (items.Length + parts - 1) / Math.Max(parts, 1);
        return [.. Enumerable.Range(0, parts).Select(part => new ArraySegment<int>(items, Math.Min(part * size, items.Length), Math.Clamp(items.Length - (part * size), 0, size)))];
    }
}
