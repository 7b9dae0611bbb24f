using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Revenue;

/// <summary>What one customer adds to the metrics of orders.</summary>
internal static class OrderCounters
{
    public static void Orders(Customer one, Counts counts)
    {
        foreach (var line in one.Orders.Lines)
        {
            if (line.IsOrder && one.Span.Find(line.At) is >= 0 and var period)
            {
                counts.Add(period, period + 1, Counts.One, 0, line.At, line.Event);
            }
        }
    }

    public static void Revenue(Customer one, Counts counts)
    {
        if (!one.IsBrokenDown)
        {
            Amounts(one, counts, 0, isRow: true);
            return;
        }
        foreach (var (line, period) in one.Counted)
        {
            one.Products!.Read(line.IsOrder ? line.Event : OrderOf(one, line));
            foreach (var (product, part) in one.Products.Share(line.Micros))
            {
                counts.Add(period, period + 1, part, 0, line.At, line.Event, GroupOf(counts, product));
            }
        }
    }

    public static void Units(Customer one, Counts counts)
    {
        foreach (var line in one.Orders.Lines)
        {
            if (line.IsOrder && one.Span.Find(line.At) is >= 0 and var period)
            {
                one.Products!.Read(line.Event);
                foreach (var product in one.Products.Lines)
                {
                    counts.Add(period, period + 1, product.Units, 0, line.At, line.Event, one.IsBrokenDown ? GroupOf(counts, product) : 0);
                }
            }
        }
    }

    public static void Aov(Customer one, Counts counts) => Amounts(one, counts, Counts.One, isRow: true);

    /// <summary>Revenue over people with an order.</summary>
    public static void PerCustomer(Customer one, Counts counts)
    {
        Amounts(one, counts, 0, isRow: false);
        EachCount(one, static (_, period, at, counts) => counts.Add(period, period + 1, 0, Counts.One, at), counts);
    }

    /// <summary>Revenue over people who did anything.</summary>
    public static void PerPerson(Customer one, Counts counts)
    {
        Amounts(one, counts, 0, isRow: false);
        foreach (var (period, at) in one.Active)
        {
            counts.Add(period, period + 1, 0, Counts.One, at);
        }
    }

    public static void Customers(Customer one, Counts counts) =>
        EachCount(one, static (_, period, at, counts) => counts.Add(period, period + 1, Counts.One, 0, at), counts);

    public static void Repeat(Customer one, Counts counts) =>
        EachCount(one, static (orders, period, at, counts) => counts.Add(period, period + 1, orders > 1 ? Counts.One : 0, Counts.One, at), counts);

    public static void Frequency(Customer one, Counts counts) =>
        EachCount(one, static (orders, period, at, counts) => counts.Add(period, period + 1, orders * Counts.One, Counts.One, at), counts);

    /// <summary>Net revenue so far, over those who have ordered so far.</summary>
    public static void ToDate(Customer one, Counts counts)
    {
        var hasOrdered = false;
        foreach (var line in one.Orders.Lines)
        {
            var isFirst = line.IsOrder && !hasOrdered;
            hasOrdered |= line.IsOrder;
            if (one.Span.From(line.At) is var from && from < one.Span.Count)
            {
                counts.Add(from, one.Span.Count, line.Micros, isFirst ? Counts.One : 0, line.At);
            }
        }
    }

    /// <param name="whole">What an order counts below the line; a refund counts nothing there.</param>
    /// <param name="isRow">Whether each order is a row, or each customer.</param>
    private static void Amounts(Customer one, Counts counts, Int128 whole, bool isRow)
    {
        foreach (var (line, period) in one.Counted)
        {
            counts.Add(period, period + 1, line.Micros, line.IsOrder ? whole : 0, line.At, isRow ? line.Event : -1);
        }
    }

    /// <summary>The event that says what a refund is of: itself, else the order of its number, else the last order before.</summary>
    private static int OrderOf(Customer one, OrderLine refund)
    {
        one.Products!.Read(refund.Event);
        if (one.Products.IsSaid)
        {
            return refund.Event;
        }
        var (id, found) = (one.OrderIdOf(refund.Event), refund.Event);
        foreach (var line in one.Orders.Lines)
        {
            if (line.IsOrder && line.Event < refund.Event && (id == 0 || one.OrderIdOf(line.Event) == id))
            {
                found = line.Event;
            }
        }
        return found;
    }

    private static int GroupOf(Counts counts, ProductLine product) => product.Name.Length == 0 ? 0 : counts.GroupNames.Add(product.Name) + 1;

    /// <summary>How many orders the customer placed in each period with any, and when the last of them.</summary>
    private static void EachCount(Customer one, Action<int, int, long, Counts> take, Counts counts)
    {
        var (orders, current, at) = (0, -1, 0L);
        foreach (var line in one.Orders.Lines)
        {
            if (!line.IsOrder || one.Span.Find(line.At) is not (>= 0 and var period))
            {
                continue;
            }
            if (period != current && orders > 0)
            {
                take(orders, current, at, counts);
                orders = 0;
            }
            (orders, current, at) = (orders + 1, period, line.At);
        }
        if (orders > 0)
        {
            take(orders, current, at, counts);
        }
    }
}
