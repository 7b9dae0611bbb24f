using System.Numerics;
using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Value;

/// <summary>
/// Pareto/NBD (D. C. Schmittlein, D. G. Morrison, R. Colombo, Counting your customers: who are they and what will they do next?, Management Science 33, 1987; derivations as in
/// P. S. Fader, B. G. S. Hardie, A note on deriving the Pareto/NBD model, 2005). Orders come at random at a rate of each customer's own, gamma(r, α) over customers; a customer leaves
/// at any time, at a rate of his own, gamma(s, β). The integral over when he left is taken as it stands (<see cref="Abandonment"/>), with its derivatives under the integral sign.
/// </summary>
public sealed class ParetoNbd : PurchaseModel
{
    private const int Large = 20_000;

    private static readonly string[] Names = ["r", "alpha", "s", "beta"];

    private readonly double r;
    private readonly double alpha;
    private readonly double s;
    private readonly double beta;

    private ParetoNbd(Fit fit)
        : base(fit) => (r, alpha, s, beta) = (fit.Parameters[0], fit.Parameters[1], fit.Parameters[2], fit.Parameters[3]);

    /// <summary>What is usual in shops, loosely; α and β follow the weeks between these customers' orders.</summary>
    public static LogPrior Usual(HistoryTable histories) => new([0.8, 0.8 * histories.MeanGap, 0.7, histories.MeanGap], 1.2);

    /// <summary>The model with known parameters r, α, s, β.</summary>
    public static ParetoNbd Of(double r, double alpha, double s, double beta) =>
        new(new Fit(Names, [r, alpha, s, beta], double.NaN, new double[4, 4], true) { IsPositive = true });

    /// <summary>Fits r, α, s, β by maximum likelihood, or with a prior.</summary>
    public static ParetoNbd Fitted(HistoryTable histories, LogPrior? prior = null)
    {
        double[] start = [.. Usual(histories).Center];
        if (histories.Count > Large)
        {
            start = Climb(histories.Sample(Large / 5), start, null).Parameters;
        }
        return new ParetoNbd(Climb(histories, start, prior));
    }

    private static Fit Climb(HistoryTable histories, double[] start, LogPrior? prior) =>
        Ascent.OfPositive(Names, (parameters, gradient, curvature) => LogLikelihood(histories, parameters, gradient, curvature), start, prior);

    public override PurchaseModel With(double[] parameters) => Of(parameters[0], parameters[1], parameters[2], parameters[3]);

    public override double Alive(in PurchaseHistory history)
    {
        var rate = r + history.Orders;
        var left = Math.Log(s) + Abandonment.Log(alpha, beta, rate, s, history.Orders == 0 ? 0 : history.LastOrder, history.Age)
            + (rate * Math.Log(alpha + history.Age)) + (s * Math.Log(beta + history.Age));
        return left > 0 ? Math.Exp(-left) / (1 + Math.Exp(-left)) : 1 / (1 + Math.Exp(left));
    }

    protected override double ExpectedWhileAlive(in PurchaseHistory history, double weeks)
    {
        var (rate, scale, rest) = (r + history.Orders, alpha + history.Age, beta + history.Age);
        return rate / scale * Survived(rest, weeks);
    }

    protected override double AnyOrder(in PurchaseHistory history, double weeks)
    {
        var (rate, scale, rest) = (r + history.Orders, alpha + history.Age, beta + history.Age);
        var stays = Math.Exp((-rate * MathExtra.Log1P(weeks / scale)) - (s * MathExtra.Log1P(weeks / rest)));
        var leaves = Math.Exp(Math.Log(s) + (s * Math.Log(rest)) + (rate * Math.Log(scale)) + Abandonment.Log(scale, rest, rate, s, 0, weeks));
        return 1 - stays - leaves;
    }

    /// <summary>Whoever stays for a time orders in it as the negative binomial distribution says: the moments of orders from those of the time until leaving, or the end.</summary>
    public override (double None, double Mean, double Square) Moments(in PurchaseHistory history, double weeks)
    {
        var (rate, scale, rest, alive) = (r + history.Orders, alpha + history.Age, beta + history.Age, Alive(history));
        var (first, second) = (0.0, 0.0);
        for (var node = 0; node < Abandonment.Nodes; node++)
        {
            var time = weeks * Abandonment.At[node];
            var stays = weeks * Math.Exp(Abandonment.LogWeight[node] - (s * MathExtra.Log1P(time / rest)));
            (first, second) = (first + stays, second + (2 * time * stays));
        }
        var mean = rate / scale * first;
        return (1 - (alive * AnyOrder(history, weeks)), alive * mean, alive * ((rate * (rate + 1) / (scale * scale) * second) + mean));
    }

