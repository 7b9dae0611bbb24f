namespace Ciclo.Core.Predict.Value;

/// <summary>Expected, and between what it lies with 80 % probability.</summary>
public readonly record struct Forecast(double Expected, double Low, double High)
{
    /// <summary>Within so many standard deviations of a normal distribution 80 % lie.</summary>
    public const double Reach = 1.2815515655446004;

    /// <summary>Of many that are summed up: nearly normal, and not below 0.</summary>
    internal static Forecast Of(double expected, double variance)
    {
        var reach = Reach * Math.Sqrt(Math.Max(0, variance));
        return new Forecast(expected, Math.Max(0, expected - reach), expected + reach);
    }
}
