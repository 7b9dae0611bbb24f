using Ciclo.Core.Events;

namespace Ciclo.Engine.Runtime;

/// <summary>One thread's share of a count over histories. Shares are added up by whoever made them.</summary>
public interface IHistoryFold
{
    /// <summary>The property paths that <see cref="Take"/> reads, by their indexes in <see cref="ProfileEvents.Paths"/>.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>The code of events of a kind, 0 or more; -1 for those it passes over. <paramref name="name"/>: of a track event, after aliases; else empty.</summary>
    int CodeOf(EventKind kind, string name);

    /// <summary>One profile with events that it looks at.</summary>
    void Take(in ProfileEvents profile);
}

/// <summary>What a fold sees of one profile: instants and codes in order (timestamp, messageId), and the paths to read. Valid only inside <see cref="IHistoryFold.Take"/>.</summary>
/// <param name="Profile">Its number in the identity graph.</param>
/// <param name="Paths">In the order of <see cref="IHistoryFold.Paths"/>.</param>
public readonly record struct ProfileEvents(EngineState State, int Profile, HistoryScan Events, ScanPath[] Paths);

/// <summary>
/// Counts over the histories of all profiles on all cores, a slice of profiles at a time, so that whoever waits for the engine has a turn after some tens of
/// milliseconds, however many profiles there are; events that come in between two slices are seen by the later one.
/// </summary>
public sealed class SlicedScan(WorkspaceEngine engine, TimeProvider clock)
{
    private const int FirstSlice = 16_384;
    private const int LargestSlice = 1 << 20;
    private const int LeastSlice = 256;
    private static readonly TimeSpan LongSlice = TimeSpan.FromMilliseconds(40);

    /// <summary>One fold a thread, each made by <paramref name="make"/>; null if everything was staged anew meanwhile, so that what was read does not belong together.</summary>
    /// <param name="make">Makes a fold for one thread.</param>
    /// <param name="cancellation">Asked between slices.</param>
    /// <param name="only">The profiles that are read, ascending; null for all.</param>
    public IReadOnlyList<TFold>? Run<TFold>(Func<TFold> make, CancellationToken cancellation, int[]? only = null)
        where TFold : IHistoryFold
    {
        TFold[] folds = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => make())];
        var (staged, next, count, size) = (engine.Read(state => state.Staged), 0, int.MaxValue, FirstSlice);
        while (next < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var (from, until) = (next, next + size);
            var (isSame, took) = engine.Read(state =>
            {
                var begun = clock.GetTimestamp();
                if (!ReferenceEquals(state.Staged, staged))
                {
                    return (false, default(TimeSpan));
                }
                count = only?.Length ?? state.Staged.Identity.NodeCount;
                Slice(state, folds, from, Math.Min(until, count), only);
                return (true, clock.GetElapsedTime(begun));
            });
            if (!isSame)
            {
                return null;
            }
            next = until;
            size = Math.Clamp(took < LongSlice / 2 ? size * 2 : took > LongSlice ? size / 2 : size, LeastSlice, LargestSlice);
        }
        return folds;
    }

    private static void Slice<TFold>(EngineState state, TFold[] folds, int from, int until, int[]? only)
        where TFold : IHistoryFold
    {
        var size = (until - from + folds.Length - 1) / folds.Length;
        Parallel.For(0, folds.Length, i => Fold(state, folds[i], from + (i * size), Math.Min(from + ((i + 1) * size), until), only));
    }

    private static void Fold<TFold>(EngineState state, TFold fold, int from, int until, int[]? only)
        where TFold : IHistoryFold
    {
        var (identity, names, paths) = (state.Staged.Identity, state.Staged.EventNames, state.Staged.Paths);
        using var scan = new HistoryScan(state.Staged.History, kind => fold.CodeOf(kind, kind.Type == CallType.Track && kind.Name >= 0 ? names[kind.Name] : ""));
        var read = fold.Paths.Select(path => scan.Path(paths.Find(path))).ToArray();
        for (var i = from; i < until; i++)
        {
            var profile = only is null ? i : only[i];
            if (identity.IsProfile(profile) && scan.Read(identity.MembersOf(profile)) > 0)
            {
                fold.Take(new ProfileEvents(state, profile, scan, read));
            }
        }
    }
}