    /// <summary>
    /// P(more than n) = ∫ over when order n+1 falls, before leaving: the waiting time of order n+1 has the density of a beta prime distribution, and (B/(B+τ))ˢ still are customers then.
    /// </summary>
    protected override IEnumerable<double> OrdersBeyond(PurchaseHistory history, double weeks)
    {
        var (rate, scale, rest) = (r + history.Orders, alpha + history.Age, beta + history.Age);
        var nodes = 4 * Abandonment.Nodes;
        var (logs, shares) = (new double[nodes], new double[nodes]);
        for (var i = 0; i < nodes; i++)
        {
            var (panel, node) = (i / Abandonment.Nodes, i % Abandonment.Nodes);
            var time = weeks * (panel + Abandonment.At[node]) / 4;
            shares[i] = Math.Log(time / (scale + time));
            // Density of the first order's time, with its share of the interval.
            logs[i] = Math.Log(rate) + (rate * Math.Log(scale)) - ((rate + 1) * Math.Log(scale + time)) - (s * MathExtra.Log1P(time / rest)) + Abandonment.LogWeight[node] + Math.Log(weeks / 4);
        }
        for (var order = 1; ; order++)
        {
            var sum = 0.0;
            for (var i = 0; i < nodes; i++)
            {
                sum += Math.Exp(logs[i]);
                // From the time of order n to that of order n+1: Γ(ν+n+1)/(Γ(ν)·n!) · τⁿ/(A+τ)ⁿ.
                logs[i] += shares[i] + Math.Log((rate + order) / order);
            }
            if (sum < 1e-15)
            {
                yield break;
            }
            yield return sum;
        }
    }

    /// <summary>Weeks that a customer stays of so many: ∫ (B/(B+τ))ˢ dτ, continuous at s = 1.</summary>
    private double Survived(double rest, double weeks)
    {
        var (log, power) = (MathExtra.Log1P(weeks / rest), 1 - s);
        return rest * (Math.Abs(power * log) < 1e-12 ? log : MathExtra.ExpM1(power * log) / power);
    }

    /// <summary>The log-likelihood of these parameters, with its first and second derivatives by them.</summary>
    public static double LogLikelihood(HistoryTable histories, ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> curvature)
    {
        var (r, alpha, s, beta) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        var n = histories.Customers;
        var sums = new Mixture();
        Span<double> parts = stackalloc double[Abandonment.Nodes];
        Span<double> logAlpha = stackalloc double[Abandonment.Nodes];
        Span<double> logBeta = stackalloc double[Abandonment.Nodes];
        for (var i = 0; i < histories.Count; i++)
        {
            var (rate, age) = (r + histories.Orders[i], histories.Ages[i]);
            var gone = Math.Log(s) + Abandonment.Lay(alpha, beta, rate, s, histories.LastOrders[i], age, parts, logAlpha, logBeta);
            sums.Add(histories.Weights[i], rate, s, alpha + age, beta + age, gone, parts, logAlpha, logBeta);
        }
        gradient.Clear();
        var height = sums.Write(gradient, curvature) + (n * ((r * Math.Log(alpha)) + (s * Math.Log(beta))));
        gradient[0] += n * Math.Log(alpha);
        gradient[1] += n * r / alpha;
        gradient[2] += n * Math.Log(beta);
        gradient[3] += n * s / beta;
        curvature[1] += n / alpha;
        curvature[4] += n / alpha;
        curvature[5] -= n * r / (alpha * alpha);
        curvature[11] += n / beta;
        curvature[14] += n / beta;
        curvature[15] -= n * s / (beta * beta);
        var more = histories.OrdersBeyond;
        for (var i = 0; i < more.Length; i++)
        {
            height += more[i] * Math.Log(r + i);
            gradient[0] += more[i] / (r + i);
            curvature[0] -= more[i] / ((r + i) * (r + i));
        }
        return height;
    }

    /// <summary>
    /// A history is a mixture: still a customer, or gone at one of the integral's nodes. Its gradient is the mean of the parts' gradients; its second derivatives are the mean of theirs
    /// and of the gradients' products, less the product of the means.
    /// </summary>
    private sealed class Mixture
    {
        private readonly double[] first = new double[4];
        private readonly double[] second = new double[10];
        private double height;

