using System.Numerics;
using System.Numerics.Tensors;

namespace Ciclo.Core.Predict.Recommend;

/// <summary>Who takes all of <paramref name="Given"/> takes <paramref name="Then"/> too.</summary>
/// <param name="Support">The share of all baskets with all of them.</param>
/// <param name="Confidence">The share with <paramref name="Then"/> among baskets with <paramref name="Given"/>.</param>
/// <param name="Lift">How many times more often than in any basket.</param>
public sealed record BasketRule(IReadOnlyList<int> Given, int Then, int Count, double Support, double Confidence, double Lift);

/// <summary>
/// Association rules with one item on the right (R. Agrawal and R. Srikant, Fast algorithms for mining association rules, VLDB 1994), found depth first over the sets of baskets that hold
/// each set of items (M. Zaki, Scalable algorithms for association mining, 2000).
/// </summary>
public static class Baskets
{
    /// <summary>More sets than this are refused: ask for more support.</summary>
    public const int MostSets = 2_000_000;

    /// <param name="baskets">A basket is a person here.</param>
    /// <param name="support">The least share of baskets, above 0.</param>
    /// <param name="mostItems">On both sides together.</param>
    public static List<BasketRule> Rules(Interactions baskets, double support, double confidence, int mostItems, CancellationToken cancel)
    {
        var least = Math.Max(1, (int)Math.Ceiling((support * baskets.People) - 1e-9));
        var counts = new Dictionary<ItemSet, int>();
        var (turned, words) = (baskets.Turned(), (baskets.People + 63) / 64);
        var frequent = new List<(int Item, ulong[] In, int Count)>();
        for (var item = 0; item < turned.People; item++)
        {
            var holders = turned.Of(item);
            if (holders.Length >= least)
            {
                var bits = new ulong[words];
                foreach (var basket in holders)
                {
                    bits[basket >> 6] |= 1UL << (basket & 63);
                }
                frequent.Add((item, bits, holders.Length));
            }
        }
        Grow([], frequent, least, mostItems, counts, cancel);
        return RulesOf(counts, baskets.People, confidence);
    }

    private static void Grow(
        int[] set, List<(int Item, ulong[] In, int Count)> next, int least, int mostItems, Dictionary<ItemSet, int> counts, CancellationToken cancel)
    {
        for (var i = 0; i < next.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            int[] grown = [.. set, next[i].Item];
            counts.Add(new(grown), next[i].Count);
            if (counts.Count > MostSets)
            {
                throw new ArgumentOutOfRangeException(nameof(least), $"More than {MostSets} sets of items are frequent: ask for more support.");
            }
            if (grown.Length == mostItems)
            {
                continue;
            }
            var further = new List<(int Item, ulong[] In, int Count)>();
            var both = new ulong[next[i].In.Length];
            for (var j = i + 1; j < next.Count; j++)
            {
                TensorPrimitives.BitwiseAnd<ulong>(next[i].In, next[j].In, both);
                var count = 0;
                foreach (var word in both)
                {
                    count += BitOperations.PopCount(word);
                }
                if (count >= least)
                {
                    further.Add((next[j].Item, both, count));
                    both = new ulong[both.Length];
                }
            }
            Grow(grown, further, least, mostItems, counts, cancel);
        }
    }

    private static List<BasketRule> RulesOf(Dictionary<ItemSet, int> counts, int baskets, double confidence)
    {
        var rules = new List<BasketRule>();
        foreach (var (set, count) in counts)
        {
            foreach (var then in set.Items)
            {
                int[] given = [.. set.Items.Where(item => item != then)];
                var givenCount = given.Length == 0 ? baskets : counts[new(given)];
                var share = (double)count / givenCount;
                if (share >= confidence - 1e-12)
                {
                    rules.Add(new(given, then, count, (double)count / baskets, share, share * baskets / counts[new([then])]));
                }
            }
        }
        return [.. rules.OrderByDescending(rule => rule.Lift).ThenByDescending(rule => rule.Count)];
    }

    /// <summary>Items in the order in which sets are grown; equal by what is in them.</summary>
    private readonly struct ItemSet(int[] items) : IEquatable<ItemSet>
    {
        public int[] Items => items;

        public bool Equals(ItemSet other) => items.AsSpan().SequenceEqual(other.Items);

        public override bool Equals(object? other) => other is ItemSet set && Equals(set);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var item in items)
            {
                hash.Add(item);
            }
            return hash.ToHashCode();
        }
    }
}
