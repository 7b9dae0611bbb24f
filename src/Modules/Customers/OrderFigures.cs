using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Customers;

/// <summary>
/// What a person has bought, from `Order Completed` alone: how often, for how much in each currency (`total`, else `revenue`; empty where none
/// was named), first and last. Refunds are counted, not taken off: they name what was given back, not always which order.
/// </summary>
public sealed record OrderFigures(int Orders, IReadOnlyList<(string Currency, decimal Sum, int Orders)> Spent, long FirstAt, long LastAt, int Refunds)
{
    /// <summary>Mean time between two orders; null below three, for one interval is no habit.</summary>
    public long? EveryMs => Orders < 3 ? null : (LastAt - FirstAt) / (Orders - 1);

    public static OrderFigures Of(EngineState state, ReadOnlySpan<int> members)
    {
        var (names, paths) = (state.Staged.EventNames, state.Staged.Paths);
        var (completed, refunded) = (names.Find("Order Completed"), names.Find("Order Refunded"));
        var (total, revenue, currency) = (paths.Find("total"), paths.Find("revenue"), paths.Find("currency"));
        var spent = new SortedDictionary<string, (decimal Sum, int Orders)>(StringComparer.Ordinal);
        var (orders, refunds, first, last) = (0, 0, 0L, 0L);
        using var reader = new HistoryReader(state.Staged.History, kind => kind.Name >= 0 && (kind.Name == completed || kind.Name == refunded));
        reader.Open(members);
        while (reader.Next(out var e, hearsAll: false))
        {
            if (e.Name >= 0 && e.Name == refunded)
            {
                refunds++;
            }
            else if (e.Name >= 0 && e.Name == completed)
            {
                first = orders++ == 0 ? e.At : first;
                last = e.At;
                if (AmountOf(e, total, revenue) is { } amount)
                {
                    var code = currency >= 0 && e.Get(currency) is { Kind: ValueKind.Text } text ? text.AsText.ToUpperInvariant() : "";
                    var (sum, count) = spent.GetValueOrDefault(code);
                    spent[code] = (sum + amount, count + 1);
                }
            }
        }
        return new OrderFigures(orders, [.. spent.Select(one => (one.Key, one.Value.Sum, one.Value.Orders))], first, last, refunds);
    }

    private static decimal? AmountOf(in PackedEvent e, int total, int revenue) =>
        ((total >= 0 && e.TryGetNumber(total, out var number)) || (revenue >= 0 && e.TryGetNumber(revenue, out number))) && Int128.Abs(number.Micros) < (Int128)1e24
            ? (decimal)number.Micros / Number.Scale
            : null;
}
