namespace Ciclo.Engine.Runtime;

/// <summary>Which moves of a profile are no longer true and which are new, once its history has been folded anew.</summary>
internal static class MoveDifference
{
    /// <summary>Notes what differs, first what is no longer true; false where nothing does. Neither list holds a move twice.</summary>
    public static bool Note(int profile, ReadOnlySpan<PlacedMove> before, ReadOnlySpan<PlacedMove> after, List<FeedMove> into)
    {
        var same = before.CommonPrefixLength(after);
        if (same == before.Length && same == after.Length)
        {
            return false;
        }
        var old = before[same..];
        var fresh = after[same..];
        if (IsInOrder(old) && IsInOrder(fresh))
        {
            NoteMissing(profile, old, fresh, true, into);
            NoteMissing(profile, fresh, old, false, into);
        }
        else
        {
            // A place put together from the feed has its moves in the order in which they became known.
            NoteUnknown(profile, old, new HashSet<PlacedMove>(fresh.ToArray()), true, into);
            NoteUnknown(profile, fresh, new HashSet<PlacedMove>(old.ToArray()), false, into);
        }
        return true;
    }

    /// <summary>Notes the moves of one list that the other does not have; both are in order of time, so one walk finds them.</summary>
    private static void NoteMissing(int profile, ReadOnlySpan<PlacedMove> moves, ReadOnlySpan<PlacedMove> others, bool isWithdrawn, List<FeedMove> into)
    {
        var next = 0;
        foreach (ref readonly var move in moves)
        {
            while (next < others.Length && others[next].At < move.At)
            {
                next++;
            }
            var isThere = false;
            for (var i = next; i < others.Length && others[i].At == move.At && !isThere; i++)
            {
                isThere = others[i] == move;
            }
            if (!isThere)
            {
                into.Add(new FeedMove(profile, move, isWithdrawn));
            }
        }
    }

    private static void NoteUnknown(int profile, ReadOnlySpan<PlacedMove> moves, HashSet<PlacedMove> others, bool isWithdrawn, List<FeedMove> into)
    {
        foreach (ref readonly var move in moves)
        {
            if (!others.Contains(move))
            {
                into.Add(new FeedMove(profile, move, isWithdrawn));
            }
        }
    }

    private static bool IsInOrder(ReadOnlySpan<PlacedMove> moves)
    {
        for (var i = 1; i < moves.Length; i++)
        {
            if (moves[i].At < moves[i - 1].At)
            {
                return false;
            }
        }
        return true;
    }
}
