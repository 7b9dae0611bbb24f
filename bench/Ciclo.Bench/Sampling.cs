using Ciclo.Core.Folds;
using Ciclo.Engine.Runtime;

namespace Ciclo.Bench;

/// <summary>A figure is void unless its answer is right: sampled profiles are held against a fold from nothing.</summary>
internal static class Sampling
{
    /// <summary>Throws where one of the sampled profiles does not stand as a fresh fold says; answers how many were looked at.</summary>
    public static int Check(EngineState state, int sample)
    {
        var profiles = Queries.AllProfiles(state).ToArray();
        var step = Math.Max(1, profiles.Length / sample);
        var looked = 0;
        for (var i = 0; i < profiles.Length; i += step)
        {
            CheckOne(state, profiles[i]);
            looked++;
        }
        return looked;
    }

    private static void CheckOne(EngineState state, int profile)
    {
        var placement = state.Placement;
        var fold = new ProfileFold(placement.Plan);
        state.Staged.History.Fold(state.Staged.Identity.MembersOf(profile), fold, state.Now);
        fold.AdvanceTo(Math.Max(state.Now, fold.Now));
        var moves = fold.Moves.Select(move => new PlacedMove(
            placement.LifecycleNames[move.Lifecycle], move.From < 0 ? -1 : placement.StageNames[move.Lifecycle][move.From],
            placement.StageNames[move.Lifecycle][move.To], move.At));
        var place = placement.Of(profile)!;
        // The clock has gone on since the place was made: what a fresh fold finds beyond it is no mistake of the place.
        var until = place.NextDeadline;
        if (!moves.Where(move => move.At < until).SequenceEqual(place.Moves))
        {
            throw new InvalidOperationException($"Profile {state.Staged.Identity.PublicId(profile)} does not stand as a fresh fold says.");
        }
    }
}
