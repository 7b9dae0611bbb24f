using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Predict.Uplift;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>One feature of people before they were drawn, about standardised. <paramref name="Label"/>: the value of a trait that it stands for; null of a number.</summary>
internal sealed record LiftFeature(string Column, string? Label, double[] Raw, double[] Standard);

/// <summary>What was known of people before they were drawn, as features that a few hundred people can be learned from.</summary>
internal static class LiftTable
{
    /// <summary>The learner's time grows with the square of these.</summary>
    private const int MostFeatures = 30;

    private const int MostEvents = 8;

    /// <summary>A value that fewer have says nothing of whom it moves.</summary>
    private const double LeastShare = 0.05;

    /// <param name="rows">A row for each person, in the order of the other two.</param>
    /// <param name="treated">By chance.</param>
    /// <param name="outcomes">What came of it.</param>
    public static IReadOnlyList<LiftFeature> Of(HabitColumns columns, IReadOnlyList<HabitRow> rows, bool[] treated, double[] outcomes)
    {
        var table = new HabitTable(columns, rows).Table;
        var found = new List<LiftFeature>();
        foreach (var column in table.Columns.Where(column => IsWanted(columns, column.Name)))
        {
            foreach (var feature in column.IsNumeric ? [OfNumbers(column)] : OfLabels(column))
            {
                // People were drawn by chance: what differs between the groups, or decides the outcome, is from afterwards.
                if (feature.Standard.Any(value => value != feature.Standard[0]) && Hindsight.OfNumbers(feature.Standard, treated, outcomes) == HindsightKind.None)
                {
                    found.Add(feature);
                }
            }
        }
        return [.. found.Take(MostFeatures)];
    }

    public static UpliftTable Joined(IReadOnlyList<LiftFeature> features, bool[] treated, double[] outcomes)
    {
        var values = new double[outcomes.Length * features.Count];
        for (var person = 0; person < outcomes.Length; person++)
        {
            for (var k = 0; k < features.Count; k++)
            {
                values[(person * features.Count) + k] = features[k].Standard[person];
            }
        }
        return new UpliftTable(values, features.Count, treated, outcomes);
    }

    /// <summary>Of events the times in 90 days, of the most frequent ones; the rest says nearly the same.</summary>
    private static bool IsWanted(HabitColumns columns, string name) => name.Split(':', 2) switch
    {
        ["times_90", var e] => columns.Events.Take(MostEvents).Contains(e, StringComparer.Ordinal) && e != "Order Completed",
        ["times_30" or "times_365" or "days_since", _] => false,
        ["days_between_orders" or "late_for_order" or "active_days_365"] => false,
        _ => true,
    };

    /// <summary>Counts and money are skewed: their logarithm is learned from.</summary>
    private static LiftFeature OfNumbers(FeatureColumn column)
    {
        var raw = column.Numbers.ToArray();
        var logs = Array.ConvertAll(raw, value => double.IsNaN(value) ? double.NaN : Math.Sign(value) * Math.Log(1 + Math.Abs(value)));
        var known = logs.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).ToArray();
        var mean = known.Average();
        var spread = Math.Sqrt(known.Average(value => (value - mean) * (value - mean)));
        return new LiftFeature(column.Name, null, raw, Array.ConvertAll(logs, value => double.IsNaN(value) || spread < 1e-9 ? 0 : (value - mean) / spread));
    }

    private static IEnumerable<LiftFeature> OfLabels(FeatureColumn column)
    {
        for (var label = 0; label < column.Labels.Count; label++)
        {
            var raw = new double[column.Rows];
            for (var row = 0; row < raw.Length; row++)
            {
                raw[row] = column.Codes[row] == label ? 1 : 0;
            }
            var share = raw.Average();
            if (share is >= LeastShare and <= 1 - LeastShare)
            {
                var spread = Math.Sqrt(share * (1 - share));
                yield return new LiftFeature(column.Name, column.Labels[label], raw, Array.ConvertAll(raw, value => (value - share) / spread));
            }
        }
    }
}
