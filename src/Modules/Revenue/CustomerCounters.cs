using Ciclo.Core.Time;

namespace Ciclo.Modules.Revenue;

/// <summary>Who stays a customer and who does not, by orders and subscriptions together.</summary>
internal static class CustomerCounters
{
    /// <summary>How long an order, or a subscription that ended, makes somebody a customer.</summary>
    private const long Kept = 365 * Durations.Day;

    /// <summary>Customers at a period's start, and of them those who still are at its end.</summary>
    public static void Stay(Customer one, Counts counts) => AtEnds(one, counts, Counts.One, 0);

    /// <summary>Customers at a period's start, and of them those who no longer are at its end.</summary>
    public static void Leave(Customer one, Counts counts) => AtEnds(one, counts, 0, Counts.One);

    private static void AtEnds(Customer one, Counts counts, Int128 stays, Int128 leaves)
    {
        var begun = one.Span.Begun;
        var (first, until, at) = (0, 0, 0L);
        foreach (var (from, to) in Times(one))
        {
            var (begins, finishes) = (one.Span.NextEnd(from), one.Span.NextEnd(to));
            if (begins > until)
            {
                Close();
                (first, until) = (begins, begins);
            }
            until = Math.Max(until, finishes);
            at = from;
        }
        Close();

        // A customer at the ends from number `first` on and before number `until`: each of them but the last has a next one.
        void Close()
        {
            Add(first, Math.Min(until - 1, begun), stays);
            Add(Math.Max(first, until - 1), Math.Min(until, begun), leaves);
        }

        void Add(int from, int to, Int128 part)
        {
            if (from < to)
            {
                counts.Add(from, to, part, Counts.One, at);
            }
        }
    }

    /// <summary>From when (left out) until when (included) somebody counts as a customer, ascending by when it begins; times may overlap.</summary>
    private static List<(long From, long Until)> Times(Customer one)
    {
        var times = new List<(long From, long Until)>();
        foreach (var line in one.Orders.Lines)
        {
            if (line.IsOrder)
            {
                times.Add((line.At, line.At + Kept));
            }
        }
        foreach (var days in one.Mrr.Subscribed)
        {
            times.Add((one.Zone.StartOfDay(days.From), days.Until == int.MaxValue ? long.MaxValue : one.Zone.StartOfDay(days.Until) + Kept));
        }
        times.Sort();
        return times;
    }
}
