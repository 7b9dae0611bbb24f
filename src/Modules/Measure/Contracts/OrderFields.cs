using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>How an order or a refund is read from its event: one reading for whoever counts what orders brought. Its paths come first in a fold's.</summary>
public static class OrderFields
{
    /// <summary>The place of the order's number.</summary>
    public const int OrderId = 1;

    /// <summary>The place of the currency.</summary>
    public const int Currency = 0;

    public static IReadOnlyList<string> Paths { get; } = ["currency", "order_id", "revenue", "total", "tax", "shipping", "subtotal"];

    /// <summary>What the event at an index says, in its own currency; where it says its revenue, nothing else is read.</summary>
    public static OrderAmounts Amounts(EventFields fields, int e) => fields.Number(2, e) is { } revenue
        ? new(revenue, null, null, null, null)
        : new(null, fields.Number(3, e), fields.Number(4, e), fields.Number(5, e), fields.Number(6, e));

    /// <summary>Adds the event at an index to the customer's book.</summary>
    public static void Read(EventFields fields, int e, long at, bool isRefund, OrderBook into)
    {
        var amounts = Amounts(fields, e);
        UInt128? order = fields.Id(OrderId, e) is var id && id == 0 ? null : id;
        if (isRefund)
        {
            into.Refund(at, order, amounts, fields.Word(Currency, e), e);
        }
        else
        {
            into.Add(at, order, amounts, fields.Word(Currency, e), e);
        }
    }
}
