using Ciclo.Core;
using Ciclo.Core.Predict.Goals;

namespace Ciclo.Tests.Predict;

/// <summary>Models of goals on tables whose truth is known.</summary>
public sealed class GoalModelTests
{
    [Theory]
    [InlineData(GoalAlgorithm.Logistic)]
    [InlineData(GoalAlgorithm.Boosted)]
    [InlineData(GoalAlgorithm.Auto)]
    public void What_is_foreseen_comes_near_the_truth_and_the_same_seed_gives_the_same(GoalAlgorithm algorithm)
    {
        var (table, truth) = GoalTables.Planted(3_000, 7);
        var options = new GoalOptions(algorithm, Folds: 3);
        var (test, _) = GoalValidation.Run(table, options, CancellationToken.None);
        var best = Accuracy.Auc(truth, table.Target);
        Assert.InRange(test.Auc, best - 0.015, best + 0.01);
        Assert.All(test.Deciles, decile => Assert.InRange(decile.Actual - decile.Foreseen, -0.1, 0.1));
        Assert.Equal(test.LogLoss, GoalValidation.Run(table, options, CancellationToken.None).Test.LogLoss);
    }

    [Fact]
    public void The_interval_of_a_chance_is_what_the_test_saw_of_people_with_such_a_chance()
    {
        // Of 100 who were told 50 %, 60 did: by Wilson's interval 53.6 to 66.1 %; 1,000 tell it closer.
        Decile[] tenths = [new(1, 100, 60, 0.5, 0.6, 2), new(2, 1_000, 100, 0.1, 0.1, 0.4)];
        var (low, high) = Decile.Between(tenths, 0.5)!.Value;
        Assert.Equal((0.5, 0.661), (low, Math.Round(high, 3)));
        (low, high) = Decile.Between(tenths, 0.1)!.Value;
        Assert.InRange(low, 0.085, 0.099);
        Assert.InRange(high, 0.101, 0.115);
        Assert.All(Enumerable.Range(1, 99), percent => Assert.True(Decile.Between(tenths, percent / 100.0) is var (from, to) && from >= 0 && from <= percent / 100.0 && to >= percent / 100.0 && to <= 1));
        Assert.Null(Decile.Between([], 0.5));
    }

    [Theory]
    [InlineData(GoalAlgorithm.Logistic)]
    [InlineData(GoalAlgorithm.Boosted)]
    [InlineData(GoalAlgorithm.Both)]
    public void Contributions_add_up_to_the_score_minus_the_mean(GoalAlgorithm algorithm)
    {
        var (table, _) = GoalTables.Planted(1_000, 3);
        var rows = GoalTables.AllRows(table);
        var features = BinnedTable.Learn(table, rows);
        var binned = BinnedTable.Of(table, features, rows);
        var weight = algorithm switch { GoalAlgorithm.Logistic => 0, GoalAlgorithm.Boosted => 1, _ => 0.5 };
        var model = new GoalModel(
            features, weight < 1 ? AdditiveLogit.Path(binned, features, table.Target, [5])[0] : null,
            weight > 0 ? BoostedTrees.Grow(binned, features, table.Target, new(12, 0.2, 30, 1)) : null,
            weight, Calibration.Learn([.. rows.Select(row => (double)(row % 7))], table.Target));
        var scores = model.Scores(binned);
        var added = new double[features.Length];
        foreach (var row in rows.Take(200))
        {
            model.Contributions(binned, row, added);
            Assert.Equal(scores[row] - model.Mean, added.Sum(), 9);
        }
        Assert.Equal(algorithm, model.Algorithm);
    }

    [Fact]
    public void Tree_values_are_those_of_the_definition_over_all_orders()
    {
        var (table, _) = GoalTables.Planted(400, 11);
        var rows = GoalTables.AllRows(table);
        var features = BinnedTable.Learn(table, rows);
        var binned = BinnedTable.Of(table, features, rows);
        var tree = BoostedTrees.Grow(binned, features, table.Target, new(8, 1, 1, 1) { ColumnShare = 1 }).Trees[0];
        var added = new double[features.Length];
        for (var row = 0; row < 30; row++)
        {
            Array.Clear(added);
            new TreeShap(tree).Add([.. Enumerable.Range(0, features.Length).Select(feature => binned[feature][row])], 1, added);
            for (var feature = 0; feature < features.Length; feature++)
            {
                Assert.Equal(ShapleyByDefinition(tree, binned, row, feature, features.Length), added[feature], 9);
            }
        }
    }

    [Fact]
    public void Reasons_name_what_moves_the_score_in_both_languages_and_dependence_follows_the_truth()
    {
        var (table, truth) = GoalTables.Planted(3_000, 5);
        var model = GoalTrainer.Train(table, GoalTables.AllRows(table), new(GoalAlgorithm.Boosted));
        var likeliest = Array.IndexOf(truth, truth.Max());
        var first = Reasons.Of(model, table, likeliest, 3)[0];
        Assert.Equal("reach", first.Column);
        Assert.EndsWith("raises it", first.Say().In(Language.En), StringComparison.Ordinal);
        Assert.EndsWith("lo hace más probable", first.Say(_ => new("Reach", "Alcance")).In(Language.Es), StringComparison.Ordinal);
        Assert.Equal("noise", Reasons.Importance(model, table)[^1].Column);
        var reach = Reasons.Dependence(model, table, 0);
        Assert.True(reach[^1].Probability > reach[0].Probability + 0.3, string.Join(", ", reach));
    }

