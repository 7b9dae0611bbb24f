using System.Runtime.InteropServices;
using Ciclo.Core.Metrics;

namespace Ciclo.Engine.Runtime;

/// <summary>Reads from places the moves of one lifecycle, with its stages by their indexes. One thread at a time; inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed class StageMoveReader
{
    private readonly int lifecycle;
    private readonly Dictionary<int, int> stages = [];
    private readonly List<StageMove> moves = [];

    /// <param name="state">What the places are of.</param>
    /// <param name="lifecycleIndex">Its index in the plan; below 0 for none, which has no moves.</param>
    public StageMoveReader(EngineState state, int lifecycleIndex)
    {
        lifecycle = lifecycleIndex < 0 ? int.MinValue : state.Placement.LifecycleNames[lifecycleIndex];
        var names = lifecycleIndex < 0 ? [] : state.Placement.StageNames[lifecycleIndex];
        for (var i = 0; i < names.Length; i++)
        {
            stages[names[i]] = i;
        }
    }

    /// <summary>A person's moves, oldest first; valid until the next call.</summary>
    public ReadOnlySpan<StageMove> Read(PlaceView place)
    {
        moves.Clear();
        foreach (var move in place.Moves)
        {
            if (move.Lifecycle == lifecycle && stages.TryGetValue(move.To, out var to))
            {
                moves.Add(new StageMove(stages.GetValueOrDefault(move.From, -1), to, move.At));
            }
        }
        return CollectionsMarshal.AsSpan(moves);
    }
}
