namespace Ciclo.Core.Experiments;

/// <summary>An interval; infinite at an end where the data bound nothing.</summary>
public readonly record struct Interval(double Low, double High)
{
    public bool Has(double value) => Low <= value && value <= High;
}

/// <summary>
/// An arm against the control. <paramref name="Difference"/>: of the means of a person (or of the shares), with what it may be; <paramref name="Lift"/>: the same as a part of the
/// control's mean, by Fieller's theorem; null where the control brought nothing. <paramref name="Error"/>: the standard error of the difference.
/// </summary>
public readonly record struct Comparison(long People, double Control, double Treated, double Difference, Interval Between, double Error, double? Lift, Interval LiftBetween)
{
    /// <summary>
    /// Compares within each time with the same shares, and weighs these by their people: between two times people differ in more than the arm. Times in which an arm has fewer
    /// than two people are left out.
    /// </summary>
    /// <param name="eras">Control and treated, one pair for each time with the same shares.</param>
    /// <param name="sequence">How wide the intervals are.</param>
    /// <param name="areShares">The sums are of zeros and ones: a share of 0 or 1 by chance is not taken for certain.</param>
    /// <param name="before">Takes off what is explained by x (CUPED: Deng, Xu, Kohavi and Walker 2013).</param>
    public static Comparison? Of(IReadOnlyList<(Moments Control, Moments Treated)> eras, ConfidenceSequence sequence, bool areShares, bool before = false)
    {
        var used = eras.Where(era => era.Control.People > 1 && era.Treated.People > 1).ToList();
        if (used.Count == 0)
        {
            return null;
        }
        var theta = before ? Theta(used) : 0;
        double people = used.Sum(era => era.Control.People + era.Treated.People);
        var (control, treated, controlVariance, treatedVariance) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (c, t) in used)
        {
            var weight = (c.People + t.People) / people;
            var mean = (c.X + t.X) / (c.People + t.People);
            control += weight * (c.Mean - (theta * ((c.X / c.People) - mean)));
            treated += weight * (t.Mean - (theta * ((t.X / t.People) - mean)));
            controlVariance += weight * weight * VarianceOfMean(c, theta, areShares);
            treatedVariance += weight * weight * VarianceOfMean(t, theta, areShares);
        }
        var (difference, error, reach) = (treated - control, Math.Sqrt(controlVariance + treatedVariance), sequence.Reach(people));
        var (lift, span) = control > 0 ? (difference / control, LiftOf(control, treated, controlVariance, treatedVariance, reach * reach)) : ((double?)null, Unbounded);
        return new Comparison((long)people, control, treated, difference, new Interval(difference - (reach * error), difference + (reach * error)), error, lift, span);
    }

    private static Interval Unbounded => new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>The slope of y on x within arms and times: a slope over all would take the effect for a difference of before.</summary>
    private static double Theta(List<(Moments Control, Moments Treated)> eras)
    {
        var (product, square) = (0.0, 0.0);
        foreach (var arm in eras.SelectMany(era => new[] { era.Control, era.Treated }))
        {
            product += arm.XY - (arm.X * arm.Y / arm.People);
            square += arm.XX - (arm.X * arm.X / arm.People);
        }
        return square > 0 ? product / square : 0;
    }

    private static double VarianceOfMean(in Moments arm, double theta, bool isShare)
    {
        if (!isShare)
        {
            return arm.Variance(theta) / arm.People;
        }
        // One more of each kind: nobody converted among ten is no proof that nobody does.
        var share = (arm.Y + 1) / (arm.People + 2);
        return share * (1 - share) / arm.People;
    }

    /// <summary>All ratios r of the means for which treated − r·control is not refuted; infinite where the control's mean itself may be 0.</summary>
    private static Interval LiftOf(double control, double treated, double controlVariance, double treatedVariance, double reach2)
    {
        var a = (control * control) - (reach2 * controlVariance);
        var root = (treated * control * treated * control) - (a * ((treated * treated) - (reach2 * treatedVariance)));
        return a <= 0 ? Unbounded : new Interval((((treated * control) - Math.Sqrt(Math.Max(0, root))) / a) - 1, (((treated * control) + Math.Sqrt(Math.Max(0, root))) / a) - 1);
    }
}
