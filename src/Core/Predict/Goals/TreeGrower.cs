using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// Grows one tree at a time: always the leaf whose split gains most. Gradient and curvature of a row are two whole numbers in one word, so that a histogram takes one addition a
/// value and does not depend on the order of rows.
/// </summary>
internal sealed class TreeGrower
{
    private const int Width = 256;

    /// <summary>Categories of one column are tried one against the rest up to so many; more are ordered by their slope (W. Fisher 1958) and cut.</summary>
    private const int FewCategories = 4;

    /// <summary>Added to the curvature of a category when categories are ordered, so that a rare one does not lead the order by chance.</summary>
    private const double CategorySmoothing = 10;

    private readonly BinnedTable table;
    private readonly BinnedFeature[] features;
    private readonly BoostedOptions options;
    private readonly int[] rows;
    private readonly long[] packed;
    private readonly int[] sideRows;
    private readonly long[] sidePacked;
    private readonly Stack<long[]> spare = new();
    private readonly int[] chosen;
    private double gradientUnit;
    private double curvatureUnit;

    public TreeGrower(BinnedTable table, BinnedFeature[] features, BoostedOptions options)
    {
        this.table = table;
        this.features = features;
        this.options = options;
        rows = new int[table.Rows];
        packed = new long[table.Rows];
        sideRows = new int[table.Rows];
        sidePacked = new long[table.Rows];
        chosen = [.. Enumerable.Range(0, features.Length)];
    }

    public BoostedTree Grow(double[] gradients, double[] curvatures, ref Dice dice)
    {
        var count = Sample(ref dice);
        dice.Shuffle(chosen);
        var columns = chosen.AsSpan(0, Math.Max(1, (int)Math.Ceiling(options.ColumnShare * chosen.Length)));
        Pack(gradients, curvatures, count);
        var tree = new Growing(options.Leaves);
        var leaves = new List<Leaf> { Measured(tree.Add(), 0, count, Histogram(columns, 0, count), columns) };
        while (leaves.Count < options.Leaves)
        {
            var best = leaves.MaxBy(leaf => leaf.Split.Gain)!;
            if (best.Split.Gain <= 0)
            {
                break;
            }
            leaves.Remove(best);
            var leftCount = Part(best);
            var (left, right) = tree.Split(best.Node, best.Split);
            // The histogram of the larger part is what the smaller leaves of the whole.
            var isLeftSmall = leftCount * 2 <= best.Count;
            var (smallBegin, smallCount) = isLeftSmall ? (best.Begin, leftCount) : (best.Begin + leftCount, best.Count - leftCount);
            var small = Histogram(columns, smallBegin, smallCount);
            Subtract(best.Histogram, small, columns);
            leaves.Add(Measured(left, best.Begin, leftCount, isLeftSmall ? small : best.Histogram, columns));
            leaves.Add(Measured(right, best.Begin + leftCount, best.Count - leftCount, isLeftSmall ? best.Histogram : small, columns));
        }
        foreach (var leaf in leaves)
        {
            var (gradient, curvature) = (0.0, 0.0);
            foreach (var row in rows.AsSpan(leaf.Begin, leaf.Count))
            {
                gradient += gradients[row];
                curvature += curvatures[row];
            }
            tree.End(leaf.Node, -options.Rate * gradient / (curvature + options.Ridge), leaf.Count);
            spare.Push(leaf.Histogram);
        }
        return tree.Finish();
    }

    private int Sample(ref Dice dice)
    {
        var count = 0;
        for (var row = 0; row < table.Rows; row++)
        {
            if (dice.Throw() < options.RowShare)
            {
                rows[count++] = row;
            }
        }
        if (count == 0)
        {
            rows[count++] = 0;
        }
        return count;
    }

    private void Pack(double[] gradients, double[] curvatures, int count)
    {
        var (gradient, curvature) = (0.0, 0.0);
        foreach (var row in rows.AsSpan(0, count))
        {
            gradient += Math.Abs(gradients[row]);
            curvature += curvatures[row];
        }
        // No sum over any rows can pass half of its 32 bits, rounding included.
        var (gradientScale, curvatureScale) = (((1 << 30) - count) / Math.Max(gradient, 1e-12), ((1 << 30) - count) / Math.Max(curvature, 1e-12));
        (gradientUnit, curvatureUnit) = (1 / gradientScale, 1 / curvatureScale);
        for (var i = 0; i < count; i++)
        {
            packed[i] = ((long)Math.Round(gradients[rows[i]] * gradientScale) << 32) + (long)Math.Round(curvatures[rows[i]] * curvatureScale);
        }
    }

