namespace Ciclo.Core.Predict.Goals;

/// <summary>What a model is made of.</summary>
public enum GoalAlgorithm
{
    /// <summary>Whichever of the others foresees inner rows best.</summary>
    Auto = 0,
    Logistic = 1,
    Boosted = 2,

    /// <summary>The mean of both in log-odds, with a weight.</summary>
    Both = 3,
}

/// <summary>A trained and calibrated model of a goal.</summary>
public sealed class GoalModel
{
    private readonly AdditiveLogit? logit;
    private readonly BoostedTrees? trees;
    private readonly double weight;
    private readonly Lazy<TreeShap[]> shares;

    /// <param name="weight">Of the trees against the logistic part; 0 where there are none.</param>
    public GoalModel(BinnedFeature[] features, AdditiveLogit? logit, BoostedTrees? trees, double weight, Calibration calibration)
    {
        Features = features;
        this.logit = logit;
        this.trees = trees;
        this.weight = weight;
        Calibration = calibration;
        shares = new Lazy<TreeShap[]>(() => [.. (trees?.Trees ?? []).Select(tree => new TreeShap(tree))]);
        Mean = (logit is null ? 0 : (1 - weight) * logit.Intercept) + (trees is null ? 0 : weight * trees.Mean);
    }

    public BinnedFeature[] Features { get; }

    public Calibration Calibration { get; }

    public GoalAlgorithm Algorithm => logit is null ? GoalAlgorithm.Boosted : trees is null ? GoalAlgorithm.Logistic : GoalAlgorithm.Both;

    /// <summary>The mean score of the rows that it was trained on.</summary>
    public double Mean { get; }

    /// <summary>The trees that were kept; 0 for a logistic model.</summary>
    public int Trees => trees?.Trees.Count ?? 0;

    /// <summary>Log-odds before calibration.</summary>
    public double[] Scores(BinnedTable table)
    {
        var scores = new double[table.Rows];
        if (logit is not null)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(logit.Scores(table), 1 - weight, scores);
        }
        if (trees is not null)
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(trees.Scores(table), weight, scores, scores);
        }
        return scores;
    }

    public double[] Probabilities(BinnedTable table) => Array.ConvertAll(Scores(table), Calibration.Probability);

    /// <summary>Rows of a table with the columns that it was trained on, in their order.</summary>
    public BinnedTable Bin(FeatureTable table, int[] rows) => BinnedTable.Of(table, Features, rows);

    /// <summary>
    /// What each column adds to the score of a row, in log-odds against the mean: exact for what is logistic, Shapley values of the trees for what is boosted. They add up to
    /// score − <see cref="Mean"/>.
    /// </summary>
    public void Contributions(BinnedTable table, int row, Span<double> into)
    {
        into.Clear();
        for (var j = 0; logit is not null && j < Features.Length; j++)
        {
            into[j] = (1 - weight) * logit.Added(j, table[j][row]);
        }
        if (shares.Value.Length == 0)
        {
            return;
        }
        Span<byte> bins = stackalloc byte[Features.Length];
        for (var j = 0; j < bins.Length; j++)
        {
            bins[j] = table[j][row];
        }
        foreach (var tree in shares.Value)
        {
            tree.Add(bins, weight, into);
        }
    }

    /// <summary>The model as bytes, from which <see cref="Read"/> makes one that scores the same to the last bit.</summary>
    public void Write(BinaryWriter to)
    {
        to.Put(Features, feature => feature.Write(to));
        to.Write(logit is not null);
        logit?.Write(to);
        to.Write(trees is not null);
        trees?.Write(to);
        to.Write(weight);
        Calibration.Write(to);
    }

    public static GoalModel Read(BinaryReader from) => new(
        from.List(() => BinnedFeature.Read(from)), from.ReadBoolean() ? AdditiveLogit.Read(from) : null, from.ReadBoolean() ? BoostedTrees.Read(from) : null, from.ReadDouble(), Calibration.Read(from));
}
