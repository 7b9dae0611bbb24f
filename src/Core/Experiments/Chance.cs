namespace Ciclo.Core.Experiments;

/// <summary>The few distributions that tests of experiments need.</summary>
public static class Chance
{
    private const double Least = 1e-300;
    private const double Enough = 1e-14;
    private const int MostSteps = 500;

    private static readonly double[] Lanczos =
    [
        676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>The value that a standard normal variable stays below with a probability between 0 and 1; exact to some 1e-9 (Acklam 2003, one step of Halley).</summary>
    public static double NormalQuantile(double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        var q = Math.Min(probability, 1 - probability);
        double x;
        if (q < 0.02425)
        {
            var r = Math.Sqrt(-2 * Math.Log(q));
            x = ((((((((((-7.784894002430293e-03 * r) - 3.223964580411365e-01) * r) - 2.400758277161838) * r) - 2.549732539343734) * r) + 4.374664141464968) * r) + 2.938163982698783)
                / ((((((((7.784695709041462e-03 * r) + 3.224671290700398e-01) * r) + 2.445134137142996) * r) + 3.754408661907416) * r) + 1);
        }
        else
        {
            var (d, r) = (q - 0.5, (q - 0.5) * (q - 0.5));
            x = ((((((((((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r) - 2.759285104469687e+02) * r) + 1.383577518672690e+02) * r) - 3.066479806614716e+01) * r) + 2.506628277459239) * d
                / ((((((((((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r) - 1.556989798598866e+02) * r) + 6.680131188771972e+01) * r) - 1.328068155288572e+01) * r) + 1);
        }
        var error = (0.5 * ChiSquareTail(x * x, 1)) - q;
        var step = error * Math.Sqrt(2 * Math.PI) * Math.Exp(x * x / 2);
        x -= step / (1 + (x * step / 2));
        return probability < 0.5 ? x : -x;
    }

    /// <summary>The probability that a chi-square variable of some degrees of freedom is at least as large.</summary>
    public static double ChiSquareTail(double value, int freedom) => value <= 0 ? 1 : UpperGamma(freedom / 2.0, value / 2);

    /// <summary>The regularised upper incomplete gamma function Q(a, x): a series below a + 1, a continued fraction above (Lentz).</summary>
    private static double UpperGamma(double a, double x)
    {
        var scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            var (term, sum) = (1 / a, 1 / a);
            for (var n = 1; n < MostSteps && term > sum * Enough; n++)
            {
                term *= x / (a + n);
                sum += term;
            }
            return 1 - (scale * sum);
        }
        var (b, c, d) = (x + 1 - a, 1 / Least, 1 / (x + 1 - a));
        var h = d;
        for (var n = 1; n < MostSteps; n++)
        {
            var factor = -n * (n - a);
            b += 2;
            d = 1 / Far((factor * d) + b);
            c = Far(b + (factor / c));
            h *= d * c;
            if (Math.Abs((d * c) - 1) < Enough)
            {
                break;
            }
        }
        return scale * h;
    }

    private static double Far(double value) => Math.Abs(value) < Least ? Least : value;

    private static double LogGamma(double x)
    {
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        }
        x -= 1;
        var sum = 0.99999999999980993;
        for (var i = 0; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x + i + 1);
        }
        var t = x + Lanczos.Length - 0.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
