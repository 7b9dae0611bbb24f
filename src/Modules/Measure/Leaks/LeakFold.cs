using System.Numerics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Measure.Leaks;

/// <summary>A step that people take from one event to the next, and how many do now and did before.</summary>
public sealed record Leak(string From, string To, Share Now, Share Before)
{
    public double Fall => (Before.Value - Now.Value) / Before.Value;
}

/// <summary>
/// Counts, for each pair of frequent events, how many of the people who did the first do the second within a day of it: of those who did it in the last 30 days, and in
/// the 90 days before. And how often the second comes right after the first, so that steps are told from mere company. One thread's share.
/// </summary>
internal sealed class LeakFold : IHistoryFold
{
    public const long Window = Durations.Day;
    public const long Recent = 30 * Durations.Day;
    public const long Earlier = 90 * Durations.Day;

    /// <summary>One bit each, of a mask.</summary>
    public const int MostNames = 64;

    private readonly Dictionary<string, int> codeOf;
    private readonly long[] bounds;
    private readonly int names;
    private readonly int[][] people;
    private readonly int[][] went;
    private readonly long[] direct;
    private readonly long[] times;
    private readonly long[] firstAt;
    private readonly ulong[] done;

    /// <param name="frequent">The events that are looked at.</param>
    /// <param name="now">The instant that days are counted back from.</param>
    public LeakFold(IReadOnlyList<string> frequent, long now)
    {
        names = Math.Min(frequent.Count, MostNames);
        codeOf = frequent.Take(names).Select((name, code) => (name, code)).ToDictionary(pair => pair.name, pair => pair.code, StringComparer.Ordinal);
        bounds = [now - Window - Recent - Earlier, now - Window - Recent, now - Window];
        people = [new int[names], new int[names]];
        went = [new int[names * names], new int[names * names]];
        (direct, times, firstAt, done) = (new long[names * names], new long[names], new long[names], new ulong[names]);
    }

    public IReadOnlyList<string> Paths => [];

    public int CodeOf(EventKind kind, string name) => (kind.Flags & (PackedFlags.System | PackedFlags.Bot)) == 0 && codeOf.TryGetValue(name, out var code) ? code : -1;

    public void Take(in ProfileEvents profile)
    {
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var window = 0; window < people.Length; window++)
        {
            TakeWindow(at, codes, window);
        }
        var begin = LowerBound(at, bounds[0]);
        for (var i = begin; i < at.Length; i++)
        {
            times[codes[i]]++;
            if (i > begin)
            {
                direct[(codes[i - 1] * names) + codes[i]]++;
            }
        }
    }

    public void Join(LeakFold other)
    {
        for (var window = 0; window < people.Length; window++)
        {
            Add(people[window], other.people[window]);
            Add(went[window], other.went[window]);
        }
        for (var i = 0; i < direct.Length; i++)
        {
            direct[i] += other.direct[i];
        }
        for (var i = 0; i < times.Length; i++)
        {
            times[i] += other.times[i];
        }
    }

    /// <summary>Steps: pairs of which the second comes right after the first at least every second time.</summary>
    public IEnumerable<Leak> Steps()
    {
        foreach (var (from, a) in codeOf)
        {
            foreach (var (to, b) in codeOf)
            {
                if (a != b && direct[(a * names) + b] * 2 >= times[b] && times[b] > 0)
                {
                    yield return new Leak(from, to, new Share(went[1][(a * names) + b], people[1][a]), new Share(went[0][(a * names) + b], people[0][a]));
                }
            }
        }
    }

    private void TakeWindow(ReadOnlySpan<long> at, ReadOnlySpan<int> codes, int window)
    {
        var (from, to) = (bounds[window], bounds[window + 1]);
        var (seen, open) = (0UL, 0UL);
        for (var i = LowerBound(at, from); i < at.Length && at[i] < to + Window; i++)
        {
            var bit = 1UL << codes[i];
            for (var left = open; left != 0; left &= left - 1)
            {
                var a = BitOperations.TrailingZeroCount(left);
                if (at[i] - firstAt[a] > Window)
                {
                    open &= ~(1UL << a);
                }
                else if ((done[a] & bit) == 0)
                {
                    done[a] |= bit;
                    went[window][(a * names) + codes[i]]++;
                }
            }
            if (at[i] < to && (seen & bit) == 0)
            {
                (seen, open) = (seen | bit, open | bit);
                (firstAt[codes[i]], done[codes[i]]) = (at[i], 0);
                people[window][codes[i]]++;
            }
        }
    }

    private static int LowerBound(ReadOnlySpan<long> at, long instant)
    {
        var found = at.BinarySearch(instant);
        if (found < 0)
        {
            return ~found;
        }
        while (found > 0 && at[found - 1] == instant)
        {
            found--;
        }
        return found;
    }

    private static void Add(int[] into, int[] from)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] += from[i];
        }
    }
}
