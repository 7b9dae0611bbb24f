using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Revenue.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>Counts the metrics of subscriptions, orders and customers in one pass over the histories, whatever is asked.</summary>
public sealed class RevenueSource(DataHost host) : HistorySource(host.Clock)
{
    public override IReadOnlyList<Metric> Metrics { get; } = [.. Counter.All.Select(one => one.Metric)];

    protected override Func<MetricSink, IHistoryFold> Prepare(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        var counters = question.Metrics.Select(Counter.Of).ToArray();
        var factors = question.Metrics.Select((metric, i) => metric.Id == OrderMetrics.LtvHistoric.Id ? Margin.Of(host, engine.Id) : counters[i].Factor).ToArray();
        var (now, rates) = engine.Read(state => (state.Now, state.ReadingRates()));
        var zone = engine.Rules.Zone;
        var (span, rules, decimals) = (new Span(question.Periods, zone, now), RulesOf(question), Currency.DecimalsOf(rates.Currency));
        return sink =>
        {
            var counts = new Counts(sink, factors, question.Periods.Count);
            var customer = new Customer(question, span, new MrrBook(rules, rates, zone, decimals), new OrderBook(rates), zone, decimals);
            return new RevenueFold(counters, customer, counts, zone, now, question.Breakdown);
        };
    }

    private static MrrRules RulesOf(MetricQuestion question) => new(question.Choice(MrrMetrics.PauseAs) switch
    {
        "contraction" => PauseAs.Contraction,
        "churn" => PauseAs.Churn,
        "excluded" => PauseAs.Excluded,
        _ => PauseAs.Own,
    });
}
