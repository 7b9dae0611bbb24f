using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>A source whose numbers are sums over histories: what it adds is the fold of one thread, which sends rows to a sink.</summary>
public abstract class HistorySource(TimeProvider clock) : IMetricSource
{
    public abstract IReadOnlyList<Metric> Metrics { get; }

    public IReadOnlyList<MetricSeries>? Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation) =>
        Run(engine, question, () => new MetricSink(question), cancellation)?.Series();

    public MetricRows? Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation) =>
        Run(engine, question, () => new MetricSink(question, period, breakdown, most), cancellation)?.Rows();

    /// <summary>Prepares what all threads read, and answers what makes the fold of one thread; null if the history was replaced meanwhile.</summary>
    protected abstract Func<MetricSink, IHistoryFold>? Prepare(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation);

    private MetricSink? Run(WorkspaceEngine engine, MetricQuestion question, Func<MetricSink> make, CancellationToken cancellation)
    {
        if (Prepare(engine, question, cancellation) is not { } fold)
        {
            return null;
        }
        var sinks = new List<MetricSink>();
        var folds = new SlicedScan(engine, clock).Run(() =>
        {
            sinks.Add(make());
            return fold(sinks[^1]);
        }, cancellation);
        sinks.Skip(1).ToList().ForEach(sinks[0].Join);
        return folds is null ? null : sinks[0];
    }
}
