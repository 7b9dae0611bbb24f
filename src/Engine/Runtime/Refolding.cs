using Ciclo.Core.Folds;

namespace Ciclo.Engine.Runtime;

/// <summary>Folds a profile from its history, passing over events that no rule reads wherever that changes nothing.</summary>
internal static class Refolding
{
    /// <param name="fold">Whose state is made anew.</param>
    /// <param name="reader">Its wanted kinds must be those that the fold's plan reads.</param>
    /// <param name="members">The profile's identifiers.</param>
    /// <param name="until">Later events are not seen.</param>
    /// <param name="clock">Time goes on to here, or to the last event where that is later.</param>
    /// <returns>The events that the fold took in.</returns>
    public static int Run(ProfileFold fold, HistoryReader reader, ReadOnlySpan<int> members, long until, long clock)
    {
        var taken = 0;
        if (!TryRun(fold, reader, members, until, clock, true, ref taken))
        {
            TryRun(fold, reader, members, until, clock, false, ref taken);
        }
        return taken;
    }

    /// <summary>A reader for <see cref="Run"/>.</summary>
    public static HistoryReader ReaderFor(FoldPlan plan, History history) => new(history, kind => plan.Reads(kind.Type, kind.Flags, kind.Name));

    /// <summary>
    /// With <paramref name="passes"/>, events that no rule reads are passed over; false where a move held back in between would have had to
    /// hear them.
    /// </summary>
    private static bool TryRun(ProfileFold fold, HistoryReader reader, ReadOnlySpan<int> members, long until, long clock, bool passes, ref int taken)
    {
        fold.Reset();
        reader.Open(members);
        for (var hearsAll = true; reader.Next(out var e, hearsAll) && e.At <= until; hearsAll = !passes || fold.HearsAll)
        {
            if (hearsAll)
            {
                fold.Add(e);
            }
            else if (!fold.TryPassAndAdd(e))
            {
                return false;
            }
            taken++;
        }
        var end = Math.Max(clock, fold.Now);
        if (passes && !fold.HearsAll && !fold.TryPass(end))
        {
            return false;
        }
        fold.AdvanceTo(end);
        return true;
    }
}
