using System.Numerics.Tensors;

namespace Ciclo.Core.Predict.Goals;

/// <summary>How trees are grown.</summary>
/// <param name="Leaves">The most leaves of a tree.</param>
/// <param name="Rate">The share of its step that a tree makes.</param>
/// <param name="MostTrees">Trees grown where nothing stops them earlier.</param>
public sealed record BoostedOptions(int Leaves, double Rate, int MostTrees, int Seed)
{
    /// <summary>Trees grown without a better score on the inner rows before growing ends.</summary>
    public int Patience { get; init; } = 40;

    public double RowShare { get; init; } = 0.6;

    public double ColumnShare { get; init; } = 0.5;

    /// <summary>Added to the curvature of a leaf: draws the values of small leaves to 0.</summary>
    public double Ridge { get; init; } = 5;

    /// <summary>The least curvature (rows times p(1 − p)) of a leaf.</summary>
    public double LeastCurvature { get; init; } = 3;
}

/// <summary>One tree. A node sends each bin of its column left or right; a leaf adds its value to the log-odds.</summary>
public sealed class BoostedTree(int[] feature, ulong[] left, int[] leftChild, int[] rightChild, double[] value, double[] cover)
{
    /// <summary>The column that a node splits on, or −1 for a leaf.</summary>
    public int FeatureOf(int node) => feature[node];

    public int LeftOf(int node) => leftChild[node];

    public int RightOf(int node) => rightChild[node];

    public double ValueOf(int node) => value[node];

    /// <summary>How many of the rows that it was grown on came by.</summary>
    public double CoverOf(int node) => cover[node];

    public bool GoesLeft(int node, byte bin) => ((left[(node * 4) + (bin >> 6)] >> (bin & 63)) & 1) != 0;

    public int Nodes => feature.Length;

    /// <summary>The bins that a node sends left, 64 a word.</summary>
    public ulong LeftBins(int node, int word) => left[(node * 4) + word];

    internal void Write(BinaryWriter to)
    {
        to.Put(feature);
        to.Put(left);
        to.Put(leftChild);
        to.Put(rightChild);
        to.Put(value);
        to.Put(cover);
    }

    internal static BoostedTree Read(BinaryReader from) => new(from.Ints(), from.Words(), from.Ints(), from.Ints(), from.Doubles(), from.Doubles());

    /// <summary>The mean over the rows that it was grown on.</summary>
    public double Mean()
    {
        var sum = 0.0;
        for (var node = 0; node < feature.Length; node++)
        {
            sum += feature[node] < 0 ? value[node] * cover[node] : 0;
        }
        return sum / cover[0];
    }

    /// <summary>Adds its value for each row of a table.</summary>
    public void AddTo(BinnedTable table, double[] scores)
    {
        var columns = Array.ConvertAll(feature, one => one < 0 ? [] : table[one]);
        for (var row = 0; row < scores.Length; row++)
        {
            var node = 0;
            while (feature[node] >= 0)
            {
                node = GoesLeft(node, columns[node][row]) ? leftChild[node] : rightChild[node];
            }
            scores[row] += value[node];
        }
    }
}

/// <summary>
/// Gradient-boosted trees for a goal (J. Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29, 2001; second-order steps after T. Chen and
/// C. Guestrin, XGBoost, KDD 2016), grown leaf by leaf from histograms of at most 255 bins a column (G. Ke et al., LightGBM, NIPS 2017). The same rows, options and seed give the same trees.
/// </summary>
public sealed class BoostedTrees
{
    private BoostedTrees(double intercept, IReadOnlyList<BoostedTree> trees)
    {
        Intercept = intercept;
        Trees = trees;
        Mean = intercept + trees.Sum(tree => tree.Mean());
    }

    public double Intercept { get; }

    public IReadOnlyList<BoostedTree> Trees { get; }

    /// <summary>The mean log-odds: what the contributions of a row add up to its score from.</summary>
    public double Mean { get; }

    internal void Write(BinaryWriter to)
    {
        to.Write(Intercept);
        to.Put(Trees, tree => tree.Write(to));
    }

    internal static BoostedTrees Read(BinaryReader from) => new(from.ReadDouble(), from.List(() => BoostedTree.Read(from)));

    public double[] Scores(BinnedTable table)
    {
        var scores = new double[table.Rows];
        Array.Fill(scores, Intercept);
        foreach (var tree in Trees)
        {
            tree.AddTo(table, scores);
        }
        return scores;
    }

    /// <summary>
    /// Grows trees on rows. With rows to watch, growing ends where their log loss has not become less for a while, and the trees after its least are left out.
    /// </summary>
    public static BoostedTrees Grow(BinnedTable table, BinnedFeature[] features, bool[] target, BoostedOptions options, (BinnedTable Table, bool[] Target)? watched = null)
    {
        var rate = Math.Clamp((double)target.Count(one => one) / target.Length, 1e-6, 1 - 1e-6);
        var intercept = Math.Log(rate / (1 - rate));
        var (scores, odds) = (new double[table.Rows], new double[table.Rows]);
        Array.Fill(scores, intercept);
        var seen = new double[watched?.Table.Rows ?? 0];
        Array.Fill(seen, intercept);
        var (dice, trees) = (new Dice(options.Seed), new List<BoostedTree>());
        var grower = new TreeGrower(table, features, options);
        var gradients = new double[table.Rows];
        var (best, bestAt) = (double.PositiveInfinity, 0);
        while (trees.Count < options.MostTrees && trees.Count - bestAt < options.Patience)
        {
            TensorPrimitives.Sigmoid<double>(scores, odds);
            for (var i = 0; i < odds.Length; i++)
            {
                gradients[i] = odds[i] - (target[i] ? 1 : 0);
                odds[i] *= 1 - odds[i];
            }
            var tree = grower.Grow(gradients, odds, ref dice);
            tree.AddTo(table, scores);
            trees.Add(tree);
            if (watched is { } inner)
            {
                tree.AddTo(inner.Table, seen);
                var loss = Accuracy.LogLossOfScores(seen, inner.Target);
                (best, bestAt) = loss < best ? (loss, trees.Count) : (best, bestAt);
            }
            else
            {
                bestAt = trees.Count;
            }
        }
        return new(intercept, trees.GetRange(0, bestAt));
    }
}
