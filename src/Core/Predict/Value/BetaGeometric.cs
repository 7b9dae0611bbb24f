using System.Numerics;
using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Value;

/// <summary>
/// BG/NBD (P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting your customers" the easy way, Marketing Science 24, 2005) and MBG/NBD (E. P. Batislam, M. Denizel, A. Filiztekin,
/// Empirical validation and comparison of models for customer base analysis, IJRM 24, 2007). Orders come at random at a rate of each customer's own, gamma(r, α) over customers;
/// after an order a customer leaves with a probability of his own, beta(a, b). In MBG/NBD also after the first, so that who never came back may have left.
/// </summary>
public sealed class BetaGeometric : PurchaseModel
{
    private static readonly string[] Names = ["r", "alpha", "a", "b"];

    /// <summary>From more histories than this, every k-th leads near the peak first.</summary>
    private const int Large = 60_000;

    private readonly double r;
    private readonly double alpha;
    private readonly double a;
    private readonly double b;
    private readonly bool isModified;

    private BetaGeometric(Fit fit, bool isModified)
        : base(fit) => (r, alpha, a, b, this.isModified) = (fit.Parameters[0], fit.Parameters[1], fit.Parameters[2], fit.Parameters[3], isModified);

    /// <summary>What is usual in shops, loosely: a factor of three either way. α follows the weeks between these customers' orders: a roaster's are not a joiner's.</summary>
    public static LogPrior Usual(HistoryTable histories) => new([0.6, 0.6 * histories.MeanGap, 0.8, 2.5], 1.2);

    /// <summary>The model with known parameters r, α, a, b.</summary>
    public static BetaGeometric Of(double r, double alpha, double a, double b, bool isModified = false) =>
        new(new Fit(Names, [r, alpha, a, b], double.NaN, new double[4, 4], true) { IsPositive = true }, isModified);

    /// <summary>Fits r, α, a, b by maximum likelihood, or with a prior.</summary>
    public static BetaGeometric Fitted(HistoryTable histories, bool isModified = false, LogPrior? prior = null)
    {
        double[] start = [.. Usual(histories).Center];
        if (histories.Count > Large)
        {
            start = Climb(histories.Sample(Large / 6), start, isModified, null).Parameters;
        }
        return new BetaGeometric(Climb(histories, start, isModified, prior), isModified);
    }

    private static Fit Climb(HistoryTable histories, double[] start, bool isModified, LogPrior? prior) =>
        Ascent.OfPositive(Names, (parameters, gradient, curvature) => LogLikelihood(histories, isModified, parameters, gradient, curvature), start, prior);

    public override PurchaseModel With(double[] parameters) => Of(parameters[0], parameters[1], parameters[2], parameters[3], isModified);

    public override double Alive(in PurchaseHistory history)
    {
        if (history.Orders == 0 && !isModified)
        {
            return 1;
        }
        var rate = r + history.Orders;
        var odds = Math.Log(a / (b + history.Orders - (isModified ? 0 : 1))) + (rate * Math.Log((alpha + history.Age) / (alpha + (history.Orders == 0 ? 0 : history.LastOrder))));
        return odds > 0 ? Math.Exp(-odds) / (1 + Math.Exp(-odds)) : 1 / (1 + Math.Exp(odds));
    }

    protected override double ExpectedWhileAlive(in PurchaseHistory history, double weeks)
    {
        var walk = new Walk(r + history.Orders, alpha + history.Age, weeks, a, b + history.Orders + (isModified ? 1 : 0));
        var sum = 0.0;
        while (walk.Next(out var beyond))
        {
            sum += beyond;
            if (beyond < 1e-16 * sum)
            {
                break;
            }
        }
        return sum;
    }

    public override (double None, double Mean, double Square) Moments(in PurchaseHistory history, double weeks)
    {
        // Of a sum of falling terms: smaller ones add nothing that matters.
        const double Least = 1e-9;
        var (alive, mean, square, before, walk) = (Alive(history), 0.0, 0.0, 0.0, WalkOf(history, weeks));
        for (var at = 0; walk.Next(out var beyond); at++)
        {
            var more = beyond * ((2 * at) + 1);
            (mean, square) = (mean + beyond, square + more);
            if (more < before && more < Least * square)
            {
                break;
            }
            before = more;
        }
        return (1 - (alive * AnyOrder(history, weeks)), alive * mean, alive * square);
    }

    protected override IEnumerable<double> OrdersBeyond(PurchaseHistory history, double weeks)
    {
        var walk = WalkOf(history, weeks);
        while (walk.Next(out var beyond))
        {
            yield return beyond;
        }
    }

