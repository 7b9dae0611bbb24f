using Ciclo.Core.Experiments;
using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Uplift;

/// <summary>What treating changed on average: the difference of the means of those treated and not, its standard error, and between what it lies.</summary>
public readonly record struct AverageEffect(double Treated, double Control, double Effect, double Error, double Low, double High)
{
    /// <summary>
    /// The difference of means of two groups drawn by chance, with unequal variances (J. Neyman 1923; B. L. Welch 1947), looked at once: an experiment that is looked at while it
    /// runs needs <see cref="ConfidenceSequence"/>. With <see cref="Moments.X"/>, what each was before, that part of the outcome is taken off which it explains (CUPED: A. Deng, Y. Xu,
    /// R. Kohavi, T. Walker, WSDM 2013): the same effect, less noise. Each group needs two people.
    /// </summary>
    public static AverageEffect Of(in Moments treated, in Moments control, bool before = false, double level = 0.95)
    {
        var theta = before ? Slope(treated, control) : 0;
        var mean = (treated.X + control.X) / (treated.People + control.People);
        var (ofTreated, ofControl) = (treated.Mean - (theta * ((treated.X / treated.People) - mean)), control.Mean - (theta * ((control.X / control.People) - mean)));
        var error = Math.Sqrt((treated.Variance(theta) / treated.People) + (control.Variance(theta) / control.People));
        var (effect, reach) = (ofTreated - ofControl, Normal.InvCDF(0, 1, (1 + level) / 2) * error);
        return new AverageEffect(ofTreated, ofControl, effect, error, effect - reach, effect + reach);
    }

    /// <summary>Of the outcome on what was before, within the groups: over both together the effect would be taken for a difference of before.</summary>
    private static double Slope(in Moments treated, in Moments control)
    {
        var product = treated.XY - (treated.X * treated.Y / treated.People) + control.XY - (control.X * control.Y / control.People);
        var square = treated.XX - (treated.X * treated.X / treated.People) + control.XX - (control.X * control.X / control.People);
        return square > 0 ? product / square : 0;
    }
}
