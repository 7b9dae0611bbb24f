using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Tests.Metrics;

namespace Ciclo.Modules.Revenue.Tests;

/// <summary>Each metric from the plain list of what everybody did, period by period, as its formula says it.</summary>
internal sealed class RevenueReference(IReadOnlyList<Deed> deeds, Periods periods, long now, bool takesRefunds = true)
{
    private readonly Zone zone = RevenueWorld.Zone;
    private readonly Dictionary<string, MrrReference> mrrOf = deeds.Where(deed => deed.Event.StartsWith("Subscription", StringComparison.Ordinal)).GroupBy(deed => deed.User)
        .ToDictionary(group => group.Key, group => new MrrReference(
            [.. group.OrderBy(deed => deed.At).ThenBy(deed => "world:track:" + deed.Event + ":" + deed.Id, StringComparer.Ordinal).Select(FactOf)], RevenueWorld.Zone, MrrRules.DefaultAutoChurnAfter));

    public MetricCell Of(Metric metric, int period)
    {
        var (from, to) = (periods.StartOf(period), periods.StartOf(period + 1));
        var orders = deeds.Where(deed => deed.Event == "Order Completed" && deed.At >= from && deed.At < to).ToList();
        var byPerson = orders.GroupBy(order => order.User).ToList();
        var revenue = orders.Sum(AmountOf) - (takesRefunds ? deeds.Where(deed => deed.Event == "Order Refunded" && deed.At >= from && deed.At < to).Sum(AmountOf) : 0);
        var movement = MrrMetrics.Movements.ToList().IndexOf(metric);
        return metric.Id switch
        {
            "mrr" => new MetricCell(MrrAt(to) / 100m),
            "arr" => new MetricCell(MrrAt(to) * 12 / 100m),
            "ndr" => Retained(from, to, withExpansion: true),
            "grr" => Retained(from, to, withExpansion: false),
            "orders" => new MetricCell(orders.Count),
            "revenue" => new MetricCell(revenue),
            "customers" => new MetricCell(byPerson.Count),
            "units_sold" => new MetricCell(0),
            "aov" => new MetricCell(revenue, orders.Count),
            "arppu" => new MetricCell(revenue, byPerson.Count),
            "arpu" => new MetricCell(revenue, deeds.Where(deed => deed.At >= from && deed.At < to && deed.Event != "Email Sent").Select(deed => deed.User).Distinct().Count()),
            "repeat_purchase_rate" => new MetricCell(byPerson.Count(person => person.Count() > 1), byPerson.Count),
            "purchase_frequency" => new MetricCell(orders.Count, byPerson.Count),
            "crr" => new MetricCell(CustomersAt(from).Intersect(CustomersAt(Math.Min(to, now))).Count(), CustomersAt(from).Count()),
            "churn_rate" => new MetricCell(CustomersAt(from).Except(CustomersAt(Math.Min(to, now))).Count(), CustomersAt(from).Count()),
            "customers_at_risk" => new MetricCell(AtRisk(Math.Min(to, now)).Count()),
            "revenue_at_risk" => new MetricCell(AtRisk(Math.Min(to, now)).Sum(user => deeds
                .Where(deed => deed.User == user && deed.At < Math.Min(to, now) && deed.At >= Math.Min(to, now) - (365 * Durations.Day))
                .Sum(deed => deed.Event switch { "Order Completed" => AmountOf(deed), "Order Refunded" => -AmountOf(deed), _ => 0 }))),
            "ltv_historic" => ToDate(to),
            _ => new MetricCell(DaysOf(from, to).Sum(day => mrrOf.Values.Where(one => day >= one.FirstDay).Sum(one => one.Movements(day)[(MrrKind)movement])) / 100m),
        };
    }

    private long MrrAt(long end) => mrrOf.Values.Sum(one => one.Mrr(LastDay(end)));

    private int LastDay(long end) => Math.Min(zone.DayOf(end - 1), zone.DayOf(now));

