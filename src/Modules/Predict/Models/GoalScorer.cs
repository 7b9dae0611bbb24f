using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A goal's model with the columns that it reads, and how these and its scores were spread over people on the day it was trained.</summary>
internal sealed class GoalScorer(HabitLayout layout, GoalModel model, SpreadSet spread)
{
    private const int AtOnce = 1_024;

    public HabitLayout Layout => layout;

    public GoalModel Model => model;

    public SpreadSet Spread => spread;

    public byte[] Bytes() => ModelFile.Of(ModelFile.Goal, to =>
    {
        layout.Write(to, model);
        model.Write(to);
        spread.Write(to);
    });

    /// <summary>Null where the bytes cannot be read.</summary>
    public static GoalScorer? Of(byte[] file) => ModelFile.Read(file, ModelFile.Goal, from => new GoalScorer(HabitLayout.Read(from), GoalModel.Read(from), SpreadSet.Read(from)));

    /// <summary>Scores rows, in their order.</summary>
    /// <param name="counts">What they are added to, for the drift.</param>
    public PersonScored[] Score(IReadOnlyList<HabitRow> rows, SpreadSet.Counts counts, CancellationToken cancellation)
    {
        var table = layout.Of(rows);
        var binned = model.Bin(table, [.. Enumerable.Range(0, rows.Count)]);
        var probabilities = model.Probabilities(binned);
        counts.Add(table, probabilities);
        var scored = new PersonScored[rows.Count];
        Parallel.For(0, (rows.Count + AtOnce - 1) / AtOnce, new ParallelOptions { CancellationToken = cancellation }, chunk =>
        {
            var added = new double[model.Features.Length];
            for (var i = chunk * AtOnce; i < Math.Min(rows.Count, (chunk + 1) * AtOnce); i++)
            {
                scored[i] = new PersonScored(rows[i].Profile, probabilities[i], rows[i].Before, ReasonsAt(table, binned, i, added));
            }
        });
        return scored;
    }

    private IReadOnlyList<Reason> ReasonsAt(FeatureTable table, BinnedTable binned, int row, double[] added)
    {
        const int MostReasons = 3;
        model.Contributions(binned, row, added);
        return [.. Enumerable.Range(0, added.Length).Where(j => Math.Abs(added[j]) >= 0.05).OrderByDescending(j => Math.Abs(added[j])).Take(MostReasons)
            .Select(j => new Reason(table.Columns[j].Name, table.Columns[j].TextAt(row), added[j]))];
    }
}
