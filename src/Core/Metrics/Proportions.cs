namespace Ciclo.Core.Metrics;

/// <summary>How sure shares are, and whether two differ by more than chance makes them differ.</summary>
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

    /// <summary>The score interval of a share of some people, as wide as so many standard deviations (E. Wilson, JASA 22, 1927).</summary>
    public static (double Low, double High) Interval(Share share, double deviations)
    {
        var z = deviations * deviations / share.Whole;
        var middle = (share.Value + (z / 2)) / (1 + z);
        var half = deviations / (1 + z) * Math.Sqrt((share.Value * (1 - share.Value) / share.Whole) + (z / (4.0 * share.Whole)));
        return (middle - half, middle + half);
    }
}