        public void Add(double weight, double rate, double s, double scale, double rest, double gone, ReadOnlySpan<double> parts, ReadOnlySpan<double> logAlpha, ReadOnlySpan<double> logBeta)
        {
            var (lnScale, lnRest) = (Math.Log(scale), Math.Log(rest));
            var stays = (-rate * lnScale) - (s * lnRest);
            var most = Math.Max(stays, gone);
            var total = Math.Exp(stays - most) + Math.Exp(gone - most);
            height += weight * (most + Math.Log(total));
            var (alive, left) = (Math.Exp(stays - most) / total, Math.Exp(gone - most) / total);
            // The moments of ln(α+τ), 1/(α+τ), ln(β+τ), 1/(β+τ) over the nodes.
            Vector<double> a = default, ia = default, b = default, ib = default, aa = default, aia = default, iaia = default, ab = default, aib = default, iab = default, iaib = default, bb = default, bib = default, ibib = default;
            for (var i = 0; left > 0 && i < parts.Length; i += Vector<double>.Count)
            {
                var (p, la, lb) = (new Vector<double>(parts[i..]), new Vector<double>(logAlpha[i..]), new Vector<double>(logBeta[i..]));
                var (xa, xb) = (Vector.Exp(-la), Vector.Exp(-lb));
                var (pa, pxa, pb, pxb) = (p * la, p * xa, p * lb, p * xb);
                a += pa;
                ia += pxa;
                b += pb;
                ib += pxb;
                aa += pa * la;
                aia += pa * xa;
                iaia += pxa * xa;
                ab += pa * lb;
                aib += pa * xb;
                iab += pxa * lb;
                iaib += pxa * xb;
                bb += pb * lb;
                bib += pb * xb;
                ibib += pxb * xb;
            }
            var (s1, overScale, overRest, overS) = (s + 1, 1 / scale, 1 / rest, 1 / s);
            var (ma, mia, mb, mib) = (Vector.Sum(a), Vector.Sum(ia), Vector.Sum(b), Vector.Sum(ib));
            // Gradient of a part: −ln(α+τ), −ν/(α+τ), 1/s − ln(β+τ), −(s+1)/(β+τ); of who stays, the same at T without what the density of leaving adds.
            var (g0, g1) = (-(left * ma) - (alive * lnScale), -rate * ((left * mia) + (alive * overScale)));
            var (g2, g3) = ((left * (overS - mb)) - (alive * lnRest), -(left * s1 * mib) - (alive * s * overRest));
            first[0] += weight * g0;
            first[1] += weight * g1;
            first[2] += weight * g2;
            first[3] += weight * g3;
            double Both(double ofNodes, double ofStaying) => (left * ofNodes) + (alive * ofStaying);
            second[0] += weight * (Both(Vector.Sum(aa), lnScale * lnScale) - (g0 * g0));
            second[1] += weight * (Both((rate * Vector.Sum(aia)) - mia, (rate * lnScale * overScale) - overScale) - (g0 * g1));
            second[2] += weight * (Both(Vector.Sum(ab) - (overS * ma), lnScale * lnRest) - (g0 * g2));
            second[3] += weight * (Both(s1 * Vector.Sum(aib), s * lnScale * overRest) - (g0 * g3));
            second[4] += weight * (Both(((rate * rate) + rate) * Vector.Sum(iaia), ((rate * rate) + rate) * overScale * overScale) - (g1 * g1));
            second[5] += weight * (Both(rate * (Vector.Sum(iab) - (overS * mia)), rate * overScale * lnRest) - (g1 * g2));
            second[6] += weight * (Both(rate * s1 * Vector.Sum(iaib), rate * s * overScale * overRest) - (g1 * g3));
            second[7] += weight * (Both(Vector.Sum(bb) - (2 * overS * mb), lnRest * lnRest) - (g2 * g2));
            second[8] += weight * (Both((s1 * (Vector.Sum(bib) - (overS * mib))) - mib, (s * lnRest * overRest) - overRest) - (g2 * g3));
            second[9] += weight * (Both(((s1 * s1) + s1) * Vector.Sum(ibib), ((s * s) + s) * overRest * overRest) - (g3 * g3));
        }

        public double Write(Span<double> gradient, Span<double> curvature)
        {
            first.CopyTo(gradient);
            for (var (i, at) = (0, 0); i < 4; i++)
            {
                for (var j = i; j < 4; j++, at++)
                {
                    curvature[(i * 4) + j] = second[at];
                    curvature[(j * 4) + i] = second[at];
                }
            }
            return height;
        }
    }
}
