namespace Ciclo.Core.Predict.Goals;

/// <summary>One thing that moved a person's score.</summary>
/// <param name="Value">What stands there for the person; null where nothing does.</param>
/// <param name="LogOdds">What it adds against the mean of all: above 0 it makes the goal likelier.</param>
public sealed record Reason(string Column, string? Value, double LogOdds)
{
    /// <summary>`Contract: Month-to-month raises it`. A caller may give the column a name that people know.</summary>
    public Text Say(Func<string, Text>? nameOf = null)
    {
        var name = nameOf?.Invoke(Column) ?? Text.Same(Column);
        var value = Value is null ? new Text("(nothing)", "(nada)") : Text.Same(Value);
        return LogOdds >= 0
            ? new($"{name.En}: {value.En} raises it", $"{name.Es}: {value.Es} lo hace más probable")
            : new($"{name.En}: {value.En} lowers it", $"{name.Es}: {value.Es} lo hace menos probable");
    }
}

/// <summary>The mean probability if a column held a value for everybody, all else left as it is (J. Friedman 2001, 8.2).</summary>
public sealed record DependencePoint(string Value, double Probability);

/// <summary>Why a model says what it says.</summary>
public static class Reasons
{
    private const int Sample = 1_000;
    private const int Points = 20;

    /// <summary>What moved the score of a row most, the strongest first; what moved it by less than a hundredth in log-odds is no reason.</summary>
    public static IReadOnlyList<Reason> Of(GoalModel model, FeatureTable table, int row, int most)
    {
        const double Least = 0.01;
        Span<double> added = new double[model.Features.Length];
        model.Contributions(model.Bin(table, [row]), 0, added);
        var reasons = new List<Reason>();
        for (var j = 0; j < added.Length; j++)
        {
            if (Math.Abs(added[j]) >= Least)
            {
                reasons.Add(new(model.Features[j].Name, table.Columns[j].TextAt(row), added[j]));
            }
        }
        return [.. reasons.OrderByDescending(reason => Math.Abs(reason.LogOdds)).Take(most)];
    }

    /// <summary>What matters to the model: of each column, the mean of what it moves a score by, as a share of all, the largest first. Over up to 1,000 rows.</summary>
    public static IReadOnlyList<(string Column, double Share)> Importance(GoalModel model, FeatureTable table)
    {
        var rows = Some(table.Rows);
        var binned = model.Bin(table, rows);
        var (sums, added) = (new double[model.Features.Length], new double[model.Features.Length]);
        for (var row = 0; row < rows.Length; row++)
        {
            model.Contributions(binned, row, added);
            for (var j = 0; j < added.Length; j++)
            {
                sums[j] += Math.Abs(added[j]);
            }
        }
        var total = Math.Max(sums.Sum(), double.Epsilon);
        return [.. model.Features.Zip(sums, (feature, sum) => (feature.Name, sum / total)).OrderByDescending(one => one.Item2)];
    }

    /// <summary>How a column acts: at up to 20 values over its range, or at each category. Over up to 1,000 rows.</summary>
    public static IReadOnlyList<DependencePoint> Dependence(GoalModel model, FeatureTable table, int column)
    {
        var (feature, rows) = (model.Features[column], Some(table.Rows));
        var points = new List<DependencePoint>();
        foreach (var bin in BinsOf(feature))
        {
            var binned = model.Bin(table, rows);
            Array.Fill(binned[column], (byte)bin);
            var value = feature.IsNumeric ? feature.Middles[bin].ToString("0.####") : feature.Labels[bin - BinnedFeature.FirstCategory];
            points.Add(new(value, model.Probabilities(binned).Average()));
        }
        return points;
    }

    private static IEnumerable<int> BinsOf(BinnedFeature feature)
    {
        var first = feature.IsNumeric ? 1 : BinnedFeature.FirstCategory;
        var count = feature.Bins - first;
        return Enumerable.Range(0, Math.Min(Points, count)).Select(point => first + (count <= Points || !feature.IsNumeric ? point : (int)((long)point * (count - 1) / (Points - 1))));
    }

    private static int[] Some(int rows) => [.. Enumerable.Range(0, Math.Min(rows, Sample)).Select(place => (int)((long)place * rows / Math.Min(rows, Sample)))];
}
