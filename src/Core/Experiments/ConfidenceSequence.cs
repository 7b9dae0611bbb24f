namespace Ciclo.Core.Experiments;

/// <summary>
/// An interval that holds at every look at once, so that an experiment may be looked at any day and ended on what is seen: the asymptotic confidence sequence of the normal mixture
/// (Robbins 1970; Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences", eq. 6).
/// It is wider than an interval for one look: by about a half at <paramref name="TypicalPeople"/>, where it is tightest.
/// </summary>
/// <param name="Alpha">The probability that the truth lies outside at any look, ever.</param>
/// <param name="TypicalPeople">How many people an experiment of this kind comes to. Set before it begins.</param>
public readonly record struct ConfidenceSequence(double Alpha, long TypicalPeople)
{
    /// <summary>How many standard errors the interval reaches to each side when so many people were seen.</summary>
    public double Reach(double people)
    {
        var grown = (people * Rho2) + 1;
        return Math.Sqrt(2 * grown / (people * Rho2) * Math.Log(Math.Sqrt(grown) / Alpha));
    }

    /// <summary>
    /// The people after which a difference is found with a probability, where the standard error of n people is <paramref name="deviation"/> / √n; null for more than a billion.
    /// </summary>
    public long? PeopleFor(double difference, double deviation, double power)
    {
        const double Most = 1e9;
        if (difference <= 0 || !double.IsFinite(difference) || deviation <= 0)
        {
            return null;
        }
        var sequence = this;
        var margin = Chance.NormalQuantile(power);
        bool Suffices(double people) => (sequence.Reach(people) + margin) * deviation / Math.Sqrt(people) <= difference;
        var (low, high) = (1.0, 2.0);
        while (!Suffices(high))
        {
            (low, high) = (high, high * 2);
            if (high > Most)
            {
                return null;
            }
        }
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Suffices(middle) ? (low, middle) : (middle, high);
        }
        return (long)Math.Ceiling(high);
    }

    /// <summary>The mixture's variance for which the interval is about tightest at the typical number of people (the same paper, eq. 57).</summary>
    private double Rho2 => -2 * Math.Log(Alpha) is var evidence ? (evidence + Math.Log(evidence + 1)) / TypicalPeople : 0;
}
