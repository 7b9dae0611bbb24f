using System.Collections.Frozen;
using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Every metric of the program, and who counts it. Screens, commands, exports and alerts ask here and compute nothing beside it.</summary>
public sealed class MetricCatalogue
{
    /// <summary>A history replaced under a question is rare, and twice in a row is a rebuild: then it is better to say so.</summary>
    private const int Tries = 3;

    private readonly FrozenDictionary<string, (Metric Metric, IMetricSource Source)> byId;

    public MetricCatalogue(IEnumerable<IMetricSource> sources)
    {
        var all = sources.SelectMany(source => source.Metrics.Select(metric => (Metric: metric, Source: source))).ToList();
        byId = all.ToFrozenDictionary(one => one.Metric.Id, StringComparer.Ordinal);
        All = [.. all.Select(one => one.Metric).OrderBy(metric => metric.Part)];
    }

    /// <summary>That of a data directory: the program gives it one when it opens it.</summary>
    public static MetricCatalogue Of(DataHost host) => host.Shared<MetricCatalogue>(_ => throw new InvalidOperationException("No catalogue was given to this data directory."));

    /// <summary>By the part of life that they belong to, in which each source keeps its order.</summary>
    public IReadOnlyList<Metric> All { get; }

    public Metric? Find(string id) => byId.TryGetValue(id, out var found) ? found.Metric : null;

    /// <summary>The series of metrics of any sources, in the order asked.</summary>
    /// <exception cref="MetricsBusyException">The history was replaced under the question again and again.</exception>
    public IReadOnlyList<MetricSeries> Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        var answers = question.Metrics.GroupBy(metric => byId[metric.Id].Source)
            .SelectMany(group => Insist(() => group.Key.Answer(engine, question with { Metrics = [.. group] }, cancellation)))
            .ToLookup(series => series.Metric.Id, StringComparer.Ordinal);
        return [.. question.Metrics.SelectMany(metric => answers[metric.Id])];
    }

    /// <summary>The rows behind a number; the question is of one metric.</summary>
    /// <exception cref="MetricsBusyException">The history was replaced under the question again and again.</exception>
    public MetricRows Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation) =>
        Insist(() => byId[question.Metrics[0].Id].Source.Rows(engine, question, period, breakdown, most, cancellation));

    private static T Insist<T>(Func<T?> ask)
        where T : class
    {
        for (var i = 0; i < Tries; i++)
        {
            if (ask() is { } answer)
            {
                return answer;
            }
        }
        throw new MetricsBusyException();
    }
}

/// <summary>Everything is being counted anew; the numbers come when that is done.</summary>
public sealed class MetricsBusyException() : Exception(Says.En)
{
    public static readonly Text Says = new(
        "The history is being staged anew, so nothing can be counted. Ask again in a moment.", "El historial se está preparando de nuevo y no se puede contar nada. Pregunta otra vez en un momento.");
}
