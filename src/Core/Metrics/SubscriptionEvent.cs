using Ciclo.Core.Values;

namespace Ciclo.Core.Metrics;

public enum SubscriptionChange
{
    Started = 0,
    Updated = 1,
    Paused = 2,
    Resumed = 3,
    Cancelled = 4,
    Renewed = 5,
}

public enum BillingInterval
{
    /// <summary>The event does not say.</summary>
    Unsaid = 0,
    Day = 1,
    Week = 2,
    Month = 3,
    Year = 4,
    /// <summary>It says one that is none of these.</summary>
    Unknown = 5,
}

/// <summary>
/// What a subscription costs, as one event says it; null, or -1 for the plan, where it does not. Amounts are in major units of
/// <paramref name="Currency"/> for each interval.
/// </summary>
/// <param name="Discount">Off the amount of all units together, for each interval.</param>
public readonly record struct SubscriptionTerms(
    Number? Amount, BillingInterval Interval, Number? IntervalCount, Number? Quantity, Number? Discount, string? Currency, int Plan)
{
    public static SubscriptionTerms Unsaid { get; } = new(null, BillingInterval.Unsaid, null, null, null, null, -1);

    /// <summary>What is said later takes the place of what was said before; the rest stays.</summary>
    public SubscriptionTerms With(in SubscriptionTerms later) => new(
        later.Amount ?? Amount, later.Interval == BillingInterval.Unsaid ? Interval : later.Interval, later.IntervalCount ?? IntervalCount,
        later.Quantity ?? Quantity, later.Discount ?? Discount, later.Currency ?? Currency, later.Plan < 0 ? Plan : later.Plan);
}

/// <summary>One subscription event of a customer.</summary>
/// <param name="At">When it takes effect: `effective_at`, else the event's timestamp.</param>
/// <param name="Subscription">Which one, told apart from the customer's others.</param>
public readonly record struct SubscriptionEvent(SubscriptionChange Change, long At, UInt128 Subscription, SubscriptionTerms Terms);
