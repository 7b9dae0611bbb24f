namespace Ciclo.Engine.Runtime;

/// <summary>How many people are where, as of now: one pass over the places, no fold.</summary>
public static class StageCounts
{
    /// <summary>People by lifecycle and stage, in the plan's order.</summary>
    public static int[][] Of(EngineState state)
    {
        var placement = state.Placement;
        var counts = placement.StageNames.Select(stages => new int[stages.Length]).ToArray();
        foreach (var profile in placement.Profiles())
        {
            var moves = placement.Of(profile)!.Moves;
            for (var i = 0; i < counts.Length; i++)
            {
                var name = placement.LifecycleNames[i];
                var last = Array.FindLastIndex(moves, move => move.Lifecycle == name);
                if (last >= 0 && Array.IndexOf(placement.StageNames[i], moves[last].To) is >= 0 and var stage)
                {
                    counts[i][stage]++;
                }
            }
        }
        return counts;
    }

    /// <summary>Members by segment, in the plan's order.</summary>
    public static int[] OfSegments(EngineState state)
    {
        var placement = state.Placement;
        var counts = new int[placement.SegmentNames.Length];
        foreach (var profile in placement.Profiles())
        {
            foreach (var (segment, _) in placement.Of(profile)!.Memberships)
            {
                if (Array.IndexOf(placement.SegmentNames, segment) is >= 0 and var index)
                {
                    counts[index]++;
                }
            }
        }
        return counts;
    }
}
