using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>
/// What counts some of the catalogue's metrics: a fold over histories, or SQL over records. Named in the program's list of modules; every screen,
/// command, export and alert asks through the catalogue. Any number of threads may ask.
/// </summary>
public interface IMetricSource
{
    /// <summary>Its metrics, in the order of the catalogue.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>
    /// A series for each metric and each value of the breakdown (one series named "" without). It counts all metrics in one pass where they read the same events.
    /// Null if the workspace's history was replaced meanwhile: ask again.
    /// </summary>
    IReadOnlyList<MetricSeries>? Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation);

    /// <summary>The rows behind one number: of one metric, one period and one value of the breakdown. The latest come first.</summary>
    MetricRows? Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation);
}
