using System.Text.Json.Serialization;
using Ciclo.Core.Predict.Fitting;
using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Value;

/// <summary>Which model of purchases. Persisted by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PurchaseKind>))]
public enum PurchaseKind
{
    BgNbd,
    MbgNbd,
    ParetoNbd,
}

/// <summary>What a customer is worth within a time.</summary>
/// <param name="Money">Expected, discounted, in the currency's units.</param>
/// <param name="Orders">Expected.</param>
/// <param name="Alive">The probability of still being a customer.</param>
/// <param name="MeanOrder">What an order is expected to be worth.</param>
public readonly record struct ExpectedValue(double Money, double Orders, double Alive, double MeanOrder);

/// <summary>When customers order (a <see cref="PurchaseModel"/>) and what an order is worth (<see cref="GammaGamma"/>, of all orders: the first says as much as another).</summary>
public sealed class ValueModel
{
    /// <summary>Of more customers every k-th is fitted to: parameters that this many leave open by a percent, more do not tell better in a way that matters.</summary>
    public const int MostFitted = 200_000;

    /// <summary>Weeks that are discounted as one, at their middle.</summary>
    private const double Step = 13;

    private ValueModel(PurchaseKind kind, PurchaseModel purchases, GammaGamma spending) => (Kind, Purchases, Spending) = (kind, purchases, spending);

    public PurchaseKind Kind { get; }

    public PurchaseModel Purchases { get; }

    public GammaGamma Spending { get; }

    /// <summary>How many parameters both have.</summary>
    internal int Parameters => Purchases.Fit.Parameters.Length + Spending.Fit.Parameters.Length;

    /// <summary>Fits both; throws <see cref="ArgumentException"/> where no order has an amount.</summary>
    public static ValueModel Fitted(PurchaseKind kind, ReadOnlySpan<Customer> customers, int most = MostFitted)
    {
        var some = Sampled(customers, most);
        var histories = HistoryTable.Of(Column(some, one => one.History.Orders), Column(some, one => one.History.LastOrder), Column(some, one => one.History.Age));
        var purchases = Shrinkage.Choose(some.Length, isShrunken => Purchasing(kind, histories, isShrunken), one => one.Fit);
        var (orders, means) = (Column(some, one => one.History.Orders + 1), Column(some, one => one.MeanOrder));
        var paid = means.Where(mean => mean > 0).ToList();
        var usual = paid.Count == 0 ? null : GammaGamma.Usual(paid.Average());
        return new ValueModel(kind, purchases, Shrinkage.Choose(paid.Count, isShrunken => GammaGamma.Fitted(orders, means, isShrunken ? usual : null), one => one.Fit));
    }

    /// <summary>The model with known parameters, in the order of their names.</summary>
    public static ValueModel Of(PurchaseKind kind, double[] purchases, double[] spending)
    {
        PurchaseModel model = kind == PurchaseKind.ParetoNbd ? ParetoNbd.Of(purchases[0], purchases[1], purchases[2], purchases[3])
            : BetaGeometric.Of(purchases[0], purchases[1], purchases[2], purchases[3], kind == PurchaseKind.MbgNbd);
        return new ValueModel(kind, model, GammaGamma.Of(spending[0], spending[1], spending[2]));
    }

    /// <summary>What a customer is worth in the next <paramref name="weeks"/>, discounted by a rate a week.</summary>
    public ExpectedValue Of(in Customer customer, double weeks, double weeklyRate)
    {
        var steps = weeklyRate == 0 ? 1 : Math.Max(1, (int)Math.Ceiling(weeks / Step));
        Span<double> until = stackalloc double[steps];
        for (var i = 0; i < steps; i++)
        {
            until[i] = weeks * (i + 1) / steps;
        }
        Span<double> orders = stackalloc double[steps];
        var alive = Purchases.ExpectedUntil(customer.History, until, orders);
        var (sum, before) = (0.0, 0.0);
        for (var i = 0; i < steps; i++)
        {
            sum += (orders[i] - before) * Math.Exp(-weeklyRate * (until[i] - (weeks / steps / 2)));
            before = orders[i];
        }
        var mean = Spending.Expected(customer.History.Orders + 1, customer.MeanOrder);
        return new ExpectedValue(sum * mean, before, alive, mean);
    }

