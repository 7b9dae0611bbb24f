using System.Runtime.InteropServices;
using Ciclo.Core.Folds;
using Ciclo.Core.Values;

namespace Ciclo.Core.Metrics;

/// <summary>The amounts that an event of an order says, in major units of its currency; null where it does not.</summary>
public readonly record struct OrderAmounts(Number? Revenue, Number? Total, Number? Tax, Number? Shipping, Number? Subtotal)
{
    /// <summary>Without tax and shipping: `revenue`, else `total` without both, else `subtotal`.</summary>
    public Number? Net => Revenue ?? (Total is { } total
        ? Number.FromMicros(total.Micros - (Tax?.Micros ?? 0) - (Shipping?.Micros ?? 0))
        : Subtotal);
}

/// <summary>An order, or what was refunded of one: then the amount is negative. In millionths of the workspace's currency.</summary>
/// <param name="Event">The event's index among the customer's.</param>
public readonly record struct OrderLine(long At, bool IsOrder, Int128 Micros, int Event);

/// <summary>
/// The orders and refunds of one customer after the other, each in the workspace's currency at the rate of its own day. One without an amount, or without
/// a rate, counts with 0. A refund that says no amount takes back what is left of its order.
/// </summary>
public sealed class OrderBook(IRates rates)
{
    private readonly List<OrderLine> lines = [];
    private readonly Dictionary<UInt128, Int128> left = [];

    /// <summary>In order (timestamp, messageId).</summary>
    public ReadOnlySpan<OrderLine> Lines => CollectionsMarshal.AsSpan(lines);

    public void Clear()
    {
        lines.Clear();
        left.Clear();
    }

    /// <param name="order">Tells orders apart; null where the event does not say which it is.</param>
    public void Add(long at, UInt128? order, in OrderAmounts amounts, string? currency, int e)
    {
        var micros = Convert(amounts, currency, at) ?? 0;
        if (order is { } id)
        {
            left[id] = left.GetValueOrDefault(id) + micros;
        }
        lines.Add(new OrderLine(at, true, micros, e));
    }

    public void Refund(long at, UInt128? order, in OrderAmounts amounts, string? currency, int e)
    {
        Int128 rest = 0;
        var isKnown = order is { } id && left.TryGetValue(id, out rest);
        var said = Convert(amounts, currency, at);
        var micros = said is { } refunded ? Int128.Abs(refunded) : isKnown ? Int128.Max(0, rest) : 0;
        if (isKnown)
        {
            left[order!.Value] = rest - micros;
        }
        lines.Add(new OrderLine(at, false, -micros, e));
    }

    private Int128? Convert(in OrderAmounts amounts, string? currency, long at) =>
        amounts.Net is { } amount ? rates.Convert(amount, currency, at)?.Micros : null;
}
