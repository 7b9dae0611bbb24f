using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>Reads the orders and subscription events of one customer after the other and lets the counters of a question look at each.</summary>
internal sealed class RevenueFold : IHistoryFold
{
    private const int FirstOrder = 8;
    private const int Other = 15;

    /// <summary>On a code: the event is something that the customer did.</summary>
    private const int IsOwn = 16;

    /// <summary>The places of a subscription's paths in <see cref="Paths"/>; those of an order come before.</summary>
    private enum At
    {
        SubscriptionId = 7,
        Plan,
        Amount,
        Interval,
        IntervalCount,
        Quantity,
        Discount,
        EffectiveAt,
    }

    private static readonly Dictionary<string, int> Codes = new(StringComparer.Ordinal)
    {
        ["Subscription Started"] = (int)SubscriptionChange.Started,
        ["Subscription Updated"] = (int)SubscriptionChange.Updated,
        ["Subscription Paused"] = (int)SubscriptionChange.Paused,
        ["Subscription Resumed"] = (int)SubscriptionChange.Resumed,
        ["Subscription Cancelled"] = (int)SubscriptionChange.Cancelled,
        ["Subscription Renewed"] = (int)SubscriptionChange.Renewed,
        ["Order Completed"] = FirstOrder,
        ["Order Refunded"] = FirstOrder + 1,
    };

    private static readonly string[] Usual =
    [
        .. OrderFields.Paths,
        "subscription_id", "plan", "amount", "interval", "interval_count", "quantity", "discount", "effective_at",
    ];

    private readonly Counter[] counters;
    private readonly Customer customer;
    private readonly Counts counts;
    private readonly Zone zone;
    private readonly long now;
    private readonly Needs needs;
    private readonly EventFields fields = new();

    /// <param name="counters">What is counted of each customer.</param>
    /// <param name="customer">Room for one customer.</param>
    /// <param name="counts">Where it goes.</param>
    /// <param name="zone">Of dates without one.</param>
    /// <param name="now">How far subscriptions are known.</param>
    /// <param name="breakdown">`product` and `category` are read of orders only where they are asked for.</param>
    public RevenueFold(Counter[] counters, Customer customer, Counts counts, Zone zone, long now, string breakdown)
    {
        (this.counters, this.customer, this.counts, this.zone, this.now) = (counters, customer, counts, zone, now);
        needs = counters.Aggregate((Needs)0, (all, one) => all | one.Needs);
        var readsProducts = (needs & Needs.Products) != 0 || breakdown is "product" or "category";
        Paths = readsProducts ? [.. Usual, .. ProductLines.Paths] : Usual;
        customer.Products = readsProducts ? new ProductLines(fields, Usual.Length, breakdown == "category") : null;
        customer.OrderIdOf = e => fields.Id(OrderFields.OrderId, e);
    }

    public IReadOnlyList<string> Paths { get; }

    public int CodeOf(EventKind kind, string name)
    {
        var need = (Needs)0;
        if (kind.Type == CallType.Track && Codes.TryGetValue(name, out var code))
        {
            need = code >= FirstOrder ? Needs.Orders : Needs.Subscriptions;
        }
        else
        {
            code = Other;
        }
        var isOwn = (needs & Needs.Anything) != 0 && (kind.Flags & (PackedFlags.System | PackedFlags.Bot)) == 0;
        return (needs & need) == 0 ? isOwn ? Other | IsOwn : -1 : code | (isOwn ? IsOwn : 0);
    }

    public void Take(in ProfileEvents profile)
    {
        customer.Clear();
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var i = 0; i < codes.Length; i++)
        {
            if ((codes[i] & IsOwn) != 0 && customer.Span.Find(at[i]) is >= 0 and var period && (customer.Active.Count == 0 || customer.Active[^1].Period != period))
            {
                customer.Active.Add((period, at[i]));
            }
            if ((codes[i] & ~IsOwn) is < Other and var code)
            {
                Read(i, at[i], code);
            }
        }
        customer.Mrr.Close(now);
        counts.Begin(profile.Profile, i => fields.IdText(OrderFields.OrderId, i));
        for (var i = 0; i < counters.Length; i++)
        {
            counters[i].Count(customer, counts);
            counts.End(i);
        }
    }

    private void Read(int i, long at, int code)
    {
        if (code >= FirstOrder)
        {
            OrderFields.Read(fields, i, at, isRefund: code > FirstOrder, customer.Orders);
            return;
        }
        var change = (SubscriptionChange)code;
        var terms = change is SubscriptionChange.Started or SubscriptionChange.Updated
            ? new SubscriptionTerms(
                NumberOf(At.Amount, i), IntervalOf(i), NumberOf(At.IntervalCount, i), NumberOf(At.Quantity, i), NumberOf(At.Discount, i), fields.Word(OrderFields.Currency, i), PlanOf(i))
            : SubscriptionTerms.Unsaid;
        customer.Mrr.Add(new SubscriptionEvent(change, EffectiveAt(i) ?? at, fields.Id((int)At.SubscriptionId, i), terms));
    }

    private Number? NumberOf(At what, int i) => fields.Number((int)what, i);

    private int PlanOf(int i)
    {
        var text = fields.Text((int)At.Plan, i);
        return !text.IsEmpty ? counts.GroupNames.Add(text) : NumberOf(At.Plan, i) is { } number ? counts.GroupNames.Add(number.ToString()) : Names.None;
    }

    private BillingInterval IntervalOf(int i)
    {
        var text = fields.Text((int)At.Interval, i);
        return text.IsEmpty ? BillingInterval.Unsaid
            : text.SequenceEqual("month"u8) ? BillingInterval.Month
            : text.SequenceEqual("year"u8) ? BillingInterval.Year
            : text.SequenceEqual("week"u8) ? BillingInterval.Week
            : text.SequenceEqual("day"u8) ? BillingInterval.Day
            : BillingInterval.Unknown;
    }

    private long? EffectiveAt(int i)
    {
        var text = fields.Text((int)At.EffectiveAt, i);
        if (text.IsEmpty || text.Length > 40)
        {
            return null;
        }
        Span<char> chars = stackalloc char[40];
        return Encoding.UTF8.TryGetChars(text, chars, out var length) && Instants.TryParse(chars[..length], zone, out var ms) ? ms : null;
    }
}