    private Walk WalkOf(in PurchaseHistory history, double weeks) => new(r + history.Orders, alpha + history.Age, weeks, a, b + history.Orders + (isModified ? 1 : 0));

    /// <summary>Nobody leaves between two orders: who still is a customer orders sooner or later.</summary>
    protected override double AnyOrder(in PurchaseHistory history, double weeks) => -MathExtra.ExpM1(-(r + history.Orders) * MathExtra.Log1P(weeks / (alpha + history.Age)));

    public override double? NextOrder(in PurchaseHistory history, double part, double accuracy = 1e-9)
    {
        var weeks = (alpha + history.Age) * MathExtra.ExpM1(-MathExtra.Log1P(-part) / (r + history.Orders));
        return weeks <= Longest ? weeks : null;
    }

    /// <summary>
    /// The chances of more than 0, 1, 2 … orders. Without leaving, the number K of orders is negative binomial; the j-th counts if the customer has stayed through those before, which has
    /// the probability E[(1−p)ʲ] = (b)ⱼ/(a+b)ⱼ. So P(more than j) = P(K &gt; j)·E[(1−p)ʲ]: the papers' hypergeometric functions as sums of positive terms, at any parameters.
    /// </summary>
    private struct Walk
    {
        private const double Least = 1e-18;

        private readonly double rate;
        private readonly double share;
        private readonly double a;
        private readonly double b;
        private double logTerm;
        private double term;
        private double left;
        private double stayed;
        private int at;

        public Walk(double rate, double scale, double weeks, double a, double b)
        {
            (this.rate, this.a, this.b) = (rate, a, b);
            share = weeks / (scale + weeks);
            logTerm = -rate * MathExtra.Log1P(weeks / scale);
            term = Math.Exp(logTerm);
            left = -MathExtra.ExpM1(logTerm);
            stayed = 1;
        }

        public bool Next(out double beyond)
        {
            beyond = left * stayed;
            if (!(beyond > Least))
            {
                return false;
            }
            stayed *= (b + at) / (a + b + at);
            at++;
            var ratio = share * (rate + at - 1) / at;
            if (term > 1e-290)
            {
                term *= ratio;
            }
            else
            {
                // Too small for a double, for now: many orders are far likelier than few.
                logTerm += Math.Log(ratio);
                term = Math.Exp(logTerm);
            }
            left -= term;
            return true;
        }
    }

