using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A customer's days of orders and refunds.</summary>
/// <param name="Before">The score that stands in the history; null for none.</param>
internal sealed record CustomerDays(int Profile, OrderDay[] Days, double? Before);

/// <summary>Reads the days on which customers ordered, each of 24 hours, counted back from <paramref name="now"/>: the last is −1. One thread's share.</summary>
/// <param name="score">The score's name.</param>
internal sealed class OrderFold(long now, string score, Rates rates) : IHistoryFold
{
    private const int Order = 0;
    private const int Refund = 1;
    private const int Scores = 2;

    private readonly EventFields fields = new();
    private readonly OrderBook book = new(rates);
    private readonly List<OrderDay> days = [];

    public IReadOnlyList<string> Paths { get; } = [.. OrderFields.Paths, score];

    public List<CustomerDays> Customers { get; } = [];

    public int CodeOf(EventKind kind, string name) => kind.Type != CallType.Track ? -1 : name switch
    {
        "Order Completed" => Order,
        "Order Refunded" => Refund,
        SystemEventNames.ScoresUpdated => Scores,
        _ => -1,
    };

    public void Take(in ProfileEvents profile)
    {
        book.Clear();
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var before = (double?)null;
        for (var i = 0; i < at.Length && at[i] < now; i++)
        {
            if (codes[i] != Scores)
            {
                OrderFields.Read(fields, i, at[i], codes[i] == Refund, book);
            }
            else if (fields.Number(OrderFields.Paths.Count, i) is { } known)
            {
                before = (double)known.Micros / Number.Scale;
            }
        }
        days.Clear();
        var hasOrder = false;
        foreach (var line in book.Lines)
        {
            var day = new OrderDay((int)Math.Floor((line.At - now) / (double)Durations.Day), line.IsOrder, (double)line.Micros / Number.Scale);
            hasOrder |= line.IsOrder;
            if (days.Count > 0 && days[^1].Day == day.Day)
            {
                days[^1] = new OrderDay(day.Day, days[^1].HasOrder || day.HasOrder, days[^1].Money + day.Money);
            }
            else
            {
                days.Add(day);
            }
        }
        if (hasOrder)
        {
            Customers.Add(new CustomerDays(profile.Profile, [.. days], before));
        }
    }
}
