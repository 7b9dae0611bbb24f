namespace Ciclo.Core.Predict.Goals;

/// <summary>How a goal is trained.</summary>
public sealed record GoalOptions(GoalAlgorithm Algorithm = GoalAlgorithm.Auto, int Folds = 10, int Seed = 1);

/// <summary>
/// Trains one model on some rows and looks at no others. What is left open (how strong a penalty, how many trees and how large, which kind of model, how probabilities are set right) is
/// decided on parts of those rows, each foreseen by models that had not seen it.
/// </summary>
public static class GoalTrainer
{
    /// <summary>Values (rows times columns) up to which five parts of the rows are foreseen in turn; above, one fifth is.</summary>
    private const long SmallTable = 400_000;

    /// <summary>Values from which what was learned from four fifths of the rows is kept: the last fifth would cost as much again and add nothing that can be measured.</summary>
    private const long LargeTable = 3_000_000;

    /// <summary>Rows that the few hundred weights of a logistic model are learned from at most.</summary>
    private const int EnoughForLogit = 60_000;

    private const int Parts = 5;

    private static readonly double[] Penalties = [300, 60, 12, 2];

    private static readonly double[] Weights = [0.25, 0.5, 0.75];

    public static GoalModel Train(FeatureTable table, int[] rows, GoalOptions options)
    {
        var features = BinnedTable.Learn(table, rows);
        var binned = BinnedTable.Of(table, features, rows);
        var target = Array.ConvertAll(rows, row => table.Target[row]);
        var inner = new Inner(binned, features, target, options);
        var (penalty, logitScores) = options.Algorithm == GoalAlgorithm.Boosted ? (0, null) : inner.TryLogit();
        var (growing, treeScores) = options.Algorithm == GoalAlgorithm.Logistic ? (null, null) : inner.TryTrees();
        var weight = Weight(logitScores, treeScores, inner.Target);
        var calibration = Calibration.Learn(Mixed(logitScores, treeScores, weight), inner.Target);
        if ((long)rows.Length * features.Length > LargeTable)
        {
            return new GoalModel(features, weight < 1 ? inner.Logit : null, weight > 0 ? inner.Trees : null, weight, calibration);
        }
        return new GoalModel(
            features,
            weight < 1 ? AdditiveLogit.Path(binned, features, target, [.. Penalties.Where(one => one >= penalty)])[^1] : null,
            weight > 0 ? BoostedTrees.Grow(binned, features, target, growing!) : null,
            weight, calibration);
    }

    private static double Weight(double[]? logit, double[]? trees, bool[] target)
    {
        if (logit is null || trees is null)
        {
            return trees is null ? 0 : 1;
        }
        return new[] { 0.0, 1.0 }.Concat(Weights).MinBy(weight => Accuracy.LogLossOfScores(Mixed(logit, trees, weight), target));
    }

