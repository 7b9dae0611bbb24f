namespace Ciclo.Core.Predict.Value;

/// <summary>A day on which a customer ordered or was refunded. Orders of one day are one.</summary>
/// <param name="Day">A count of days from any one on.</param>
/// <param name="Money">What came in on it less what was refunded on it, in the currency's units.</param>
public readonly record struct OrderDay(int Day, bool HasOrder, double Money);

/// <summary>What models of value read of a customer as of a day.</summary>
/// <param name="MeanOrder">Of all orders, the first too, less refunds; 0 or less where nothing remained.</param>
public readonly record struct Customer(PurchaseHistory History, double MeanOrder)
{
    private const double Week = 7;

    /// <summary>Of days ascending, those before <paramref name="until"/>; null for somebody who had no order then.</summary>
    public static Customer? AsOf(ReadOnlySpan<OrderDay> days, int until)
    {
        var (first, last, orders, money) = (0, 0, 0, 0.0);
        foreach (var day in days)
        {
            if (day.Day >= until)
            {
                break;
            }
            money += day.Money;
            if (day.HasOrder)
            {
                (first, last, orders) = (orders == 0 ? day.Day : first, day.Day, orders + 1);
            }
        }
        return orders == 0 ? null : new Customer(new PurchaseHistory(orders - 1, (last - first) / Week, (until - first) / Week), money / orders);
    }
}
