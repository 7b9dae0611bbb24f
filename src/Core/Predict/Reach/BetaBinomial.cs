using Ciclo.Core.Predict.Fitting;
using Prior = MathNet.Numerics.Distributions.Beta;
using static MathNet.Numerics.SpecialFunctions;

namespace Ciclo.Core.Predict.Reach;

/// <summary>Messages that went out, and those of them that were answered: opened or clicked by a person. Fractions where neighbouring hours count in part.</summary>
public readonly record struct Answers(double Sent, double Answered)
{
    public static Answers operator +(Answers one, Answers other) => new(one.Sent + other.Sent, one.Answered + other.Answered);

    public static Answers operator -(Answers one, Answers other) => new(Math.Max(0, one.Sent - other.Sent), Math.Max(0, one.Answered - other.Answered));
}

/// <summary>What is held likely of a share: Beta(A, B).</summary>
public readonly record struct Likely(double A, double B)
{
    /// <summary>With a mean, and as sure of it as after so many messages.</summary>
    public static Likely Of(double mean, double weight) => new(mean * weight, (1 - mean) * weight);

    public double Mean => A / (A + B);

    /// <summary>How many messages it is worth.</summary>
    public double Weight => A + B;

    public Likely After(Answers answers) => new(A + answers.Answered, B + answers.Sent - answers.Answered);

    /// <summary>Between what the share lies with such probability, as much of the rest below as above.</summary>
    public (double Low, double High) Interval(double level = 0.8) => (Prior.InvCDF(A, B, (1 - level) / 2), Prior.InvCDF(A, B, (1 + level) / 2));
}

/// <summary>
/// Shares of many that are alike (J. Skellam, A probability distribution derived from the binomial distribution, J. R. Stat. Soc. B 10, 1948): how alike they are is found from all of them,
/// and each is drawn to what is usual as far as it tells little itself (G. Casella, An introduction to empirical Bayes data analysis, The American Statistician 39, 1985).
/// </summary>
public static class BetaBinomial
{
    /// <summary>Before anything is seen: as after ten messages, and it may as well be three or thirty.</summary>
    private static readonly LogPrior Usual = new([10], 1.2);

    /// <summary>How many messages the means are worth: large where shares hardly differ but by chance.</summary>
    /// <param name="rows">What each did, the mean that is usual for it, and how many there are of the kind.</param>
    public static double WeightOf(IReadOnlyList<(Answers Did, double Mean, double Times)> rows)
    {
        var telling = rows.Where(row => row.Did.Sent > 1).ToArray();
        // One message of each tells how many answer, not how unlike they are.
        return telling.Length == 0 ? Usual.Center[0] : Ascent.OfPositive(["weight"], (at, gradient, curvature) => Height(telling, at[0], gradient, curvature), [Usual.Center[0]], Usual).Parameters[0];
    }

    private static double Height((Answers Did, double Mean, double Times)[] rows, double s, Span<double> gradient, Span<double> curvature)
    {
        var (height, slope, bend) = (0.0, 0.0, 0.0);
        foreach (var (did, mean, times) in rows)
        {
            var (a, b, n, k) = (mean * s, (1 - mean) * s, did.Sent, did.Answered);
            height += times * (GammaLn(a + k) - GammaLn(a) + GammaLn(b + n - k) - GammaLn(b) - GammaLn(s + n) + GammaLn(s));
            slope += times * ((mean * (DiGamma(a + k) - DiGamma(a))) + ((1 - mean) * (DiGamma(b + n - k) - DiGamma(b))) - DiGamma(s + n) + DiGamma(s));
            bend += times * ((mean * mean * (MathExtra.TriGamma(a + k) - MathExtra.TriGamma(a))) + ((1 - mean) * (1 - mean) * (MathExtra.TriGamma(b + n - k) - MathExtra.TriGamma(b)))
                - MathExtra.TriGamma(s + n) + MathExtra.TriGamma(s));
        }
        (gradient[0], curvature[0]) = (slope, bend);
        return height;
    }
}
