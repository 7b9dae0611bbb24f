using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Experiments;

/// <summary>What came of one person within the window, and what was before: orders, and what they brought in 90 days.</summary>
internal readonly record struct Outcome(bool Converted, double Money, double Before, int OrdersBefore);

/// <summary>One thread's share of an experiment's people: conversions in (drawn, drawn + window].</summary>
internal sealed class OutcomeFold(Experiment experiment, EventTest goal, IReadOnlyDictionary<int, long> drawn, Rates rates) : IHistoryFold
{
    /// <summary>So long before is looked at for what a person spent anyway.</summary>
    private const long BeforeMs = 90 * Durations.Day;

    private const int Goal = 1;
    private const int Order = 2;
    private const int Refund = 4;

    private readonly EventFields fields = new();
    private readonly OrderBook book = new(rates);
    private readonly bool hasOwnValue = experiment.Value.Length > 0 && experiment.Value != Experiment.Orders;
    private readonly int valuePath = OrderFields.Paths.Count;

    public IReadOnlyList<string> Paths { get; } = experiment.Value is "" or Experiment.Orders ? OrderFields.Paths : [.. OrderFields.Paths, experiment.Value];

    /// <summary>By profile; who did nothing that is looked at is not there.</summary>
    public Dictionary<int, Outcome> Outcomes { get; } = [];

    public int CodeOf(EventKind kind, string name)
    {
        var code = (goal.Takes(kind) ? Goal : 0) | name switch { "Order Completed" => Order, "Order Refunded" => Refund, _ => 0 };
        return code == 0 ? -1 : code;
    }

    public void Take(in ProfileEvents profile)
    {
        var from = drawn[profile.Profile];
        var until = from + experiment.WindowMs;
        book.Clear();
        fields.Begin(profile, Paths);
        var (converted, money, before, orders) = (false, 0.0, 0.0, 0);
        for (var i = 0; i < profile.Events.Count; i++)
        {
            var (code, at) = (profile.Events.Codes[i], profile.Events.At[i]);
            if ((code & Goal) != 0 && at > from - BeforeMs && at <= until && goal.Holds(profile.Events.Event(i)))
            {
                converted |= at > from;
                var brought = hasOwnValue ? Own(i, at) : 0;
                (money, before) = at > from ? (money + brought, before) : (money, before + brought);
            }
            if ((code & (Order | Refund)) != 0)
            {
                orders += (code & Order) != 0 && at <= from ? 1 : 0;
                OrderFields.Read(fields, i, at, (code & Refund) != 0, book);
            }
        }
        if (experiment.Value == Experiment.Orders)
        {
            foreach (var line in book.Lines)
            {
                money += line.At > from && line.At <= until ? Major(line.Micros) : 0;
                before += line.At > from - BeforeMs && line.At <= from ? Major(line.Micros) : 0;
            }
        }
        Outcomes[profile.Profile] = new Outcome(converted, money, before, orders);
    }

    private double Own(int e, long at) =>
        fields.Number(valuePath, e) is { } amount ? Major(rates.Convert(amount, fields.Word(OrderFields.Currency, e), at)?.Micros ?? 0) : 0;

    private static double Major(Int128 micros) => (double)micros / Number.Scale;
}
