using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Revenue;

/// <summary>Reads the orders and subscription events of one customer after the other and lets the counters of a question look at each.</summary>
internal sealed class RevenueFold(Counter[] counters, Customer customer, Counts counts, Zone zone, long now) : IHistoryFold
{
    private const int FirstOrder = 8;
    private const int Other = 15;

    /// <summary>On a code: the event is something that the customer did.</summary>
    private const int IsOwn = 16;

    /// <summary>The places of paths in <see cref="Paths"/>.</summary>
    private enum At
    {
        Currency = 0,
        OrderId,
        Revenue,
        Total,
        Tax,
        Shipping,
        Subtotal,
        SubscriptionId,
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

    private readonly Needs needs = counters.Aggregate((Needs)0, (all, one) => all | one.Needs);
    private readonly Names currencies = new();
    private ScanPath[] paths = [];
    private int[] numbers = [];

    public IReadOnlyList<string> Paths { get; } =
    [
        "currency", "order_id", "revenue", "total", "tax", "shipping", "subtotal",
        "subscription_id", "plan", "amount", "interval", "interval_count", "quantity", "discount", "effective_at",
    ];

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
        if (!ReferenceEquals(paths, profile.Paths))
        {
            paths = profile.Paths;
            numbers = [.. Paths.Select(profile.State.Staged.Paths.Find)];
        }
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
                Read(profile.Events, i, at[i], code);
            }
        }
        customer.Mrr.Close(now);
        var scan = profile.Events;
        counts.Begin(profile.Profile, i => TextOf(scan, At.OrderId, i) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : NumberOf(At.OrderId, i)?.ToString() ?? "");
        for (var i = 0; i < counters.Length; i++)
        {
            counters[i].Count(customer, counts);
            counts.End(i);
        }
    }

    private void Read(HistoryScan scan, int i, long at, int code)
    {
        if (code >= FirstOrder)
        {
            var amounts = new OrderAmounts(NumberOf(At.Revenue, i), NumberOf(At.Total, i), NumberOf(At.Tax, i), NumberOf(At.Shipping, i), NumberOf(At.Subtotal, i));
            UInt128? order = IdOf(scan, At.OrderId, i) is var id && id == 0 ? null : id;
            if (code == FirstOrder)
            {
                customer.Orders.Add(at, order, amounts, CurrencyOf(scan, i), i);
            }
            else
            {
                customer.Orders.Refund(at, order, amounts, CurrencyOf(scan, i), i);
            }
            return;
        }
        var change = (SubscriptionChange)code;
        var terms = change is SubscriptionChange.Started or SubscriptionChange.Updated
            ? new SubscriptionTerms(NumberOf(At.Amount, i), IntervalOf(scan, i), NumberOf(At.IntervalCount, i), NumberOf(At.Quantity, i), NumberOf(At.Discount, i), CurrencyOf(scan, i), PlanOf(scan, i))
            : SubscriptionTerms.Unsaid;
        customer.Mrr.Add(new SubscriptionEvent(change, EffectiveAt(scan, i) ?? at, IdOf(scan, At.SubscriptionId, i), terms));
    }

    private Number? NumberOf(At what, int i)
    {
        var path = paths[(int)what];
        return path.TryGetMicros(i, out var micros) ? Number.FromSmallMicros(micros) : path.Get(i) is { Kind: ValueKind.Number } value ? value.AsNumber : null;
    }

    /// <summary>Ids are texts or numbers; 0 for none.</summary>
    private UInt128 IdOf(HistoryScan scan, At what, int i)
    {
        var text = TextOf(scan, what, i);
        return !text.IsEmpty ? Hash.Of(text) : NumberOf(what, i) is { } number ? (UInt128)number.Micros + 1 : 0;
    }

    private string? CurrencyOf(HistoryScan scan, int i)
    {
        var text = TextOf(scan, At.Currency, i);
        return text.IsEmpty ? null : currencies[currencies.Add(text)];
    }

    private int PlanOf(HistoryScan scan, int i)
    {
        var text = TextOf(scan, At.Plan, i);
        return !text.IsEmpty ? counts.GroupNames.Add(text) : NumberOf(At.Plan, i) is { } number ? counts.GroupNames.Add(number.ToString()) : Names.None;
    }

    private BillingInterval IntervalOf(HistoryScan scan, int i)
    {
        var text = TextOf(scan, At.Interval, i);
        return text.IsEmpty ? BillingInterval.Unsaid
            : text.SequenceEqual("month"u8) ? BillingInterval.Month
            : text.SequenceEqual("year"u8) ? BillingInterval.Year
            : text.SequenceEqual("week"u8) ? BillingInterval.Week
            : text.SequenceEqual("day"u8) ? BillingInterval.Day
            : BillingInterval.Unknown;
    }

    private long? EffectiveAt(HistoryScan scan, int i)
    {
        var text = TextOf(scan, At.EffectiveAt, i);
        if (text.IsEmpty || text.Length > 40)
        {
            return null;
        }
        Span<char> chars = stackalloc char[40];
        return Encoding.UTF8.TryGetChars(text, chars, out var length) && Instants.TryParse(chars[..length], zone, out var ms) ? ms : null;
    }

    private ReadOnlySpan<byte> TextOf(HistoryScan scan, At what, int i) => scan.Event(i).GetText(numbers[(int)what]);
}
