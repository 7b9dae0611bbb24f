using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Fitting;

/// <summary>
/// What a fit found. <paramref name="Covariance"/>: of the parameters, or of their logarithms where they are positive, from the curvature at the peak; NaN where there is no peak.
/// <paramref name="HasConverged"/>: a peak was reached; without one the data do not tell the parameters.
/// </summary>
public sealed record Fit(IReadOnlyList<string> Names, double[] Parameters, double LogLikelihood, double[,] Covariance, bool HasConverged)
{
    /// <summary>Parameters were climbed in their logarithms.</summary>
    public bool IsPositive { get; init; }

    /// <summary>Drawn towards what is usual (a prior), as few customers leave much open.</summary>
    public bool IsShrunken { get; init; }

    public int Steps { get; init; }

    /// <summary>The standard error of a parameter.</summary>
    public double Error(int parameter) => Math.Sqrt(Covariance[parameter, parameter]) * (IsPositive ? Parameters[parameter] : 1);

    /// <summary>Between what a parameter lies with such probability, by the normal approximation; for a positive one in its logarithm.</summary>
    public (double Low, double High) Interval(int parameter, double level = 0.8)
    {
        var reach = Normal.InvCDF(0, 1, (1 + level) / 2) * Math.Sqrt(Covariance[parameter, parameter]);
        return IsPositive
            ? (Parameters[parameter] * Math.Exp(-reach), Parameters[parameter] * Math.Exp(reach))
            : (Parameters[parameter] - reach, Parameters[parameter] + reach);
    }
}
