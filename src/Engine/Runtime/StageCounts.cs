namespace Ciclo.Engine.Runtime;

/// <summary>How many people are where, as of now: one pass over the places, no fold.</summary>
public static class StageCounts
{
    /// <summary>People by lifecycle and stage, in the plan's order.</summary>
    public static int[][] Of(EngineState state)
    {
        var placement = state.Placement;
        var counts = placement.StageNames.Select(stages => new int[stages.Length]).ToArray();
        foreach (var profile in placement.Places.Profiles())
        {
            var place = placement.Places.View(profile);
            for (var i = 0; i < counts.Length; i++)
            {
                if (Array.IndexOf(placement.StageNames[i], place.StageOf(placement.LifecycleNames[i])) is >= 0 and var stage)
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
        foreach (var profile in placement.Places.Profiles())
        {
            foreach (var held in placement.Places.View(profile).Memberships)
            {
                if (Array.IndexOf(placement.SegmentNames, held.Segment) is >= 0 and var index)
                {
                    counts[index]++;
                }
            }
        }
        return counts;
    }
}
