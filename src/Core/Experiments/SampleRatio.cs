namespace Ciclo.Core.Experiments;

/// <summary>
/// Whether people fell into the arms as the shares say. Where they did not, something gives or counts arms otherwise than it should, and no result of the experiment can be trusted
/// (Fabijan et al. 2019).
/// </summary>
/// <param name="Probability">Of a split at least as uneven by chance; 1 where there is nothing to test.</param>
public readonly record struct SampleRatio(double Probability)
{
    /// <summary>So low because it is looked at every day.</summary>
    public const double Alarm = 0.0005;

    /// <summary>Fewer expected in an arm than this, and the chi-square approximation does not hold.</summary>
    private const double FewestExpected = 5;

    public bool IsBroken => Probability < Alarm;

    /// <summary>Pearson's chi-square, added up over times with different shares.</summary>
    /// <param name="eras">The weights of the arms and the people who fell into each, one pair for each time with the same shares.</param>
    public static SampleRatio Of(IEnumerable<(IReadOnlyList<double> Weights, IReadOnlyList<long> People)> eras)
    {
        var (sum, freedom) = (0.0, 0);
        foreach (var (given, fell) in eras)
        {
            // An arm that was not there at the time has no share.
            var (weights, people) = (given.Where(weight => weight > 0).ToList(), fell.Where((_, arm) => given[arm] > 0).ToList());
            var (all, whole) = ((double)people.Sum(), weights.Sum());
            if (weights.Count < 2 || weights.Min() * all / whole < FewestExpected)
            {
                continue;
            }
            freedom += weights.Count - 1;
            sum += weights.Zip(people, (weight, seen) => (seen - (weight * all / whole)) is var gap ? gap * gap * whole / (weight * all) : 0).Sum();
        }
        return new SampleRatio(freedom == 0 ? 1 : Chance.ChiSquareTail(sum, freedom));
    }
}