    private IEnumerable<int> DaysOf(long from, long to) => Enumerable.Range(zone.DayOf(from), Math.Max(0, LastDay(to) - zone.DayOf(from) + 1));

    private MetricCell Retained(long from, long to, bool withExpansion)
    {
        var (kept, start) = (0L, 0L);
        foreach (var one in mrrOf.Values.Where(one => one.Mrr(zone.DayOf(from) - 1) > 0))
        {
            var began = one.Mrr(zone.DayOf(from) - 1);
            var (left, paused, resumed) = (began, 0L, 0L);
            foreach (var day in DaysOf(from, to))
            {
                var moved = one.Movements(day);
                left += moved[MrrKind.Contraction] + moved[MrrKind.Churn] + (withExpansion ? moved[MrrKind.Expansion] : 0);
                (paused, resumed) = (paused + moved[MrrKind.Pause], resumed + moved[MrrKind.Resume]);
                if (moved[MrrKind.Churn] != 0 && one.Mrr(day) == 0)
                {
                    break;
                }
            }
            (kept, start) = (kept + left + paused + Math.Min(resumed, Math.Max(0, -paused)), start + began);
        }
        return new MetricCell(kept / 100m, start / 100m);
    }

    private MetricCell ToDate(long end)
    {
        var orders = deeds.Where(deed => deed.Event == "Order Completed" && deed.At < end).ToList();
        return new MetricCell(
            orders.Sum(AmountOf) - deeds.Where(deed => deed.Event == "Order Refunded" && deed.At < end).Sum(AmountOf), orders.Select(order => order.User).Distinct().Count());
    }

    private IEnumerable<string> AtRisk(long end) => deeds.Where(deed => deed.Event == "Order Completed" && deed.At < end).GroupBy(deed => deed.User).Where(person =>
    {
        var at = person.Select(order => order.At).Order().ToList();
        var gaps = at.Skip(1).Zip(at, (next, one) => next - one).Order().ToList();
        var silence = end - at[^1];
        return at.Count >= 3 && silence > Math.Max(2 * gaps[(gaps.Count - 1) / 2], 14 * Durations.Day) && silence <= 365 * Durations.Day;
    }).Select(person => person.Key);

    private IEnumerable<string> CustomersAt(long at) =>
        deeds.Where(deed => deed.Event == "Order Completed" && deed.At < at && deed.At >= at - (365 * Durations.Day)).Select(deed => deed.User)
            .Union(mrrOf.Where(pair => IsSubscribed(pair.Value, at)).Select(pair => pair.Key));

    /// <summary>Whether a subscription went on at the end of a day of which the next one begins within the 365 days before.</summary>
    private bool IsSubscribed(MrrReference one, long at) => Enumerable.Range(one.FirstDay, Math.Max(0, zone.DayOf(at) - one.FirstDay)).Any(day =>
        zone.StartOfDay(day + 1) >= at - (365 * Durations.Day) && one.Subscriptions.Any(subscription => one.At(subscription, day).Standing is MrrReference.Standing.Live or MrrReference.Standing.Paused));

    private decimal AmountOf(Deed deed)
    {
        if (deed.Event == "Order Refunded" && deed.Cents is null)
        {
            // A world gives an order one such refund at most, and none beside it.
            return deeds.Where(order => order.Event == "Order Completed" && order.User == deed.User && order.Order == deed.Order && order.At <= deed.At).Sum(AmountOf);
        }
        var amount = (deed.Cents ?? 0) / 100m;
        return deed.Currency switch
        {
            "USD" => Math.Round(amount * RevenueWorld.RateOf(zone.DayOf(deed.At)), 6, MidpointRounding.ToEven),
            "EUR" => 0,
            _ => amount,
        };
    }

    private static Fact FactOf(Deed deed) =>
        new(Enum.Parse<SubscriptionChange>(deed.Event["Subscription ".Length..]), deed.At, deed.Subscription, deed.Cents ?? 0);
}
