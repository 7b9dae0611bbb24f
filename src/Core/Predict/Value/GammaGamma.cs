using Ciclo.Core.Predict.Fitting;
using static MathNet.Numerics.SpecialFunctions;

namespace Ciclo.Core.Predict.Value;

/// <summary>
/// Gamma-Gamma, what an order is worth (P. S. Fader, B. G. S. Hardie, The Gamma-Gamma model of monetary value, 2013): orders vary about each customer's own mean, gamma(p, ν), and ν is
/// gamma(q, γ) over customers. A customer of few orders is drawn towards everybody's mean. Amounts are in the currency's units.
/// </summary>
public sealed class GammaGamma
{
    private static readonly string[] Names = ["p", "q", "gamma"];

    private readonly double p;
    private readonly double q;
    private readonly double gamma;

    private GammaGamma(Fit fit) => (Fit, p, q, gamma) = (fit, fit.Parameters[0], fit.Parameters[1], fit.Parameters[2]);

    public Fit Fit { get; }

    /// <summary>The mean over customers, of those known by nothing; infinite where q ≤ 1.</summary>
    public double Mean => q > 1 ? p * gamma / (q - 1) : double.PositiveInfinity;

    /// <summary>The model with known parameters p, q, γ.</summary>
    public static GammaGamma Of(double p, double q, double gamma) => new(new Fit(Names, [p, q, gamma], double.NaN, new double[3, 3], true) { IsPositive = true });

    /// <summary>
    /// Fits p, q, γ to customers with so many orders (x, the first left out as in the models of purchases) of a mean amount (z̄). Who has no order or no amount is left out; throws
    /// <see cref="ArgumentException"/> where nobody remains. With <paramref name="prior"/> shrunken; see <see cref="Usual"/>.
    /// </summary>
    public static GammaGamma Fitted(ReadOnlySpan<double> orders, ReadOnlySpan<double> means, LogPrior? prior = null)
    {
        var rows = new Rows(orders, means);
        var start = new[] { 4, 4, 3 * rows.Mean / 4 };
        return new GammaGamma(Ascent.OfPositive(Names, rows.LogLikelihood, start, prior));
    }

    /// <summary>What is usual in shops, loosely, where an average order is worth so much.</summary>
    public static LogPrior Usual(double mean) => new([4, 4, 3 * mean / 4], 1.2);

    /// <summary>What an order of this customer is expected to be worth (formula 5 of the paper).</summary>
    public double Expected(int orders, double mean) => orders == 0 || mean <= 0 ? Mean : (gamma + (orders * mean)) * p / ((p * orders) + q - 1);

    /// <summary>
    /// Of a customer of so many orders: the mean of the customer's own mean, the mean of its square, and the variance of single orders about it. Where the amounts' tail is so long that there is
    /// no variance, as of the shortest that has one.
    /// </summary>
    internal (double Mean, double Square, double Variance) Moments(int orders, double mean)
    {
        var shape = Math.Max(2.5, q + (p * orders));
        var first = Expected(orders, mean);
        var square = first * first * (shape - 1) / (shape - 2);
        return (first, square, square / p);
    }

    private sealed class Rows
    {
        private readonly List<(double Orders, double Mean)> all = [];
        private readonly SortedDictionary<double, int> byOrders = [];
        private readonly double logMeans;
        private readonly double weightedLogs;

        public Rows(ReadOnlySpan<double> orders, ReadOnlySpan<double> means)
        {
            for (var i = 0; i < orders.Length; i++)
            {
                if (orders[i] > 0 && means[i] > 0)
                {
                    all.Add((orders[i], means[i]));
                    byOrders[orders[i]] = byOrders.GetValueOrDefault(orders[i]) + 1;
                    logMeans += Math.Log(means[i]);
                    weightedLogs += orders[i] * Math.Log(orders[i] * means[i]);
                    Mean += means[i];
                }
            }
            if (all.Count == 0)
            {
                throw new ArgumentException("Nobody has an order with an amount.", nameof(orders));
            }
            Mean /= all.Count;
        }

        public double Mean { get; }

        public double LogLikelihood(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> curvature)
        {
            var (p, q, gamma, n) = (parameters[0], parameters[1], parameters[2], all.Count);
            var (log, logByOrders, over, overByOrders, over2, over2ByOrders) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
            foreach (var (x, z) in all)
            {
                var (total, inverse) = (Math.Log(gamma + (x * z)), 1 / (gamma + (x * z)));
                log += total;
                logByOrders += x * total;
                over += inverse;
                overByOrders += x * inverse;
                over2 += inverse * inverse;
                over2ByOrders += x * inverse * inverse;
            }
            var height = (p * weightedLogs) - logMeans - (p * logByOrders) - (q * log) + (n * ((q * Math.Log(gamma)) - GammaLn(q)));
            gradient[0] = weightedLogs - logByOrders;
            gradient[1] = (n * (Math.Log(gamma) - DiGamma(q))) - log;
            gradient[2] = (n * q / gamma) - (p * overByOrders) - (q * over);
            var (pp, pq, qq) = (0.0, 0.0, -n * MathExtra.TriGamma(q));
            foreach (var (x, count) in byOrders)
            {
                var (own, both) = (p * x, (p * x) + q);
                var slope = MathExtra.TriGamma(both);
                height += count * (GammaLn(both) - GammaLn(own));
                gradient[0] += count * x * (DiGamma(both) - DiGamma(own));
                gradient[1] += count * DiGamma(both);
                pp += count * x * x * (slope - MathExtra.TriGamma(own));
                pq += count * x * slope;
                qq += count * slope;
            }
            var (pGamma, qGamma, gammaGamma) = (-overByOrders, (n / gamma) - over, (-n * q / (gamma * gamma)) + (p * over2ByOrders) + (q * over2));
            ReadOnlySpan<double> second = [pp, pq, pGamma, pq, qq, qGamma, pGamma, qGamma, gammaGamma];
            second.CopyTo(curvature);
            return height;
        }
    }
}
