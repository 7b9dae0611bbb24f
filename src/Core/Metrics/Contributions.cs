namespace Ciclo.Core.Metrics;

/// <summary>
/// What one value of a breakdown brought to a difference, in the metric's unit: the contributions of all values add up to it.
/// <paramref name="Now"/> and <paramref name="Before"/> are the value's own numbers; null for none.
/// </summary>
public sealed record Contribution(string Value, double Delta, double? Now, double? Before, bool IsBeyondChance);

/// <summary>
/// Which values moved a number. A sum's difference is that of its values. A ratio's is split by E. Kitagawa (Components of a difference between two rates,
/// JASA 50, 1955): each value's change of rate at its mean weight, and its change of weight at how far its mean rate lies from that of all.
/// </summary>
public static class Contributions
{
    /// <param name="values">Each value with its number now and before: of a sum the mean of the earlier periods, of a ratio their sums.</param>
    /// <param name="isRatio">Whether numbers are parts over wholes.</param>
    /// <param name="chance">What the numbers are.</param>
    /// <param name="periods">How many earlier periods there are.</param>
    /// <returns>All values, the one that moved most first.</returns>
    public static IReadOnlyList<Contribution> Of(IReadOnlyList<(string Value, Point Now, Point Before)> values, bool isRatio, ChanceModel chance, int periods)
    {
        var (nowWhole, beforeWhole) = (values.Sum(one => one.Now.Whole ?? 0), values.Sum(one => one.Before.Whole ?? 0));
        if (isRatio && (nowWhole == 0 || beforeWhole == 0))
        {
            return [];
        }
        var mean = isRatio ? ((values.Sum(one => one.Now.Part) / nowWhole) + (values.Sum(one => one.Before.Part) / beforeWhole)) / 2 : 0;
        return
        [
            .. values.Select(one => new Contribution(
                    one.Value, isRatio ? OfRatio(one.Now, one.Before, nowWhole, beforeWhole, mean) : one.Now.Part - one.Before.Part, one.Now.Value, one.Before.Value,
                    AlertJudge.IsBeyondChance(chance, one.Now, one.Before, periods)))
                .OrderByDescending(one => Math.Abs(one.Delta)).ThenBy(one => one.Value, StringComparer.Ordinal),
        ];
    }

    private static double OfRatio(Point now, Point before, double nowWhole, double beforeWhole, double mean)
    {
        var (weight, weightBefore) = ((now.Whole ?? 0) / nowWhole, (before.Whole ?? 0) / beforeWhole);
        // A value that is missing on one side has no rate there: all of its difference is that it came or went.
        var (rate, rateBefore) = (now.Value ?? before.Value ?? mean, before.Value ?? now.Value ?? mean);
        return ((weight + weightBefore) / 2 * (rate - rateBefore)) + ((((rate + rateBefore) / 2) - mean) * (weight - weightBefore));
    }
}
