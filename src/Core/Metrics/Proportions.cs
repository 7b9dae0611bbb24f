namespace Ciclo.Core.Metrics;

/// <summary>Whether two shares differ by more than chance makes them differ.</summary>
public static class Proportions
{
    private const double TwoSided1Percent = 2.5758293035489004;
    private const int FewestForNormal = 30;

    /// <summary>
    /// The two-proportion z test with pooled variance, two-sided at 1 %. Never for groups of under 30, where the normal approximation does not hold.
    /// </summary>
    public static bool DifferClearly(Share one, Share other)
    {
        if (one.Whole < FewestForNormal || other.Whole < FewestForNormal)
        {
            return false;
        }
        var pooled = ((double)one.Part + other.Part) / ((double)one.Whole + other.Whole);
        var error = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / one.Whole) + (1.0 / other.Whole)));
        return error > 0 && Math.Abs(one.Value - other.Value) / error > TwoSided1Percent;
    }
}