    private static double[] Mixed(double[]? logit, double[]? trees, double weight)
    {
        var mixed = new double[(logit ?? trees)!.Length];
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = (weight < 1 ? (1 - weight) * logit![i] : 0) + (weight > 0 ? weight * trees![i] : 0);
        }
        return mixed;
    }

    /// <summary>The inner parts. Scores are of the rows foreseen, part after part.</summary>
    private sealed class Inner
    {
        private readonly BinnedFeature[] features;
        private readonly GoalOptions options;
        private readonly List<(BinnedTable Learned, bool[] LearnedTarget, BinnedTable Tried, bool[] TriedTarget)> parts = [];
        private readonly bool isSmall;
        private readonly int rows;

        public Inner(BinnedTable table, BinnedFeature[] features, bool[] target, GoalOptions options)
        {
            this.features = features;
            this.options = options;
            rows = table.Rows;
            isSmall = (long)table.Rows * table.Features <= SmallTable;
            var fold = Folds.Of(target, Parts, options.Seed + 1);
            for (var part = 0; part < (isSmall ? Parts : 1); part++)
            {
                var learned = Folds.Others(fold, part);
                var tried = Folds.In(fold, part);
                parts.Add((table.Take(learned), Array.ConvertAll(learned, row => target[row]), table.Take(tried), Array.ConvertAll(tried, row => target[row])));
            }
            Target = [.. parts.SelectMany(part => part.TriedTarget)];
        }

        public bool[] Target { get; }

        /// <summary>The best model of the last part; null before it was tried.</summary>
        public AdditiveLogit? Logit { get; private set; }

        public BoostedTrees? Trees { get; private set; }

        public (double Penalty, double[] Scores) TryLogit()
        {
            var paths = parts.ConvertAll(part => Path(part.Learned, part.LearnedTarget));
            var best = Enumerable.Range(0, Penalties.Length).Select(place => (Place: place, Scores: Scores(paths.ConvertAll(path => path[place]))))
                .MinBy(tried => Accuracy.LogLossOfScores(tried.Scores, Target));
            Logit = paths[^1][best.Place];
            return (Penalties[best.Place], best.Scores);
        }

        public (BoostedOptions Growing, double[] Scores) TryTrees()
        {
            var best = Shapes().Select(TryTrees).MinBy(tried => Accuracy.LogLossOfScores(tried.Scores, Target));
            Trees = best.Grown[^1];
            var trees = Math.Max(1, (int)Math.Round(best.Grown.Average(one => one.Trees.Count)));
            return (best.Shape with { MostTrees = trees, Seed = options.Seed + 1 }, best.Scores);
        }

        private List<AdditiveLogit> Path(BinnedTable table, bool[] target)
        {
            if (table.Rows > EnoughForLogit)
            {
                // Rows lie in the order of the table, which may mean something: every nth is taken.
                var some = Enumerable.Range(0, EnoughForLogit).Select(place => (int)((long)place * table.Rows / EnoughForLogit)).ToArray();
                (table, target) = (table.Take(some), Array.ConvertAll(some, row => target[row]));
            }
            return AdditiveLogit.Path(table, features, target, Penalties);
        }

        private (BoostedOptions Shape, List<BoostedTrees> Grown, double[] Scores) TryTrees(BoostedOptions shape)
        {
            var grown = parts.ConvertAll(part => BoostedTrees.Grow(part.Learned, features, part.LearnedTarget, shape, (part.Tried, part.TriedTarget)));
            return (shape, grown, [.. parts.Zip(grown).SelectMany(pair => pair.Second.Scores(pair.First.Tried))]);
        }

        private double[] Scores(List<AdditiveLogit> models) => [.. parts.Zip(models).SelectMany(pair => pair.Second.Scores(pair.First.Tried))];

        /// <summary>Small trees for columns that act alone, larger ones for those that act together; large tables have the rows for the latter.</summary>
        private IEnumerable<BoostedOptions> Shapes() => rows switch
        {
            < 20_000 => [new(6, 0.05, 600, options.Seed), new(20, 0.05, 600, options.Seed)],
            < 60_000 => [new(6, 0.08, 400, options.Seed), new(20, 0.08, 400, options.Seed)],
            _ => [new(24, 0.15, 200, options.Seed) { RowShare = 0.4, ColumnShare = 0.4, Patience = 20 }],
        };
    }
}

/// <summary>Rows dealt into folds so that each has its share of those for whom the goal came true.</summary>
public static class Folds
{
    /// <summary>The fold of each row. The same target and seed give the same folds.</summary>
    public static int[] Of(bool[] target, int folds, int seed)
    {
        var order = Enumerable.Range(0, target.Length).ToArray();
        new Dice(seed).Shuffle(order);
        var (fold, dealt) = (new int[target.Length], new int[2]);
        foreach (var row in order)
        {
            fold[row] = dealt[target[row] ? 1 : 0]++ % folds;
        }
        return fold;
    }

    public static int[] In(int[] fold, int one) => [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] == one)];

    public static int[] Others(int[] fold, int one) => [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] != one)];
}

/// <summary>Foresees every row by a model that had not seen it.</summary>
public static class GoalValidation
{
    /// <summary>Two folds are trained at a time: each on one thread, so that what comes out does not depend on how they run.</summary>
    private const int Threads = 2;

    /// <summary>The back-test over all folds together, and what each fold's model was made of.</summary>
    public static (BackTest Test, IReadOnlyList<GoalAlgorithm> Picked) Run(FeatureTable table, GoalOptions options, CancellationToken cancel)
    {
        var fold = Folds.Of(table.Target, options.Folds, options.Seed);
        var (probabilities, picked) = (new double[table.Rows], new GoalAlgorithm[options.Folds]);
        Parallel.For(0, options.Folds, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = cancel }, one =>
        {
            var model = GoalTrainer.Train(table, Folds.Others(fold, one), options);
            var held = Folds.In(fold, one);
            var foreseen = model.Probabilities(model.Bin(table, held));
            for (var i = 0; i < held.Length; i++)
            {
                probabilities[held[i]] = foreseen[i];
            }
            picked[one] = model.Algorithm;
        });
        return (new BackTest(probabilities, table.Target), picked);
    }
}
