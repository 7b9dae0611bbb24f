using Ciclo.Core.Metrics;

namespace Ciclo.Core.Analytics;

/// <summary>A trait of some people, how many of them have it, and of how many of those something came true.</summary>
/// <param name="Property">The property that the trait is a value of, where nobody has two values of it; empty for all other traits.</param>
public readonly record struct TraitCount(string Trait, int People, int Hits, string Property = "");

/// <summary>
/// A trait that goes with an outcome by more than chance. Shares are of those with the trait and of all others; the interval of 95 % is that of their difference
/// (Newcombe 1998, method 10: hybrid of Wilson's score intervals).
/// </summary>
public sealed record Driver(string Trait, int People, double Share, double ShareOfOthers, double Low, double High)
{
    public double Difference => Share - ShareOfOthers;
}

/// <summary>What drivers are found among: so many traits were tried, so many people and hits there are.</summary>
public sealed record DriverRanking(IReadOnlyList<Driver> Drivers, int Tried, int People, int Hits)
{
    /// <summary>Fewer on a side say nothing, and name people.</summary>
    public const int FewestPeople = 30;

    /// <summary>Two values of one property stand for all people, where they leave out no larger share of them.</summary>
    private const double Neither = 0.05;

    private const double Family = 0.05;
    private const double Z95 = 1.959963984540054;

    /// <summary>
    /// The traits whose share differs from that of the others after the correction for trying many (S. Holm, A simple sequentially rejective multiple test procedure,
    /// Scand. J. Statistics 6, 1979; two-proportion z tests, 5 % over the whole family), the largest difference first. Where two values of a property are the two sides of one
    /// finding, it is told once, by the side for which the outcome comes true more often.
    /// </summary>
    public static DriverRanking Of(IEnumerable<TraitCount> counts, int people, int hits)
    {
        // Traits of the very same people are one trait under several names: the first by name stands for it.
        var tried = counts.Where(one => one.People >= FewestPeople && people - one.People >= FewestPeople)
            .GroupBy(one => (one.People, one.Hits)).Select(group => group.MinBy(one => one.Trait, StringComparer.Ordinal))
            .Select(one => (Count: one, P: PValue(one, people, hits))).OrderBy(one => one.P).ThenBy(one => one.Count.Trait, StringComparer.Ordinal).ToList();
        var kept = tried.TakeWhile((one, rank) => one.P <= Family / (tried.Count - rank)).Select(one => (one.Count, Driver: DriverOf(one.Count, people, hits))).ToList();
        var told = kept.Where(one => !kept.Exists(other => IsOtherSide(one, other, people))).Select(one => one.Driver);
        return new DriverRanking([.. told.OrderByDescending(driver => Math.Abs(driver.Difference)).ThenBy(driver => driver.Trait, StringComparer.Ordinal)], tried.Count, people, hits);
    }

    /// <summary>Whether nearly all people without the first have the second, which names the outcome.</summary>
    private static bool IsOtherSide((TraitCount Count, Driver Driver) one, (TraitCount Count, Driver Driver) names, int people) =>
        one.Count.Property.Length > 0 && one.Count.Property == names.Count.Property && one.Driver.Difference < 0 && names.Driver.Difference > 0
        && people - one.Count.People - names.Count.People <= Neither * people;

    private static Driver DriverOf(TraitCount one, int people, int hits)
    {
        var (others, othersHits) = (people - one.People, hits - one.Hits);
        var (share, rest) = ((double)one.Hits / one.People, (double)othersHits / others);
        var (low, high) = Proportions.Interval(new Share(one.Hits, one.People), Z95);
        var (restLow, restHigh) = Proportions.Interval(new Share(othersHits, others), Z95);
        return new Driver(
            one.Trait, one.People, share, rest,
            share - rest - Math.Sqrt(Square(share - low) + Square(restHigh - rest)), share - rest + Math.Sqrt(Square(high - share) + Square(rest - restLow)));
    }

    private static double PValue(TraitCount one, int people, int hits)
    {
        var pooled = (double)hits / people;
        var error = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / one.People) + (1.0 / (people - one.People))));
        var difference = ((double)one.Hits / one.People) - ((double)(hits - one.Hits) / (people - one.People));
        return error == 0 ? 1 : Normal.TwoSided(difference / error);
    }

    private static double Square(double value) => value * value;
}

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>
    /// The chance of a value at least so far from 0, to 1.2e-7 of itself: erfc(|z| / √2) by Chebyshev fitting (W. Press et al., Numerical Recipes, 2nd ed., 6.2).
    /// </summary>
    public static double TwoSided(double z)
    {
        var x = Math.Abs(z) / Math.Sqrt(2);
        var t = 1 / (1 + (0.5 * x));
        var sum = -1.26551223 + (t * (1.00002368 + (t * (0.37409196 + (t * (0.09678418 + (t * (-0.18628806
            + (t * (0.27886807 + (t * (-1.13520398 + (t * (1.48851587 + (t * (-0.82215223 + (t * 0.17087277)))))))))))))))));
        return t * Math.Exp((-x * x) + sum);
    }
}
