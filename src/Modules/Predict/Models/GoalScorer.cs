using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A goal's model with the columns that it reads, and how these and its scores were spread over people on the day it was trained.</summary>
internal sealed class GoalScorer(HabitLayout layout, GoalModel model, SpreadSet spread)
{
    private const int AtOnce = 1_024;

    private readonly string[] subjects = [.. model.Features.Select(feature => HabitColumns.SubjectOf(feature.Name))];

    /// <summary>How leads are graded; null of another goal. It is no part of the bytes: settings may change between two scorings.</summary>
    public LeadRule? Leads { get; set; }

    /// <summary>By what the interval of a chance is known: the tenths of the test; none where they are not known.</summary>
    public IReadOnlyList<Decile> Tested { get; set; } = [];

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
                model.Contributions(binned, i, added);
                scored[i] = new PersonScored(rows[i].Profile, probabilities[i], rows[i].Before, ReasonsAt(table, i, added), Decile.Between(Tested, probabilities[i]), null, Leads?.Of(model, added, probabilities[i]), rows[i].Graded);
            }
        });
        return scored;
    }

    /// <summary>Columns of one subject say one thing: the strongest of them stands for what all of them add.</summary>
    private IReadOnlyList<Reason> ReasonsAt(FeatureTable table, int row, double[] added)
    {
        const int MostReasons = 4;
        return [.. Enumerable.Range(0, added.Length).GroupBy(j => subjects[j]).Select(one => (Sum: one.Sum(j => added[j]), Of: one))
            .Where(one => Math.Abs(one.Sum) >= 0.05).OrderByDescending(one => Math.Abs(one.Sum)).Take(MostReasons)
            .Select(one => (one.Sum, Column: one.Of.MaxBy(j => added[j] * Math.Sign(one.Sum)))).Select(one => new Reason(table.Columns[one.Column].Name, table.Columns[one.Column].TextAt(row), one.Sum))];
    }
}