    [Fact]
    public void What_the_outcome_leaves_behind_is_named_with_its_twin_and_a_strong_cause_that_others_know_of_is_not()
    {
        var (table, _) = GoalTables.Planted(4_000, 9);
        var random = new Random(2);
        var late = Array.ConvertAll(table.Target, one => (one ? 3 : 0) + random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble());
        var leaky = new FeatureTable(
            [.. table.Columns, FeatureColumn.OfNumbers("late", late), FeatureColumn.OfNumbers("late_minutes", Array.ConvertAll(late, value => value / 60))], table.Target);
        var leaks = LeakTest.Run(leaky, 1, rest => rest.Columns.Count, CancellationToken.None);
        Assert.Equal(["late", "late_minutes"], leaks.Select(leak => leak.Column).Order(StringComparer.Ordinal));
        Assert.All(leaks, leak => Assert.Equal((true, 4), (leak.AucAlone > 0.9, (int)leak.AucWithout)));
        Assert.Contains("late_minutes", leaks[0].Why.Es + leaks[1].Why.Es, StringComparison.Ordinal);
        var tied = FeatureColumn.OfNumbers("visits", Array.ConvertAll(table.Columns[0].Numbers.ToArray(), reach => reach + (4 * random.NextDouble())));
        Assert.Empty(LeakTest.Run(new([.. table.Columns, tied], table.Target), 1, _ => 0, CancellationToken.None));
    }

    [Fact]
    public void Cells_become_numbers_days_or_categories_and_what_names_the_row_is_left_out()
    {
        Assert.Equal([1.5, double.NaN, 2.5], Read("1.5", " ", "2,5").Column!.Numbers.ToArray());
        Assert.Equal([0, 1, double.NaN], Read("1970-01-01", "1970-01-02T00:00:00Z", "NA").Column!.Numbers.ToArray());
        var mixed = Read("7", "seven", "7.0", "").Column!;
        Assert.Equal(["7", "seven"], mixed.Labels);
        Assert.Equal([0, 1, 0, -1], mixed.Codes.ToArray());
        Assert.Equal("Cada valor es distinto: nombra la fila y no dice nada de las demás.", Read("a", "b", "c").LeftOut!.Why.Es);
        Assert.Equal("It holds one value only.", Read("4", "4").LeftOut!.Why.En);
        Assert.NotNull(Read("yes", "", "").Column);

        static (FeatureColumn? Column, ColumnLeftOut? LeftOut) Read(params string[] cells)
        {
            var reader = new FeatureReader("any");
            Array.ForEach(cells, cell => reader.Add(cell));
            return reader.Finish();
        }
    }

    [Fact]
    public void Metrics_agree_with_their_definitions_and_the_threshold_pays_best()
    {
        double[] probabilities = [0.9, 0.8, 0.8, 0.3, 0.1];
        bool[] target = [true, false, true, false, false];
        Assert.Equal((1 + 1 + 1 + 1 + 1 + 0.5) / 6, Accuracy.Auc(probabilities, target), 12);
        Assert.Equal((0.01 + 0.64 + 0.04 + 0.09 + 0.01) / 5, Accuracy.Brier(probabilities, target), 12);
        var test = new BackTest(probabilities, target);
        var (curve, best) = test.Threshold(cost: 1, benefit: 3);
        Assert.Equal((0.8, 3, 2, 3.0), (best.Threshold, best.People, best.Hits, best.Gain));
        Assert.Equal(4, curve.Count);
        Assert.Equal(0, test.Threshold(cost: 5, benefit: 1).Best.People);
    }

    [Fact]
    public void Calibration_keeps_the_order_and_sets_right_what_is_too_sure()
    {
        var (table, truth) = GoalTables.Planted(4_000, 1);
        var calibration = Calibration.Learn(Array.ConvertAll(truth, score => score * 3), table.Target);
        var ordered = truth.Order().Select(score => calibration.Probability(score * 3)).ToArray();
        Assert.Equal(ordered.Order(), ordered);
        Assert.True(Accuracy.LogLoss(Array.ConvertAll(truth, score => calibration.Probability(score * 3)), table.Target)
            < Accuracy.LogLoss(Array.ConvertAll(truth, Accuracy.Probability), table.Target) + 0.003);
    }

    /// <summary>The mean over all sets of other features of what knowing one more adds, by the tree's expected value (L. Shapley 1953).</summary>
    private static double ShapleyByDefinition(BoostedTree tree, BinnedTable table, int row, int feature, int features)
    {
        var sum = 0.0;
        for (var known = 0; known < 1 << features; known++)
        {
            if ((known & (1 << feature)) == 0)
            {
                var size = System.Numerics.BitOperations.PopCount((uint)known);
                var weight = Factorial(size) * Factorial(features - size - 1) / Factorial(features);
                sum += weight * (Expected(0, known | (1 << feature)) - Expected(0, known));
            }
        }
        return sum;

        double Expected(int node, int known)
        {
            if (tree.FeatureOf(node) is var split && split < 0)
            {
                return tree.ValueOf(node);
            }
            var (left, right) = (tree.LeftOf(node), tree.RightOf(node));
            return (known & (1 << split)) != 0 ? Expected(tree.GoesLeft(node, table[split][row]) ? left : right, known)
                : ((tree.CoverOf(left) * Expected(left, known)) + (tree.CoverOf(right) * Expected(right, known))) / tree.CoverOf(node);
        }

        static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
    }
}
