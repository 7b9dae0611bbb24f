using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>A cost in the workspace's currency, with the instant at which its day begins.</summary>
internal readonly record struct CostFact(long At, ChannelSource Source, long CostMicros, long Clicks, long Impressions)
{
    /// <summary>The costs of the periods in the workspace's currency; one in a currency without a rate counts as 0, and its clicks count.</summary>
    public static IReadOnlyList<CostFact> Of(Zone zone, Rates rates, IReadOnlyList<CostRow> rows) =>
    [
        .. rows.Select(row =>
        {
            var at = zone.StartOfDay(row.Day);
            var cost = rates.Convert(row.Cost, row.Currency.Length == 0 ? null : row.Currency, at);
            return new CostFact(at, row.Source, (long)(cost?.Micros ?? 0), row.Clicks, row.Impressions);
        }),
    ];

    /// <summary>Adds costs up.</summary>
    public static void Add(IReadOnlyList<CostFact> costs, AcquisitionPlan plan, FactTally tally)
    {
        var book = new TouchBook();
        var values = new ValueCache(plan, book, tally);
        foreach (var cost in costs)
        {
            if (plan.Periods.Find(cost.At) is not (>= 0 and var period))
            {
                continue;
            }
            var touch = book.Of(cost.Source);
            var (value, fact) = (values.Of(touch), new Fact(-1, cost.At, book.LabelOf(touch)));
            tally.Add(Summed.Cost, value, period, cost.CostMicros, fact);
            tally.Add(Summed.Clicks, value, period, cost.Clicks, fact);
            tally.Add(Summed.Impressions, value, period, cost.Impressions, fact);
        }
    }
}
