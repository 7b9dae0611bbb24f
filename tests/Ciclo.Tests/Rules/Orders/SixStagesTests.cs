using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules.Orders;

/// <summary>The engine held to plain code over two published sets of orders, each under both movements.</summary>
public sealed class SixStagesTests
{
    /// <summary>Three months after the last order, so that windows run empty.</summary>
    private const long After = 90 * 86_400_000L;

    [PublishedDataFact("online_retail")]
    public void Online_retail_moves_as_plain_code_says()
    {
        var orders = OrderData.OnlineRetail();
        // The published counts, but for one customer whose only lines cost nothing, with those of the others: the map keeps what costs nothing.
        Assert.Equal((4_339, 8_911_407.904m), (orders.Select(order => order.User).Distinct().Count(), orders.Sum(order => order.Revenue)));
        Hold(orders, 1_000);
    }

    [PublishedDataFact("cdnow")]
    public void Cdnow_moves_as_plain_code_says()
    {
        var orders = OrderData.Cdnow();
        Assert.Equal((6_919, 2_357), (orders.Count, orders.Select(order => order.User).Distinct().Count()));
        Hold(orders, 100);
    }

    private static void Hold(IReadOnlyList<Order> orders, decimal bigSpend)
    {
        var clock = orders.Max(order => order.At) + After;
        foreach (var isForward in new[] { true, false })
        {
            var stages = new SixStages(isForward, bigSpend);
            var lines = stages.Lines(orders, clock).ToList();
            Assert.True(lines.Count > orders.Count, $"{lines.Count} transitions of {orders.Count} orders: the lifecycle shows too little.");
            Assert.Equal(lines, EngineLines(stages, orders, clock));
        }
    }

    private static IEnumerable<string> EngineLines(SixStages stages, IReadOnlyList<Order> orders, long clock) =>
        from user in orders.GroupBy(order => order.User).OrderBy(user => user.Key, StringComparer.Ordinal)
        let world = new World([stages.Source], [], [.. user.Select(EventOf)], clock)
        from move in EngineAdapter.History(world).Transitions
        select $"{user.Key},{move.From},{move.To},{Core.Time.Instants.Format(move.At)}";

    private static TwinEvent EventOf(Order order) => new(CallType.Track, "Order Completed", order.At, order.Id, Origin.Customer,
        string.Create(CultureInfo.InvariantCulture, $"{{\"revenue\":{order.Revenue}}}"));
}