    /// <summary>
    /// What a customer brings within the weeks, not discounted, lies between these with 80 % probability: nothing where no order comes, else gamma with the mean and the variance that the orders
    /// and their amounts have, whose quantiles are those of E. Wilson and M. Hilferty (PNAS 17, 1931).
    /// </summary>
    public (double Low, double High) Range(in Customer customer, double weeks)
    {
        const double Tail = 0.1;
        const double LeastShape = 0.3;
        var (none, mean, square) = Moments(customer, weeks);
        if (none >= 1 - Tail)
        {
            return (0, 0);
        }
        var (first, second) = (mean / (1 - none), square / (1 - none));
        var shape = Math.Max(LeastShape, first * first / Math.Max(1e-12, second - (first * first)));
        return (At(Tail), At(1 - Tail));

        double At(double part) => part <= none ? 0
            : first * Math.Pow(Math.Max(0, 1 - (1 / (9 * shape)) + (Normal.InvCDF(0, 1, (part - none) / (1 - none)) / Math.Sqrt(9 * shape))), 3);
    }

    /// <summary>How far what a customer brings within the weeks varies about what is expected: by the number of orders, by their amounts, and by the mean that is not known.</summary>
    internal double Variance(in Customer customer, double weeks)
    {
        var (_, mean, square) = Moments(customer, weeks);
        return Math.Max(0, square - (mean * mean));
    }

    /// <summary>Of what a customer brings within the weeks: the probability of nothing, its mean, and the mean of its square.</summary>
    private (double None, double Mean, double Square) Moments(in Customer customer, double weeks)
    {
        var (none, orders, squared) = Purchases.Moments(customer.History, weeks);
        var (mean, square, variance) = Spending.Moments(customer.History.Orders + 1, customer.MeanOrder);
        return (none, orders * mean, (orders * variance) + (squared * square));
    }

    /// <summary>The same model with one parameter moved by so much in its logarithm.</summary>
    internal ValueModel Moved(int parameter, double by)
    {
        var (orders, amounts) = (Purchases.Fit.Parameters.ToArray(), Spending.Fit.Parameters.ToArray());
        var (list, at) = parameter < orders.Length ? (orders, parameter) : (amounts, parameter - orders.Length);
        list[at] *= Math.Exp(by);
        return new ValueModel(Kind, Purchases.With(orders), GammaGamma.Of(amounts[0], amounts[1], amounts[2]));
    }

    /// <summary>How uncertain two parameters are together, in their logarithms; orders and amounts are fitted apart.</summary>
    internal double Covariance(int one, int other)
    {
        var first = Purchases.Fit.Parameters.Length;
        var found = one < first && other < first ? Purchases.Fit.Covariance[one, other] : one >= first && other >= first ? Spending.Fit.Covariance[one - first, other - first] : 0;
        return double.IsFinite(found) ? found : 0;
    }

    /// <summary>Every k-th, so that at most so many remain.</summary>
    public static Customer[] Sampled(ReadOnlySpan<Customer> customers, int most)
    {
        var stride = Math.Max(1, (customers.Length + most - 1) / most);
        var found = new Customer[(customers.Length + stride - 1) / stride];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = customers[i * stride];
        }
        return found;
    }

    private static double[] Column(Customer[] customers, Converter<Customer, double> of) => Array.ConvertAll(customers, of);

    private static PurchaseModel Purchasing(PurchaseKind kind, HistoryTable histories, bool isShrunken) => kind == PurchaseKind.ParetoNbd
        ? ParetoNbd.Fitted(histories, isShrunken ? ParetoNbd.Usual(histories) : null)
        : BetaGeometric.Fitted(histories, kind == PurchaseKind.MbgNbd, isShrunken ? BetaGeometric.Usual(histories) : null);
}
