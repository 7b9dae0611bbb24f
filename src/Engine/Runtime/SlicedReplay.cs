using Ciclo.Core.Folds;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Folds all profiles, or a sample of them, under plans that are not in force. A slice of profiles at a time, so that whoever waits for the
/// engine has a turn after some tens of milliseconds, however many profiles there are; events and merges that come in between two slices are
/// seen by the later one.
/// </summary>
public sealed class SlicedReplay(WorkspaceEngine engine, TimeProvider clock)
{
    private const int FirstSlice = 1_024;
    private const int LargestSlice = 262_144;
    private static readonly TimeSpan LongSlice = TimeSpan.FromMilliseconds(25);

    /// <summary>What takes a profile: its number, and its folds in the order of the plans.</summary>
    public delegate void Taker<in TPart>(EngineState state, int profile, ProfileFold[] folds, TPart part);

    /// <summary>
    /// One part for each thread, filled by <paramref name="take"/>; null if the rules in force or the whole staging changed meanwhile, so that
    /// what was read does not belong together. A <paramref name="step"/> of n reads about every n-th profile.
    /// </summary>
    public IReadOnlyList<TPart>? Run<TPart>(FoldPlan[] plans, long at, int step, Func<TPart> part, Taker<TPart> take, CancellationToken cancellation)
    {
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Worker<TPart>(plans, part(), at, step, take)).ToArray();
        var (inForce, next, count, size) = (engine.Read(state => state.Placement.Plan), 0, int.MaxValue, FirstSlice);
        while (next < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, until) = (next, next + size);
            var (isWhole, took) = engine.Read(state =>
            {
                count = state.Staged.Identity.NodeCount;
                var isSame = ReferenceEquals(state.Placement.Plan, inForce) && plans.All(plan => ReferenceEquals(plan.EventNames, state.Staged.EventNames));
                var begun = clock.GetTimestamp();
                if (isSame)
                {
                    Slice(state, workers, from, Math.Min(until, count));
                }
                return (isSame, clock.GetElapsedTime(begun));
            });
            if (!isWhole)
            {
                return null;
            }
            next = until;
            size = Math.Clamp(took < LongSlice / 2 ? size * 2 : took > LongSlice ? size / 2 : size, 64, LargestSlice);
        }
        return [.. workers.Select(worker => worker.Part)];
    }

    private static void Slice<TPart>(EngineState state, Worker<TPart>[] workers, int from, int until)
    {
        var size = (until - from + workers.Length - 1) / workers.Length;
        Parallel.For(0, workers.Length, i => workers[i].Fold(state, from + (i * size), Math.Min(from + ((i + 1) * size), until)));
    }

    private sealed class Worker<TPart>(FoldPlan[] plans, TPart part, long at, int step, Taker<TPart> take)
    {
        private readonly ProfileFold[] folds = [.. plans.Select(plan => new ProfileFold(plan))];

        public TPart Part => part;

        public void Fold(EngineState state, int from, int until)
        {
            // Files of the history may go between two slices, so a reader does not outlive one.
            var readers = plans.Select(plan => Refolding.ReaderFor(plan, state.Staged.History)).ToArray();
            try
            {
                for (var profile = from; profile < until; profile++)
                {
                    if (state.Staged.Identity.IsProfile(profile) && IsSampled(profile))
                    {
                        for (var i = 0; i < folds.Length; i++)
                        {
                            Refolding.Run(folds[i], readers[i], state.Staged.Identity.MembersOf(profile), at, at);
                        }
                        take(state, profile, folds, part);
                    }
                }
            }
            finally
            {
                Array.ForEach(readers, reader => reader.Dispose());
            }
        }

        // Numbers alternate between kinds of identifiers, so that every second one would be no fair sample; Knuth's multiplier mixes them.
        private bool IsSampled(int profile) => step <= 1 || (((uint)profile * 2_654_435_769u) >> 12) % (uint)step == 0;
    }
}
