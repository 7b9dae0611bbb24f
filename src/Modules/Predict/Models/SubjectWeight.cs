using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A subject of a model (<see cref="HabitColumns.SubjectOf"/>): what all its columns together move.</summary>
/// <param name="Share">Of all that moves scores: the mean of what the subject adds, up or down, as a share of that of all.</param>
/// <param name="Odds">Of an event: what having it in the last 90 days multiplies the odds by, against those without, as far as the model goes by it; null of another subject.</param>
/// <param name="Has">Of an event: the share of people who had it in the last 90 days.</param>
public sealed record SubjectWeight(string Subject, double Share, double? Odds, double? Has)
{
    private const int Sample = 1_000;
    private const int Most = 10;
    private const int MostStrong = 5;
    private const double Strong = 1.5;

    /// <summary>Whether an event makes it clearly likelier, or less likely, for those whom it happened to; it may have happened to few.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsStrong => Odds is >= Strong or <= 1 / Strong;

    /// <summary>Whether an event makes it clearly likelier.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Raises => Odds >= Strong;

    /// <summary>The heaviest first: those that move most in all, and the events that move those most whom they happened to.</summary>
    internal static IReadOnlyList<SubjectWeight> Of(GoalModel model, FeatureTable table)
    {
        var count = Math.Min(table.Rows, Sample);
        int[] rows = [.. Enumerable.Range(0, count).Select(place => (int)((long)place * table.Rows / count))];
        var subjects = model.Features.Select((feature, j) => (Subject: HabitColumns.SubjectOf(feature.Name), j)).GroupBy(one => one.Subject, one => one.j, StringComparer.Ordinal).ToList();
        var (binned, added, sums) = (model.Bin(table, rows), new double[model.Features.Length], subjects.Select(_ => new double[count]).ToArray());
        for (var row = 0; row < count; row++)
        {
            model.Contributions(binned, row, added);
            for (var subject = 0; subject < subjects.Count; subject++)
            {
                sums[subject][row] = subjects[subject].Sum(j => added[j]);
            }
        }
        var total = Math.Max(sums.Sum(one => one.Average(Math.Abs)), double.Epsilon);
        var all = subjects.Select((one, at) => Weighed(one.Key, sums[at], sums[at].Average(Math.Abs) / total, table, rows)).Where(one => one.Share > 0)
            .OrderByDescending(one => one.Share).ThenBy(one => one.Subject, StringComparer.Ordinal).ToList();
        var strong = all.Where(one => one.IsStrong).OrderByDescending(one => Math.Abs(Math.Log(one.Odds!.Value))).Take(MostStrong).ToHashSet();
        return [.. all.Where((one, place) => place < Most || strong.Contains(one))];
    }

    private static SubjectWeight Weighed(string subject, double[] added, double share, FeatureTable table, int[] rows)
    {
        var times = subject.StartsWith(HabitColumns.EventSubject, StringComparison.Ordinal)
            ? table.Columns.FirstOrDefault(column => column.Name == "times_90:" + subject[HabitColumns.EventSubject.Length..]) : null;
        if (times is null)
        {
            return new SubjectWeight(subject, share, null, null);
        }
        var (with, without) = (new List<double>(), new List<double>());
        for (var row = 0; row < rows.Length; row++)
        {
            (times.Numbers[rows[row]] > 0 ? with : without).Add(added[row]);
        }
        return new SubjectWeight(subject, share, with.Count == 0 || without.Count == 0 ? null : Math.Exp(with.Average() - without.Average()), (double)with.Count / rows.Length);
    }
}
