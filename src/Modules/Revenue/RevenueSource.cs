using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>Counts the metrics of subscriptions, orders and customers in one pass over the histories, whatever is asked. Cells and rows come from the same counters.</summary>
internal sealed class RevenueSource(DataHost host) : IMetricSource
{
    public IReadOnlyList<Metric> Metrics { get; } = [.. Counter.All.Select(one => one.Metric)];

    public IReadOnlyList<MetricSeries>? Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        var periods = question.Periods.Count;
        if (Run(engine, question, () => new CellCounts(question.Metrics.Count, periods), cancellation) is not { } all)
        {
            return null;
        }
        var series = new List<MetricSeries>();
        for (var i = 0; i < question.Metrics.Count; i++)
        {
            var (metric, factor) = (question.Metrics[i], FactorOf(engine, question.Metrics[i]));
            foreach (var (name, cells) in CellCounts.Join(all, i, periods, question.Breakdown.Length > 0))
            {
                series.Add(new MetricSeries(metric, name, [.. cells.Select(cell => (MetricCell?)CellOf(metric, cell.Part, cell.Whole, factor))]));
            }
        }
        return series;
    }

    public MetricRows? Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation)
    {
        if (Run(engine, question, () => new RowCounts(period, breakdown, most), cancellation) is not { } all)
        {
            return null;
        }
        var (metric, factor) = (question.Metrics[0], FactorOf(engine, question.Metrics[0]));
        var latest = all.SelectMany(one => one.Rows).OrderByDescending(row => row.At).ThenByDescending(row => row.Profile).Take(most);
        var (part, whole) = ((Int128)0, (Int128)0);
        foreach (var one in all)
        {
            (part, whole) = (part + one.Part, whole + one.Whole);
        }
        return new MetricRows(
            [.. latest.Select(row => new MetricRow(row.Profile, row.At, row.What, MajorOf(row.Part) * factor, MajorOf(row.Whole)))],
            all.Sum(one => one.Count), CellOf(metric, part, whole, factor));
    }

    private IReadOnlyList<TCounts>? Run<TCounts>(WorkspaceEngine engine, MetricQuestion question, Func<TCounts> make, CancellationToken cancellation)
        where TCounts : Counts
    {
        var counters = question.Metrics.Select(Counter.Of).ToArray();
        var (zone, now, rates, rules) = (engine.Rules.Zone, engine.Read(state => state.Now), engine.Read(RatesOf), RulesOf(question));
        var span = new Span(question.Periods, zone, now);
        var decimals = Currencies.DecimalsOf(rates.Currency);
        var folds = new SlicedScan(engine, host.Clock).Run(
            () => new RevenueFold<TCounts>(counters, new Customer(question, span, new MrrBook(rules, rates, zone, decimals), new OrderBook(rates), zone, decimals), make(), zone, now),
            cancellation);
        return folds is null ? null : [.. folds.Select(fold => fold.Counts)];
    }

    /// <summary>The workspace's rates, but with a count of their own of what had none: reading a number is no new event without a rate.</summary>
    private static Rates RatesOf(EngineState state) =>
        new((state.Placement.Settings.Rates as Rates)?.Currency, state.Rules.Zone, state.Rules.Rates);

    private static MrrRules RulesOf(MetricQuestion question) => new(question.Choice(MrrMetrics.PauseAs) switch
    {
        "contraction" => PauseAs.Contraction,
        "churn" => PauseAs.Churn,
        "excluded" => PauseAs.Excluded,
        _ => PauseAs.Own,
    });

    private decimal FactorOf(WorkspaceEngine engine, Metric metric) =>
        metric.Id == OrderMetrics.LtvHistoric.Id ? WorkspaceMargin.Of(host, engine) : Counter.Of(metric).Factor;

    private static MetricCell CellOf(Metric metric, Int128 part, Int128 whole, decimal factor) =>
        new(MajorOf(part) * factor, metric.Form == MetricForm.Sum ? null : MajorOf(whole));

    private static decimal MajorOf(Int128 micros) => (decimal)micros / Number.Scale;
}
