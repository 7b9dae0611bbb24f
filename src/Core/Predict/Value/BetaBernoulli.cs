using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Value;

/// <summary>
/// BG/BB, for customers who have occasions to buy one after the other: a season's catalogue, a yearly donation (P. S. Fader, B. G. S. Hardie, J. Shang, Customer-base analysis in a
/// discrete-time noncontractual setting, Marketing Science 29, 2010). On each occasion a customer buys with a probability of his own, beta(α, β) over customers, and before each he leaves
/// with a probability of his own, beta(γ, δ). Times count occasions.
/// </summary>
public sealed class BetaBernoulli : PurchaseModel
{
    public const int MostOccasions = 10_000;

    private static readonly string[] Names = ["alpha", "beta", "gamma", "delta"];

    private readonly double alpha;
    private readonly double beta;
    private readonly double gamma;
    private readonly double delta;

    private BetaBernoulli(Fit fit)
        : base(fit) => (alpha, beta, gamma, delta) = (fit.Parameters[0], fit.Parameters[1], fit.Parameters[2], fit.Parameters[3]);

    /// <summary>What is usual, loosely.</summary>
    public static LogPrior Usual { get; } = new([1, 1, 0.8, 3], 1.2);

    /// <summary>The model with known parameters α, β, γ, δ.</summary>
    public static BetaBernoulli Of(double alpha, double beta, double gamma, double delta) =>
        new(new Fit(Names, [alpha, beta, gamma, delta], double.NaN, new double[4, 4], true) { IsPositive = true });

    /// <summary>Fits α, β, γ, δ by maximum likelihood, or with a prior.</summary>
    public static BetaBernoulli Fitted(HistoryTable histories, LogPrior? prior = null)
    {
        double[] start = [.. Usual.Center];
        return new BetaBernoulli(Ascent.OfPositive(Names, (parameters, gradient, curvature) => LogLikelihood(histories, parameters, gradient, curvature), start, prior));
    }

    public override PurchaseModel With(double[] parameters) => Of(parameters[0], parameters[1], parameters[2], parameters[3]);

    /// <summary>The probability that a customer comes to the next occasion at all (formula 11 of the paper, one occasion ahead).</summary>
    public override double Alive(in PurchaseHistory history)
    {
        var (occasions, goes) = ((int)history.Age, Comes(history));
        return goes * (delta + occasions) / (gamma + delta + occasions);
    }

    /// <summary>The probability that a customer came to the last occasion.</summary>
    private double Comes(in PurchaseHistory history)
    {
        var parameters = Fit.Parameters;
        var tables = new Rising[] { new(alpha, (int)history.Age), new(beta, (int)history.Age), new(alpha + beta, (int)history.Age), new(delta, (int)history.Age), new(gamma + delta, (int)history.Age + 1) };
        var (x, last, n) = (history.Orders, history.Orders == 0 ? 0 : (int)history.LastOrder, (int)history.Age);
        var stays = Part(tables, x, n, n);
        var gone = 0.0;
        for (var left = last; left < n; left++)
        {
            gone += Math.Exp(Part(tables, x, left, left) + Math.Log(parameters[2] / (gamma + delta + left)) - stays);
        }
        return 1 / (1 + gone);
    }

    protected override double ExpectedWhileAlive(in PurchaseHistory history, double weeks)
    {
        // Given that the next occasion is come to; Alive counts the chance of that.
        var (occasions, sum, stays) = ((int)history.Age, 0.0, 1.0);
        for (var i = 1; i <= (int)weeks; i++)
        {
            sum += stays;
            stays *= (delta + occasions + i) / (gamma + delta + occasions + i);
        }
        return sum * (alpha + history.Orders) / (alpha + beta + occasions);
    }

    protected override double AnyOrder(in PurchaseHistory history, double weeks) => OrdersBeyond(history, Math.Max(1, Math.Floor(weeks))).FirstOrDefault();

    /// <summary>By when a customer leaves, and how many of the occasions until then are bought on, which is beta-binomial.</summary>
    protected override IEnumerable<double> OrdersBeyond(PurchaseHistory history, double weeks)
    {
        var (ahead, occasions) = ((int)weeks, (int)history.Age);
        var exactly = new double[ahead + 1];
        var stays = 1.0;
        for (var comes = 1; comes <= ahead; comes++)
        {
            var leaves = comes == ahead ? 0 : gamma / (gamma + delta + occasions + comes);
            BetaBinomial(alpha + history.Orders, beta + occasions - history.Orders, comes, stays * (comes == ahead ? 1 : leaves), exactly);
            stays *= 1 - leaves;
        }
        var beyond = 1.0;
        foreach (var probability in exactly.SkipLast(1))
        {
            beyond -= probability;
            yield return Math.Max(0, beyond);
        }
    }