    /// <summary>The log-likelihood of these parameters, with its first and second derivatives by them.</summary>
    public static double LogLikelihood(HistoryTable histories, bool isModified, ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> curvature)
    {
        var (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        var sums = OverRows(histories, isModified, r, alpha, a, b);
        var n = histories.Customers;
        var height = sums.Log + (n * r * Math.Log(alpha));
        gradient[0] = (n * Math.Log(alpha)) - sums.Age + sums.PGap;
        gradient[1] = (n * r / alpha) - sums.RateOverAge + sums.PRateGap;
        gradient[2] = sums.P / a;
        gradient[3] = -sums.PK;
        var (rr, rAlpha, alphaAlpha) = (sums.QGapGap, (n / alpha) - sums.OverAge + sums.PInverseGap + sums.QGapRate, (-n * r / (alpha * alpha)) + sums.RateOverAge2 - sums.PRateGap2 + sums.QRateRate);
        var (aa, ab, bb) = ((sums.Q - sums.P) / (a * a), -sums.QK / a, sums.QKK + sums.PKK);
        var (more, stays) = (histories.OrdersBeyond, isModified ? 1 : 0);
        for (var i = 0; i < more.Length; i++)
        {
            height += more[i] * Math.Log(r + i);
            gradient[0] += more[i] / (r + i);
            rr -= more[i] / ((r + i) * (r + i));
        }
        // ln B(a, b+x+stays) − ln B(a, b), order by order.
        for (var i = 0; i < more.Length + stays; i++)
        {
            var count = i < stays ? n : more[i - stays];
            var (ofB, ofBoth) = (1 / (b + i), 1 / (a + b + i));
            height += count * Math.Log((b + i) / (a + b + i));
            gradient[2] -= count * ofBoth;
            gradient[3] += count * (ofB - ofBoth);
            aa += count * ofBoth * ofBoth;
            ab += count * ofBoth * ofBoth;
            bb += count * ((ofBoth * ofBoth) - (ofB * ofB));
        }
        ReadOnlySpan<double> second =
        [
            rr, rAlpha, sums.QGap / a, -sums.QGapK,
            rAlpha, alphaAlpha, sums.QRate / a, -sums.QRateK,
            sums.QGap / a, sums.QRate / a, aa, ab,
            -sums.QGapK, -sums.QRateK, ab, bb,
        ];
        second.CopyTo(curvature);
        return height;
    }

    private readonly record struct RowSums(
        double Log, double Age, double PGap, double RateOverAge, double PRateGap, double P, double PK, double QGapGap, double OverAge, double PInverseGap, double QGapRate,
        double RateOverAge2, double PRateGap2, double QRateRate, double QGap, double QGapK, double QRate, double QRateK, double Q, double QK, double QKK, double PKK);

    /// <summary>
    /// What depends on times, over all rows at the width of the processor's vectors. A history either goes on (A) or ended at its last order (B): ln(A+B) = ln A + ln(1 + B/A), p the
    /// probability of B; the derivatives are sums of p, q = p(1−p) and what they are taken by.
    /// </summary>
    private static RowSums OverRows(HistoryTable histories, bool isModified, double r, double alpha, double a, double b)
    {
        Vector<double> log = default, age = default, pGap = default, rateOverAge = default, pRateGap = default, p1 = default, pk = default, qGapGap = default, overAge = default, pInverse = default, qGapRate = default;
        Vector<double> rateOverAge2 = default, pRateGap2 = default, qRateRate = default, qGap = default, qGapK = default, qRate = default, qRateK = default, q1 = default, qk = default, qkk = default, pkk = default;
        var (one, zero) = (Vector<double>.One, Vector<double>.Zero);
        var (vr, valpha, logA, beforeK) = (new Vector<double>(r), new Vector<double>(alpha), new Vector<double>(Math.Log(a)), new Vector<double>(b - (isModified ? 0 : 1)));
        var everybody = isModified ? Vector<double>.AllBitsSet : default;
        for (var i = 0; i < histories.Count; i += Vector<double>.Count)
        {
            var w = new Vector<double>(histories.Weights, i);
            var x = new Vector<double>(histories.Orders, i);
            var mayHaveLeft = Vector.GreaterThan(x, zero).As<long, double>() | everybody;
            var (rate, total, last) = (vr + x, valpha + new Vector<double>(histories.Ages, i), valpha + new Vector<double>(histories.LastOrders, i));
            var (overTotal, overLast) = (one / total, one / last);
            var logTotal = Vector.Log(total);
            var gap = logTotal - Vector.Log(last);
            var before = Vector.ConditionalSelect(mayHaveLeft.As<double, long>(), beforeK + x, one);
            var k = one / before;
            var odds = logA - Vector.Log(before) + (rate * gap);
            var small = Vector.Exp(-Vector.Abs(odds));
            var isOver = Vector.GreaterThan(odds, zero);
            var p = (Vector.ConditionalSelect(isOver, one, small) / (one + small)) & mayHaveLeft;
            log += w * (((Vector.Max(odds, zero) + Vector.Log(one + small)) & mayHaveLeft) - (rate * logTotal));
            var q = p * (one - p);
            var inverseGap = overTotal - overLast;
            var rateGap = rate * inverseGap;
            p *= w;
            q *= w;
            age += w * logTotal;
            overAge += w * overTotal;
            rateOverAge += w * rate * overTotal;
            rateOverAge2 += w * rate * overTotal * overTotal;
            p1 += p;
            pk += p * k;
            pkk += p * k * k;
            pGap += p * gap;
            pInverse += p * inverseGap;
            pRateGap += p * rateGap;
            pRateGap2 += p * rate * ((overTotal * overTotal) - (overLast * overLast));
            q1 += q;
            qk += q * k;
            qkk += q * k * k;
            qGap += q * gap;
            qGapK += q * gap * k;
            qGapGap += q * gap * gap;
            qGapRate += q * gap * rateGap;
            qRate += q * rateGap;
            qRateK += q * rateGap * k;
            qRateRate += q * rateGap * rateGap;
        }
        return new RowSums(
            Vector.Sum(log), Vector.Sum(age), Vector.Sum(pGap), Vector.Sum(rateOverAge), Vector.Sum(pRateGap), Vector.Sum(p1), Vector.Sum(pk), Vector.Sum(qGapGap), Vector.Sum(overAge), Vector.Sum(pInverse),
            Vector.Sum(qGapRate), Vector.Sum(rateOverAge2), Vector.Sum(pRateGap2), Vector.Sum(qRateRate), Vector.Sum(qGap), Vector.Sum(qGapK), Vector.Sum(qRate), Vector.Sum(qRateK), Vector.Sum(q1),
            Vector.Sum(qk), Vector.Sum(qkk), Vector.Sum(pkk));
    }
}
