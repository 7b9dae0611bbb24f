using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Revenue;

/// <summary>Customers who have gone without an order for much longer than they use to, and are not gone yet.</summary>
internal static class RiskCounters
{
    private const int FewestOrders = 3;
    private const long LeastSilence = 14 * Durations.Day;
    private const long Year = 365 * Durations.Day;

    public static void Customers(Customer one, Counts counts) => Each(one, (from, until, at) => counts.Add(from, until, Counts.One, 0, at));

    public static void Revenue(Customer one, Counts counts) => Each(one, (from, until, at) =>
    {
        for (var period = from; period < until; period++)
        {
            var end = one.Span.Ends[period + 1];
            Int128 sum = 0;
            foreach (var line in one.Orders.Lines)
            {
                sum += line.At < end && line.At >= end - Year ? line.Micros : 0;
            }
            counts.Add(period, period + 1, sum, 0, at);
        }
    });

    /// <summary>The periods, from one up to another, at whose end the customer is at risk, and when the order before was.</summary>
    private static void Each(Customer one, Action<int, int, long> take)
    {
        var gaps = new List<long>();
        var (orders, last) = (0, 0L);
        foreach (var line in one.Orders.Lines)
        {
            if (!line.IsOrder)
            {
                continue;
            }
            Close(line.At);
            if (orders > 0)
            {
                var gap = line.At - last;
                var place = gaps.BinarySearch(gap);
                gaps.Insert(place < 0 ? ~place : place, gap);
            }
            (orders, last) = (orders + 1, line.At);
        }
        Close(long.MaxValue);

        void Close(long next)
        {
            if (orders < FewestOrders)
            {
                return;
            }
            var silence = Math.Max(2 * gaps[(gaps.Count - 1) / 2], LeastSilence);
            // A period knows the orders before its end: it ends after so long a silence, and not after the next order.
            var from = Math.Max(0, one.Span.NextEnd(last + silence) - 1);
            var until = Math.Min(one.Span.NextEnd(Math.Min(next, last + Year)) - 1, one.Span.Begun);
            if (from < until)
            {
                take(from, until, last);
            }
        }
    }
}