    private static void BetaBinomial(double a, double b, int occasions, double weight, double[] exactly)
    {
        var log = 0.0;
        for (var i = 0; i < occasions; i++)
        {
            log += Math.Log((b + i) / (a + b + i));
        }
        for (var k = 0; k <= occasions; k++)
        {
            exactly[k] += weight * Math.Exp(log);
            log += k < occasions ? Math.Log((occasions - k) / (k + 1.0) * (a + k) / (b + occasions - k - 1)) : 0;
        }
    }

    /// <summary>ln (a)ₖ for k from 0 on, with its first two derivatives: Γ and B of what lies whole numbers apart, without a gamma function.</summary>
    private readonly struct Rising
    {
        public readonly double[] Log;
        public readonly double[] First;
        public readonly double[] Second;

        public Rising(double a, int most)
        {
            (Log, First, Second) = (new double[most + 1], new double[most + 1], new double[most + 1]);
            for (var k = 0; k < most; k++)
            {
                Log[k + 1] = Log[k] + Math.Log(a + k);
                First[k + 1] = First[k] + (1 / (a + k));
                Second[k + 1] = Second[k] - (1 / ((a + k) * (a + k)));
            }
        }
    }

    /// <summary>The logarithm of buying x times in <paramref name="occasions"/> of them, and of staying through <paramref name="stayed"/>.</summary>
    private static double Part(Rising[] tables, int x, int occasions, int stayed) =>
        tables[0].Log[x] + tables[1].Log[occasions - x] - tables[2].Log[occasions] + tables[3].Log[stayed] - tables[4].Log[stayed];

    /// <summary>The log-likelihood of these parameters, with its first and second derivatives by them.</summary>
    public static double LogLikelihood(HistoryTable histories, ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> curvature)
    {
        var (alpha, beta, gamma, delta) = (parameters[0], parameters[1], parameters[2], parameters[3]);
        var most = (int)histories.Ages.Max();
        var tables = new Rising[] { new(alpha, most), new(beta, most), new(alpha + beta, most), new(delta, most), new(gamma + delta, most + 1) };
        gradient.Clear();
        curvature.Clear();
        var height = 0.0;
        var part = new double[4];
        var (mean, second) = (new double[4], new double[16]);
        for (var row = 0; row < histories.Count; row++)
        {
            var (x, last, n, weight) = ((int)histories.Orders[row], (int)histories.LastOrders[row], (int)histories.Ages[row], histories.Weights[row]);
            Array.Clear(mean);
            Array.Clear(second);
            var stays = Part(tables, x, n, n);
            var total = 1.0;
            AddPart(1, n, false);
            for (var left = last; left < n; left++)
            {
                var share = Math.Exp(Part(tables, x, left, left) + Math.Log(gamma / (gamma + delta + left)) - stays);
                total += share;
                AddPart(share, left, true);
            }
            height += weight * (stays + Math.Log(total));
            for (var i = 0; i < 4; i++)
            {
                gradient[i] += weight * mean[i] / total;
                for (var j = 0; j < 4; j++)
                {
                    curvature[(i * 4) + j] += weight * ((second[(i * 4) + j] / total) - (mean[i] * mean[j] / (total * total)));
                }
            }

            void AddPart(double share, int occasions, bool leaves)
            {
                var (both, exits) = (tables[2].First[occasions], tables[4].First[occasions]);
                var (bothCurve, exitsCurve) = (tables[2].Second[occasions], tables[4].Second[occasions]);
                var (end, gammaCurve) = (0.0, 0.0);
                if (leaves)
                {
                    (end, gammaCurve) = (1 / (gamma + delta + occasions), -1 / (gamma * gamma));
                }
                part[0] = tables[0].First[x] - both;
                part[1] = tables[1].First[occasions - x] - both;
                part[2] = (leaves ? 1 / gamma : 0) - exits - end;
                part[3] = tables[3].First[occasions] - exits - end;
                for (var i = 0; i < 4; i++)
                {
                    mean[i] += share * part[i];
                    for (var j = 0; j < 4; j++)
                    {
                        second[(i * 4) + j] += share * part[i] * part[j];
                    }
                }
                var exit = (end * end) - exitsCurve;
                second[0] += share * (tables[0].Second[x] - bothCurve);
                second[1] -= share * bothCurve;
                second[4] -= share * bothCurve;
                second[5] += share * (tables[1].Second[occasions - x] - bothCurve);
                second[10] += share * (gammaCurve + exit);
                second[11] += share * exit;
                second[14] += share * exit;
                second[15] += share * (tables[3].Second[occasions] + exit);
            }
        }
        return height;
    }
}
