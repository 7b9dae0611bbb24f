namespace Ciclo.Core.Analytics;

/// <summary>A length of time: until something happened, or, not ended, as long as it is known not to have.</summary>
public readonly record struct Duration(long Ms, bool IsEnded);

/// <summary>
/// The product-limit estimator (E. L. Kaplan, P. Meier, Nonparametric estimation from incomplete observations, JASA 53, 1958). Where lengths end and others are
/// lost sight of at one time, the ends come first.
/// </summary>
public static class KaplanMeier
{
    /// <summary>The least length by which the share that goes on has fallen to <paramref name="surviving"/> or below; null if it never does.</summary>
    public static long? Quantile(IReadOnlyList<Duration> durations, double surviving)
    {
        var sorted = durations.OrderBy(duration => duration.Ms).ToList();
        var (atRisk, share) = (sorted.Count, 1.0);
        for (var i = 0; i < sorted.Count;)
        {
            var (ms, ended, all) = (sorted[i].Ms, 0, 0);
            for (; i < sorted.Count && sorted[i].Ms == ms; i++)
            {
                ended += sorted[i].IsEnded ? 1 : 0;
                all++;
            }
            share *= 1 - ((double)ended / atRisk);
            // A half is a half, whatever the order of multiplications leaves of it.
            if (ended > 0 && share <= surviving + 1e-12)
            {
                return ms;
            }
            atRisk -= all;
        }
        return null;
    }
}
