using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Revenue.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>Reads the orders and subscription events of one customer after the other and lets the counters of a question look at each.</summary>
internal sealed class RevenueFold : IHistoryFold
{
    private const int FirstOrder = 8;
    private const int Other = 15;

    /// <summary>On a code: the event is something that the customer did.</summary>
    private const int IsOwn = 16;

    private static readonly int FirstSubscription = OrderFields.Paths.Count;

    private static readonly string[] Usual = [.. OrderFields.Paths, .. SubscriptionFields.Paths];

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
        var code = kind.Type == CallType.Track ? CodeOf(name) : Other;
        if (code != Other)
        {
            need = code >= FirstOrder ? Needs.Orders : Needs.Subscriptions;
        }
        var isOwn = (needs & Needs.Anything) != 0 && (kind.Flags & (PackedFlags.System | PackedFlags.Bot)) == 0;
        return (needs & need) == 0 ? isOwn ? Other | IsOwn : -1 : code | (isOwn ? IsOwn : 0);
    }

    private static int CodeOf(string name) => name switch
    {
        "Order Completed" => FirstOrder,
        "Order Refunded" => FirstOrder + 1,
        _ => SubscriptionFields.ChangeOf(name) is { } change ? (int)change : Other,
    };

    public void Take(in ProfileEvents profile)
    {
        customer.Clear();
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var counted = long.MinValue;
        for (var i = 0; i < codes.Length; i++)
        {
            if ((codes[i] & IsOwn) != 0 && at[i] >= counted)
            {
                counted = AddActive(at[i]);
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

    /// <summary>Notes that the customer did something; answers from when on it would be news.</summary>
    private long AddActive(long at)
    {
        var period = customer.Span.Find(at);
        if (period < 0)
        {
            return at;
        }
        customer.Active.Add((period, at));
        return customer.Span.EndOf(period);
    }

    private void Read(int i, long at, int code)
    {
        if (code >= FirstOrder)
        {
            OrderFields.Read(fields, i, at, isRefund: code > FirstOrder, customer.Orders);
            return;
        }
        customer.Mrr.Add(SubscriptionFields.Read(fields, FirstSubscription, (SubscriptionChange)code, i, at, counts.GroupNames, zone));
    }
}
