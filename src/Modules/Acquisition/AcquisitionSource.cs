using Ciclo.Core.Metrics;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Revenue.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>Counts visits, what they brought, and what that cost: one pass over all histories for whatever is asked at once, and the imported costs.</summary>
public sealed class AcquisitionSource(DataHost host) : IMetricSource
{
    public IReadOnlyList<Metric> Metrics { get; } = [.. WebMetrics.All, .. AcquisitionMetrics.All];

    public IReadOnlyList<MetricSeries>? Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        var (followers, others) = Parted(question);
        var series = new List<MetricSeries>();
        if (followers.Metrics.Count > 0)
        {
            series.AddRange(FollowersOf(engine).Answer(followers));
        }
        if (others.Metrics.Count > 0)
        {
            if (Count(engine, others, null, cancellation) is not { } tally)
            {
                return null;
            }
            series.AddRange(others.Metrics.SelectMany(metric => SeriesOf(metric, others, tally)));
        }
        return [.. question.Metrics.SelectMany(metric => series.Where(one => one.Metric == metric))];
    }

    public MetricRows? Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation)
    {
        var (followers, others) = Parted(question);
        if (others.Metrics.Count == 0)
        {
            return FollowersOf(engine).Rows(followers, period, breakdown);
        }
        var metric = others.Metrics[0];
        var shape = Shape.Of(metric, question.Choice(AcquisitionMetrics.Costs));
        if (Count(engine, others with { Metrics = [metric] }, new ChosenCell(shape, period, breakdown, most), cancellation) is not { } tally)
        {
            return null;
        }
        return tally.Rows() with { Total = CellOf(metric, shape, tally, breakdown, period) };
    }

    private static (MetricQuestion Followers, MetricQuestion Others) Parted(MetricQuestion question)
    {
        static bool IsOfFollowers(Metric metric) => metric == AcquisitionMetrics.Followers || metric == AcquisitionMetrics.FollowersGained;
        return (question with { Metrics = [.. question.Metrics.Where(IsOfFollowers)] }, question with { Metrics = [.. question.Metrics.Where(metric => !IsOfFollowers(metric))] });
    }

    private FollowerCounts FollowersOf(WorkspaceEngine engine) => new(host.Database.Read(new CostStore(engine.Id).Followers), engine.Rules.Zone);

    private FactTally? Count(WorkspaceEngine engine, MetricQuestion question, ChosenCell? chosen, CancellationToken cancellation)
    {
        var store = new CostStore(engine.Id);
        var (zone, periods) = (engine.Rules.Zone, question.Periods);
        var rates = engine.Read(state => state.ReadingRates());
        var costs = CostFact.Of(zone, rates, host.Database.Read(connection => store.Costs(connection, zone.DayOf(periods.Start), zone.DayOf(periods.End - 1))));
        var paid = costs.Where(cost => cost.CostMicros > 0).Select(cost => cost.Source.Channel).ToHashSet();
        var plan = new AcquisitionPlan(question, host.Database.Read(store.Settings), paid, Margin.Of(host, engine.Id), rates, chosen);
        var tally = new FactTally(periods.Count, chosen);
        if (plan.NeedsHistories)
        {
            if (new SlicedScan(engine, host.Clock).Run(() => new AcquisitionFold(plan), cancellation) is not { } folds)
            {
                return null;
            }
            var effects = Conversions.EffectsOf(folds.Select(fold => fold.Conversions));
            Parallel.ForEach(folds, fold => fold.Conversions.Credit(effects, fold.Tally));
            foreach (var fold in folds)
            {
                tally.Join(fold.Tally);
            }
        }
        CostFact.Add(costs, plan, tally);
        return tally;
    }

    private static IEnumerable<MetricSeries> SeriesOf(Metric metric, MetricQuestion question, FactTally tally)
    {
        var (costs, isBroken) = (question.Choice(AcquisitionMetrics.Costs), question.Breakdown.Length > 0);
        var shape = Shape.Of(metric, costs);
        var values = isBroken ? tally.Values.Where(value => Shape.NeededBy(metric, costs).Any(measure => tally.Has(measure, value))) : [""];
        return values.Select(value => new MetricSeries(metric, value, [.. Enumerable.Range(0, question.Periods.Count).Select(period => (MetricCell?)CellOf(metric, shape, tally, value, period))]));
    }

    private static MetricCell CellOf(Metric metric, Shape shape, FactTally tally, string value, int period)
    {
        decimal Sum(Summed measure) => tally.Sum(measure, value, period);
        if (metric == AcquisitionMetrics.Payback)
        {
            return PaybackOf(Sum(Summed.Cost), Sum(Summed.NewCustomers), Sum(Summed.Margin), Sum(Summed.CustomerDays));
        }
        return new MetricCell(Sum(shape.Part) / shape.Unit, shape.Whole is { } whole ? Sum(whole) / shape.Unit : null);
    }

    private const decimal DaysOfMonth = 30.4375m;

    /// <summary>Cost a customer over margin a customer and month. All in millionths, which fall out; no data where nobody came or nothing was left.</summary>
    private static MetricCell PaybackOf(decimal cost, decimal customers, decimal margin, decimal days) =>
        customers <= 0 || margin <= 0 || days <= 0 ? new MetricCell(0, 0) : new MetricCell(cost / customers / (margin / (days / DaysOfMonth)));
}
