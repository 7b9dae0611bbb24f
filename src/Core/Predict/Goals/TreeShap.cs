namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// Shapley values of one tree, where what is not known goes down both sides by the rows that did (S. Lundberg, G. Erion and S.-I. Lee, Consistent individualized feature attribution for tree
/// ensembles, 2018). They add up to the tree's value minus its mean. Taken leaf by leaf: what a leaf gives to the columns on its path depends only on which of their conditions a row meets, so
/// it is worked out once for each such pattern (J. Yang, Fast TreeSHAP, 2021). Safe from any thread.
/// </summary>
public sealed class TreeShap
{
    /// <summary>Columns of a path up to which its patterns are remembered: 1,024 at most.</summary>
    private const int Remembered = 10;

    private readonly Leaf[] leaves;

    public TreeShap(BoostedTree tree)
    {
        var found = new List<Leaf>();
        Walk(tree, 0, [], found);
        leaves = [.. found];
    }

    /// <summary>Adds the value of each column, times a factor, for a row.</summary>
    /// <param name="bins">The row's bin of each column.</param>
    public void Add(ReadOnlySpan<byte> bins, double factor, Span<double> into)
    {
        foreach (var leaf in leaves)
        {
            var (columns, shares) = (leaf.Columns, leaf.Shares(bins));
            for (var i = 0; i < columns.Length; i++)
            {
                into[columns[i]] += factor * shares[i];
            }
        }
    }

    /// <summary>A column on the way to a leaf: the bins that lead there, and the part of the rows that come on where the column is not known.</summary>
    private readonly record struct Condition(int Column, double Zero, ulong A, ulong B, ulong C, ulong D);

    private static void Walk(BoostedTree tree, int node, List<Condition> path, List<Leaf> found)
    {
        if (tree.FeatureOf(node) is var feature && feature < 0)
        {
            found.Add(new Leaf(path, tree.ValueOf(node)));
            return;
        }
        foreach (var (child, isLeft) in new[] { (tree.LeftOf(node), true), (tree.RightOf(node), false) })
        {
            var at = path.FindIndex(one => one.Column == feature);
            var before = at < 0 ? new Condition(feature, 1, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue) : path[at];
            ulong Of(int word) => isLeft ? tree.LeftBins(node, word) : ~tree.LeftBins(node, word);
            var now = new Condition(feature, before.Zero * tree.CoverOf(child) / tree.CoverOf(node), before.A & Of(0), before.B & Of(1), before.C & Of(2), before.D & Of(3));
            Walk(tree, child, at < 0 ? [.. path, now] : [.. path.Select((one, i) => i == at ? now : one)], found);
        }
    }

    private sealed class Leaf
    {
        private readonly double[] zeros;
        private readonly ulong[] allowed;
        private readonly double value;
        private readonly double[]?[] known;

        public Leaf(List<Condition> path, double value)
        {
            Columns = [.. path.Select(one => one.Column)];
            zeros = [.. path.Select(one => one.Zero)];
            allowed = [.. path.SelectMany(one => new[] { one.A, one.B, one.C, one.D })];
            this.value = value;
            known = Columns.Length <= Remembered ? new double[1 << Columns.Length][] : [];
        }

        public int[] Columns { get; }

        public double[] Shares(ReadOnlySpan<byte> bins)
        {
            var pattern = 0;
            for (var i = 0; i < Columns.Length; i++)
            {
                var bin = bins[Columns[i]];
                pattern |= (int)((allowed[(i * 4) + (bin >> 6)] >> (bin & 63)) & 1) << i;
            }
            // Two threads that miss it write the same.
            return pattern >= known.Length ? Of(pattern) : known[pattern] ??= Of(pattern);
        }

        /// <summary>The definition: over all sets of the other columns, what the leaf gives more when one more column is known, weighed by the orders that lead there.</summary>
        private double[] Of(int pattern)
        {
            var (shares, others) = (new double[zeros.Length], new double[zeros.Length]);
            for (var i = 0; i < shares.Length; i++)
            {
                // By how many of the others are known: the sum of products over all sets of so many.
                Array.Clear(others);
                others[0] = 1;
                for (int j = 0, count = 0; j < shares.Length; j++)
                {
                    if (j == i)
                    {
                        continue;
                    }
                    var met = (pattern >> j) & 1;
                    for (var k = ++count; k >= 0; k--)
                    {
                        others[k] = (others[k] * zeros[j]) + (k > 0 ? others[k - 1] * met : 0);
                    }
                }
                var (sum, orders) = (0.0, 1.0 / shares.Length);
                for (var k = 0; k < shares.Length; k++)
                {
                    sum += others[k] * orders;
                    // k! (n − 1 − k)! / n! of the next.
                    orders *= (k + 1.0) / Math.Max(1, shares.Length - 1 - k);
                }
                shares[i] = sum * (((pattern >> i) & 1) - zeros[i]) * value;
            }
            return shares;
        }
    }
}
