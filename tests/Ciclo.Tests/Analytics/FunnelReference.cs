using Ciclo.Core.Analytics;

namespace Ciclo.Tests.Analytics;

/// <summary>The attempt that counts, found by trying every beginning and walking on from it, as docs/internals/analytics.md says.</summary>
internal static class FunnelReference
{
    /// <summary>The indexes of the steps of the attempt that counts, in the order in which they were made.</summary>
    internal static List<int> Best(IReadOnlyList<Fact> facts, Func<Fact, bool>[] steps, (Func<Fact, bool> Is, int After, int Before)[] exclusions, long windowMs, FunnelMode mode, long from, long to)
    {
        var best = new List<int>();
        for (var start = 0; start < facts.Count; start++)
        {
            if (facts[start].At < from || facts[start].At >= to || !(mode == FunnelMode.AnyOrder ? steps.Any(step => step(facts[start])) : steps[0](facts[start])))
            {
                continue;
            }
            var made = mode == FunnelMode.AnyOrder ? Stretch(facts, start, steps, exclusions, windowMs) : Walk(facts, start, steps, exclusions, windowMs, mode);
            // More steps; or as many, the last of them earlier; or the same last one and begun later.
            if (made.Count > best.Count || (made.Count == best.Count && (made[^1] < best[^1] || (made[^1] == best[^1] && made[0] > best[0]))))
            {
                best = made;
            }
        }
        return best;
    }

    private static List<int> Walk(IReadOnlyList<Fact> facts, int start, Func<Fact, bool>[] steps, (Func<Fact, bool> Is, int After, int Before)[] exclusions, long windowMs, FunnelMode mode)
    {
        var made = new List<int> { start };
        for (var i = start + 1; i < facts.Count && made.Count < steps.Length && facts[i].At - facts[start].At <= windowMs; i++)
        {
            if (steps[made.Count](facts[i]))
            {
                made.Add(i);
            }
            else if (exclusions.Any(one => one.Is(facts[i]) && made.Count >= one.After && made.Count < one.Before)
                || (mode == FunnelMode.Strict && steps.Any(step => step(facts[i]))))
            {
                break;
            }
        }
        return made;
    }

    /// <summary>The shortest beginning of the stretch from an event that has the most different steps of it; for each step its first event.</summary>
    private static List<int> Stretch(IReadOnlyList<Fact> facts, int start, Func<Fact, bool>[] steps, (Func<Fact, bool> Is, int After, int Before)[] exclusions, long windowMs)
    {
        var first = new int?[steps.Length];
        for (var i = start; i < facts.Count && facts[i].At - facts[start].At <= windowMs; i++)
        {
            if (!steps.Any(step => step(facts[i])) && exclusions.Any(one => one.Is(facts[i])))
            {
                break;
            }
            for (var step = 0; step < steps.Length; step++)
            {
                first[step] ??= steps[step](facts[i]) ? i : null;
            }
        }
        return [.. first.OfType<int>().Order()];
    }
}
