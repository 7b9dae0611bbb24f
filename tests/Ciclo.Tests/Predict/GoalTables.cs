using Ciclo.Core.Predict.Goals;

namespace Ciclo.Tests.Predict;

/// <summary>Tables whose truth is known.</summary>
internal static class GoalTables
{
    /// <summary>
    /// Reach raises the goal, price lowers it and is missing for some, plan b raises it, and noise does nothing. Each row's true log-odds come along.
    /// </summary>
    public static (FeatureTable Table, double[] Truth) Planted(int rows, int seed)
    {
        var random = new Random(seed);
        var (reach, price, noise, plan, truth, target) = (new double[rows], new double[rows], new double[rows], new int[rows], new double[rows], new bool[rows]);
        for (var row = 0; row < rows; row++)
        {
            (reach[row], noise[row], plan[row]) = (random.NextDouble() * 4, random.NextDouble(), random.Next(3));
            price[row] = random.Next(8) == 0 ? double.NaN : random.NextDouble() * 2;
            truth[row] = -2 + reach[row] - (double.IsNaN(price[row]) ? 0 : price[row]) + (plan[row] == 1 ? 1 : 0);
            target[row] = random.NextDouble() < Accuracy.Probability(truth[row]);
        }
        FeatureColumn[] columns =
        [
            FeatureColumn.OfNumbers("reach", reach), FeatureColumn.OfNumbers("price", price),
            FeatureColumn.OfNumbers("noise", noise), FeatureColumn.OfCategories("plan", plan, ["a", "b", "c"]),
        ];
        return (new FeatureTable(columns, target), truth);
    }

    public static int[] AllRows(FeatureTable table) => [.. Enumerable.Range(0, table.Rows)];
}