    private long[] Histogram(ReadOnlySpan<int> columns, int begin, int count)
    {
        var histogram = spare.TryPop(out var used) ? used : new long[features.Length * Width];
        var places = rows.AsSpan(begin, count);
        var words = packed.AsSpan(begin, count);
        foreach (var feature in columns)
        {
            var sums = histogram.AsSpan(feature * Width, Width);
            sums[..features[feature].Bins].Clear();
            // A bin is a byte and the histogram has 256 places; a row is one of the table's: neither needs to be checked for each value.
            ref var sum = ref MemoryMarshal.GetReference(sums);
            ref var bin = ref MemoryMarshal.GetArrayDataReference(table[feature]);
            for (var i = 0; i < places.Length; i++)
            {
                Unsafe.Add(ref sum, Unsafe.Add(ref bin, places[i])) += words[i];
            }
        }
        return histogram;
    }

    private void Subtract(long[] whole, long[] part, ReadOnlySpan<int> columns)
    {
        foreach (var feature in columns)
        {
            var sums = whole.AsSpan(feature * Width, features[feature].Bins);
            TensorPrimitives.Subtract(sums, part.AsSpan(feature * Width, sums.Length), sums);
        }
    }

    private Leaf Measured(int node, int begin, int count, long[] histogram, ReadOnlySpan<int> columns) =>
        new(node, begin, count, histogram, BestSplit(histogram, columns));

    /// <summary>Rows that go left come first, in the order they were.</summary>
    private int Part(Leaf leaf)
    {
        var (bins, split) = (table[leaf.Split.Feature], leaf.Split);
        var (to, aside) = (leaf.Begin, 0);
        for (var i = leaf.Begin; i < leaf.Begin + leaf.Count; i++)
        {
            if (split.GoesLeft(bins[rows[i]]))
            {
                (rows[to], packed[to]) = (rows[i], packed[i]);
                to++;
            }
            else
            {
                (sideRows[aside], sidePacked[aside]) = (rows[i], packed[i]);
                aside++;
            }
        }
        sideRows.AsSpan(0, aside).CopyTo(rows.AsSpan(to));
        sidePacked.AsSpan(0, aside).CopyTo(packed.AsSpan(to));
        return to - leaf.Begin;
    }

    private Split BestSplit(long[] histogram, ReadOnlySpan<int> columns)
    {
        var best = default(Split);
        var search = new SplitSearch(gradientUnit, curvatureUnit, options);
        foreach (var feature in columns)
        {
            var bins = features[feature].Bins;
            var sums = histogram.AsSpan(feature * Width, bins);
            var split = features[feature].IsNumeric ? search.OfNumbers(feature, sums)
                : bins - 1 <= FewCategories ? search.OneAgainstRest(feature, sums) : search.OfOrdered(feature, sums, CategorySmoothing);
            if (split.Gain > best.Gain)
            {
                best = split;
            }
        }
        return best;
    }

    private sealed record Leaf(int Node, int Begin, int Count, long[] Histogram, Split Split);

    private sealed class Growing(int mostLeaves)
    {
        private readonly List<int> feature = new(2 * mostLeaves);
        private readonly List<ulong> left = new(8 * mostLeaves);
        private readonly List<int> leftChild = [];
        private readonly List<int> rightChild = [];
        private readonly List<double> value = [];
        private readonly List<double> cover = [];

        public int Add()
        {
            feature.Add(-1);
            left.AddRange([0, 0, 0, 0]);
            leftChild.Add(-1);
            rightChild.Add(-1);
            value.Add(0);
            cover.Add(0);
            return feature.Count - 1;
        }

        public (int Left, int Right) Split(int node, Split split)
        {
            feature[node] = split.Feature;
            for (var word = 0; word < 4; word++)
            {
                left[(node * 4) + word] = split.Word(word);
            }
            return (leftChild[node], rightChild[node]) = (Add(), Add());
        }

        public void End(int node, double leafValue, int rows) => (value[node], cover[node]) = (leafValue, rows);

        public BoostedTree Finish()
        {
            // Children were added after their parents.
            for (var node = feature.Count - 1; node >= 0; node--)
            {
                if (feature[node] >= 0)
                {
                    cover[node] = cover[leftChild[node]] + cover[rightChild[node]];
                }
            }
            return new([.. feature], [.. left], [.. leftChild], [.. rightChild], [.. value], [.. cover]);
        }
    }
}
