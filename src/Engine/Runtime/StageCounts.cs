namespace Ciclo.Engine.Runtime;

/// <summary>How many people are where, as of now: one pass over the places on all cores, no fold.</summary>
public static class StageCounts
{
    /// <summary>People by lifecycle and stage, in the plan's order.</summary>
    public static int[][] Of(EngineState state)
    {
        var (lifecycles, stages) = (state.Placement.LifecycleNames, state.Placement.StageNames);
        return Count(state, stages.Select(of => of.Length), (place, counts) =>
        {
            for (var i = 0; i < counts.Length; i++)
            {
                if (Array.IndexOf(stages[i], place.StageOf(lifecycles[i])) is >= 0 and var stage)
                {
                    counts[i][stage]++;
                }
            }
        });
    }

    /// <summary>Members by segment, in the plan's order.</summary>
    public static int[] OfSegments(EngineState state)
    {
        var segments = state.Placement.SegmentNames;
        return Count(state, [segments.Length], (place, counts) =>
        {
            foreach (var held in place.Memberships)
            {
                if (Array.IndexOf(segments, held.Segment) is >= 0 and var index)
                {
                    counts[0][index]++;
                }
            }
        })[0];
    }

    private static int[][] Count(EngineState state, IEnumerable<int> lengths, Action<PlaceView, int[][]> add)
    {
        int[][] Fresh() => [.. lengths.Select(length => new int[length])];
        var whole = Fresh();
        Parallel.For(0, PlaceTable.ShardCount, Fresh, (shard, _, part) =>
        {
            state.Placement.Places.Each(shard, (_, place) => add(place, part));
            return part;
        }, part =>
        {
            lock (whole)
            {
                for (var i = 0; i < whole.Length; i++)
                {
                    for (var j = 0; j < whole[i].Length; j++)
                    {
                        whole[i][j] += part[i][j];
                    }
                }
            }
        });
        return whole;
    }
}
