namespace Ciclo.Core.Predict.Fitting;

/// <summary>What the platform's mathematics leaves out.</summary>
internal static class MathExtra
{
    /// <summary>ln(1 + x) without loss where x is small (W. Kahan's device, as in Goldberg 1991).</summary>
    internal static double Log1P(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>eˣ − 1 without loss where x is small (the same device).</summary>
    internal static double ExpM1(double x)
    {
        if (Math.Abs(x) > 1)
        {
            return Math.Exp(x) - 1;
        }
        var u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 ? -1 : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>ψ′(x), x &gt; 0: the recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.4.6, 6.4.12).</summary>
    internal static double TriGamma(double x)
    {
        var sum = 0.0;
        for (; x < 12; x++)
        {
            sum += 1 / (x * x);
        }
        var y = 1 / (x * x);
        return sum + (1 / x) + (y / 2) + (y / x * ((1.0 / 6) - (y * ((1.0 / 30) - (y * ((1.0 / 42) - (y * ((1.0 / 30) - (y * 5 / 66)))))))));
    }
}
