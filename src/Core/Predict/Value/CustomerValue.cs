namespace Ciclo.Core.Predict.Value;

/// <summary>Expected, and between what it lies with 80 % probability.</summary>
public readonly record struct Forecast(double Expected, double Low, double High)
{
    /// <summary>Within so many standard deviations of a normal distribution 80 % lie.</summary>
    internal const double Reach = 1.2815515655446004;

    /// <summary>Of many that are summed up: nearly normal, and not below 0.</summary>
    internal static Forecast Of(double expected, double variance)
    {
        var reach = Reach * Math.Sqrt(Math.Max(0, variance));
        return new Forecast(expected, Math.Max(0, expected - reach), expected + reach);
    }
}

/// <summary>What customers will bring: expected orders (<see cref="PurchaseModel"/>) times what an order is worth (<see cref="GammaGamma"/>), which the models take to be independent.</summary>
public static class CustomerValue
{
    /// <summary>
    /// What a customer brings in so many weeks from now, times the margin, each week's orders discounted at its end by a rate a week. The interval is that of the number of orders, which
    /// is most of what is uncertain about one person: many have 0 at its lower end.
    /// </summary>
    /// <param name="orders">The customer's orders that have an amount, and their <paramref name="mean"/>.</param>
    public static Forecast Of(PurchaseModel purchases, GammaGamma amounts, in PurchaseHistory history, int orders, double mean, int weeks, double margin = 1, double weeklyRate = 0)
    {
        var each = amounts.Expected(orders, mean) * margin;
        var (plain, discounted) = (purchases.Expected(history, weeks), purchases.Discounted(history, weeks, weeklyRate));
        var (low, high) = purchases.Range(history, weeks);
        var part = plain > 0 ? discounted / plain : 1;
        return new Forecast(each * discounted, each * part * low, each * part * high);
    }

    /// <summary>
    /// Orders of all these customers together in so many weeks. Two things are uncertain: what each does, given the parameters, and the parameters, of which the fit's covariance tells
    /// (the delta method, with differences in the logarithms).
    /// </summary>
    public static Forecast OrdersOfAll(PurchaseModel model, HistoryTable histories, double weeks)
    {
        const double Step = 1e-4;
        var (expected, variance) = (Sum(model, histories, weeks), 0.0);
        for (var group = 0; group < histories.Count; group++)
        {
            variance += histories.WeightOf(group) * model.Variance(histories[group], weeks);
        }
        var parameters = model.Fit.Parameters;
        var slopes = new double[parameters.Length];
        for (var i = 0; i < slopes.Length; i++)
        {
            var (above, below) = (parameters.ToArray(), parameters.ToArray());
            (above[i], below[i]) = (above[i] * Math.Exp(Step), below[i] * Math.Exp(-Step));
            slopes[i] = (Sum(model.With(above), histories, weeks) - Sum(model.With(below), histories, weeks)) / (2 * Step);
        }
        for (var i = 0; i < slopes.Length; i++)
        {
            for (var j = 0; j < slopes.Length; j++)
            {
                variance += slopes[i] * slopes[j] * model.Fit.Covariance[i, j];
            }
        }
        return Forecast.Of(expected, variance);
    }

    private static double Sum(PurchaseModel model, HistoryTable histories, double weeks)
    {
        var sum = 0.0;
        for (var group = 0; group < histories.Count; group++)
        {
            sum += histories.WeightOf(group) * model.Expected(histories[group], weeks);
        }
        return sum;
    }
}
