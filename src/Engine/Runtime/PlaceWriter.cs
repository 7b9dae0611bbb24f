using System.Runtime.InteropServices;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;

namespace Ciclo.Engine.Runtime;

/// <summary>Numbers of the ids of watches, in the plan's order, and of the stages between which they move.</summary>
internal sealed record WatchNames(int[] Ids, int On, int Off);

/// <summary>Writes down where a fold has come to, and notes what of it is to be made known. Threads share it; a shard belongs to one of them.</summary>
internal sealed class PlaceWriter(int[] lifecycleNames, int[][] stageNames, int[] segmentNames, WatchNames watches)
{
    /// <param name="places">Where it is written.</param>
    /// <param name="desk">Whose fold it is.</param>
    /// <param name="shard">That of the profile.</param>
    /// <param name="profile">Which one.</param>
    /// <param name="goesOn">The fold went on from where the place stands; else it tells the whole history.</param>
    public void Settle(PlaceTable places, FoldDesk desk, Shard shard, int profile, bool goesOn)
    {
        if (!desk.Fold.IsEntered)
        {
            // No event of origin customer yet; or the last one went to another profile, or no longer counts.
            Withdraw(places, profile, shard.Moves.Add);
            return;
        }
        var deadline = desk.Fold.NextDeadline;
        if (goesOn && places.Has(profile))
        {
            GoOn(places, desk, shard, profile, deadline);
        }
        else
        {
            Compare(places, desk, shard, profile, deadline);
        }
        shard.Await(profile, deadline);
    }

    /// <summary>Takes a place away, and its moves back.</summary>
    public static void Withdraw(PlaceTable places, int profile, Action<FeedMove> publish)
    {
        if (places.Of(profile) is { } place)
        {
            foreach (var move in place.Moves)
            {
                publish(new FeedMove(profile, move, true));
            }
            places.Remove(profile);
        }
    }

    /// <summary>The moves are what is new.</summary>
    private void GoOn(PlaceTable places, FoldDesk desk, Shard shard, int profile, long deadline)
    {
        var fold = desk.Fold;
        if (ChangesMemberships(fold))
        {
            desk.Memberships.Clear();
            foreach (var held in places.View(profile).Memberships)
            {
                desk.Memberships.Add(held);
            }
            TakeMemberships(fold, desk.Memberships);
            places.SetMemberships(profile, CollectionsMarshal.AsSpan(desk.Memberships));
        }
        NameMoves(desk);
        if (desk.Moves.Count > 0)
        {
            foreach (var move in desk.Moves)
            {
                shard.Moves.Add(new FeedMove(profile, move, false));
            }
            places.Append(profile, CollectionsMarshal.AsSpan(desk.Moves));
        }
        places.SetDeadline(profile, deadline);
    }

    /// <summary>What differs from the place is new, or no longer true.</summary>
    private void Compare(PlaceTable places, FoldDesk desk, Shard shard, int profile, long deadline)
    {
        NameMoves(desk);
        desk.Memberships.Clear();
        TakeMemberships(desk.Fold, desk.Memberships);
        desk.MovesBefore.Clear();
        var moves = CollectionsMarshal.AsSpan(desk.Moves);
        var memberships = CollectionsMarshal.AsSpan(desk.Memberships);
        var isSame = false;
        if (places.Has(profile))
        {
            foreach (var move in places.View(profile).Moves)
            {
                desk.MovesBefore.Add(move);
            }
            isSame = Holds(places.View(profile).Memberships, memberships);
        }
        if (MoveDifference.Note(profile, CollectionsMarshal.AsSpan(desk.MovesBefore), moves, shard.Moves) || !isSame)
        {
            places.Set(profile, moves, memberships, deadline);
        }
        else
        {
            places.SetDeadline(profile, deadline);
        }
    }

    private static bool Holds(PlaceView.MembershipEnumerator held, ReadOnlySpan<Membership> wanted)
    {
        var next = 0;
        while (held.MoveNext())
        {
            if (next == wanted.Length || held.Current != wanted[next++])
            {
                return false;
            }
        }
        return next == wanted.Length;
    }

    /// <summary>The moves of lifecycles and watches in order of time; of one instant, those of lifecycles first.</summary>
    private void NameMoves(FoldDesk desk)
    {
        desk.Moves.Clear();
        var moves = CollectionsMarshal.AsSpan(desk.Fold.Moves);
        var next = 0;
        if (watches.Ids.Length > 0)
        {
            foreach (ref readonly var turn in CollectionsMarshal.AsSpan(desk.Fold.MembershipMoves))
            {
                if (!IsOfSegment(turn))
                {
                    for (; next < moves.Length && moves[next].At <= turn.At; next++)
                    {
                        desk.Moves.Add(Named(moves[next]));
                    }
                    desk.Moves.Add(new PlacedMove(watches.Ids[turn.Segment - segmentNames.Length], turn.Entered ? Names.None : watches.On, turn.Entered ? watches.On : watches.Off, turn.At));
                }
            }
        }
        foreach (ref readonly var move in moves[next..])
        {
            desk.Moves.Add(Named(move));
        }
    }

    private PlacedMove Named(in StageMove move)
    {
        var stages = stageNames[move.Lifecycle];
        return new PlacedMove(lifecycleNames[move.Lifecycle], move.From < 0 ? Names.None : stages[move.From], stages[move.To], move.At);
    }

    private bool ChangesMemberships(ProfileFold fold)
    {
        foreach (ref readonly var move in CollectionsMarshal.AsSpan(fold.MembershipMoves))
        {
            if (IsOfSegment(move))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsOfSegment(MembershipMove move) => move.Segment < segmentNames.Length;

    /// <summary>Applies what the fold tells of memberships, in order, to those held before.</summary>
    private void TakeMemberships(ProfileFold fold, List<Membership> held)
    {
        foreach (ref readonly var move in CollectionsMarshal.AsSpan(fold.MembershipMoves))
        {
            if (!IsOfSegment(move))
            {
                continue;
            }
            var segment = segmentNames[move.Segment];
            for (var i = held.Count - 1; i >= 0; i--)
            {
                if (held[i].Segment == segment)
                {
                    held.RemoveAt(i);
                }
            }
            if (move.Entered)
            {
                held.Add(new Membership(segment, move.At));
            }
        }
    }
}
