using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Revenue;

/// <summary>Events that a metric needs.</summary>
[Flags]
internal enum Needs
{
    Orders = 1,
    Subscriptions = 2,
    /// <summary>Whatever customers do.</summary>
    Anything = 4,
    /// <summary>What was in each order.</summary>
    Products = 8,
}

/// <summary>How a metric is counted of one customer after the other. <paramref name="Factor"/>: each part times this is the number.</summary>
internal sealed record Counter(Metric Metric, Needs Needs, Action<Customer, Counts> Count, int Factor = 1)
{
    public static IReadOnlyList<Counter> All { get; } =
    [
        new(MrrMetrics.Mrr, Needs.Subscriptions, MrrCounters.Level),
        new(MrrMetrics.Arr, Needs.Subscriptions, MrrCounters.Level, 12),
        .. MrrMetrics.Movements.Select((metric, kind) => new Counter(metric, Needs.Subscriptions, (one, counts) => MrrCounters.Movements(one, counts, (MrrKind)kind))),
        new(MrrMetrics.Ndr, Needs.Subscriptions, (one, counts) => MrrCounters.Retained(one, counts, withExpansion: true)),
        new(MrrMetrics.Grr, Needs.Subscriptions, (one, counts) => MrrCounters.Retained(one, counts, withExpansion: false)),
        new(MrrMetrics.RenewalRate, Needs.Subscriptions, MrrCounters.Renewals),
        new(OrderMetrics.Orders, Needs.Orders, OrderCounters.Orders),
        new(OrderMetrics.Revenue, Needs.Orders, OrderCounters.Revenue),
        new(OrderMetrics.Units, Needs.Orders | Needs.Products, OrderCounters.Units),
        new(OrderMetrics.Customers, Needs.Orders, OrderCounters.Customers),
        new(OrderMetrics.Aov, Needs.Orders, OrderCounters.Aov),
        new(OrderMetrics.Arpu, Needs.Orders | Needs.Anything, OrderCounters.PerPerson),
        new(OrderMetrics.Arppu, Needs.Orders, OrderCounters.PerCustomer),
        new(OrderMetrics.RepeatRate, Needs.Orders, OrderCounters.Repeat),
        new(OrderMetrics.Frequency, Needs.Orders, OrderCounters.Frequency),
        new(OrderMetrics.Retention, Needs.Orders | Needs.Subscriptions, CustomerCounters.Stay),
        new(OrderMetrics.ChurnRate, Needs.Orders | Needs.Subscriptions, CustomerCounters.Leave),
        new(OrderMetrics.AtRisk, Needs.Orders, RiskCounters.Customers),
        new(OrderMetrics.RevenueAtRisk, Needs.Orders, RiskCounters.Revenue),
        new(OrderMetrics.LtvHistoric, Needs.Orders, OrderCounters.ToDate),
    ];

    public static Counter Of(Metric metric) => All.First(one => one.Metric.Id == metric.Id);
}
