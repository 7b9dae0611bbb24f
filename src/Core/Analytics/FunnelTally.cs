using System.Runtime.InteropServices;

namespace Ciclo.Core.Analytics;

/// <summary>One step of a funnel.</summary>
/// <param name="Profiles">That reached it.</param>
/// <param name="DropOff">1 − n(next) / n(this); null for the last step, and where nobody reached this one.</param>
/// <param name="MedianMs">From the step before to this one, over the profiles that reached it; null for the first step, over nobody, and where times were not asked for.</param>
public sealed record FunnelStep(long Profiles, double? DropOff, long? MedianMs, long? P75Ms, long? P90Ms);

/// <summary>A value of the breakdown, and the steps of those who have it. <paramref name="Value"/> is null for those who have none.</summary>
public sealed record FunnelGroup(string? Value, IReadOnlyList<FunnelStep> Steps);

/// <param name="Steps">Of everybody.</param>
/// <param name="Groups">Most at the first step first, then by value; empty without a breakdown.</param>
public sealed record FunnelResult(IReadOnlyList<FunnelStep> Steps, IReadOnlyList<FunnelGroup> Groups);

/// <summary>Counts the attempts of many profiles. One thread adds; parts are merged.</summary>
public sealed class FunnelTally(int steps, bool keepsTimes)
{
    private sealed class Counts(int steps, bool keepsTimes)
    {
        public readonly long[] Reached = new long[steps];
        public readonly List<long>[] Times = [.. Enumerable.Range(0, keepsTimes ? steps - 1 : 0).Select(_ => new List<long>())];

        public void Add(ReadOnlySpan<int> made, ReadOnlySpan<long> at)
        {
            for (var step = 0; step < made.Length; step++)
            {
                Reached[step]++;
                if (step > 0 && Times.Length > 0)
                {
                    Times[step - 1].Add(at[made[step]] - at[made[step - 1]]);
                }
            }
        }

        public void Add(Counts other)
        {
            for (var step = 0; step < Reached.Length; step++)
            {
                Reached[step] += other.Reached[step];
            }
            for (var step = 0; step < Times.Length; step++)
            {
                Times[step].AddRange(other.Times[step]);
            }
        }

        public FunnelStep[] Steps() => [.. Enumerable.Range(0, Reached.Length).Select(Step)];

        private FunnelStep Step(int step)
        {
            double? dropOff = step + 1 < Reached.Length && Reached[step] > 0 ? 1 - ((double)Reached[step + 1] / Reached[step]) : null;
            if (step == 0 || Times.Length == 0)
            {
                return new FunnelStep(Reached[step], dropOff, null, null, null);
            }
            var times = CollectionsMarshal.AsSpan(Times[step - 1]);
            times.Sort();
            return new FunnelStep(Reached[step], dropOff, Quantiles.OfSorted(times, 50), Quantiles.OfSorted(times, 75), Quantiles.OfSorted(times, 90));
        }
    }

    private readonly Counts all = new(steps, keepsTimes);
    private readonly Dictionary<string, Counts> groups = new(StringComparer.Ordinal);
    private Counts? others;

    /// <summary>Adds the attempt that a fold has found.</summary>
    public void Add(FunnelFold fold, ReadOnlySpan<long> at) => all.Add(fold.Steps, at);

    /// <summary>Adds an attempt of which only the steps made are known.</summary>
    public void Add(int reached)
    {
        for (var step = 0; step < reached; step++)
        {
            all.Reached[step]++;
        }
    }

    /// <summary>The same, for a value of the breakdown; null: the profile has none.</summary>
    public void Add(FunnelFold fold, ReadOnlySpan<long> at, string? group)
    {
        Add(fold, at);
        Of(group).Add(fold.Steps, at);
    }

    public void Merge(FunnelTally other)
    {
        all.Add(other.all);
        foreach (var (group, counts) in other.groups)
        {
            Of(group).Add(counts);
        }
        if (other.others is { } without)
        {
            Of(null).Add(without);
        }
    }

    public FunnelResult Result()
    {
        var found = groups.Select(one => new FunnelGroup(one.Key, one.Value.Steps()));
        var complete = others is null ? found : found.Append(new FunnelGroup(null, others.Steps()));
        return new FunnelResult(all.Steps(), [.. complete.OrderByDescending(one => one.Steps[0].Profiles).ThenBy(one => one.Value, StringComparer.Ordinal)]);
    }

    private Counts Of(string? group)
    {
        if (group is null)
        {
            return others ??= new Counts(steps, keepsTimes);
        }
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out _);
        return counts ??= new Counts(steps, keepsTimes);
    }
}
