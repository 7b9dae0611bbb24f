using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Goals.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>The catalogue's page: one card a part of life, each asked for by itself.</summary>
public sealed record CatalogueModel(PeriodKind By, IReadOnlyList<LifePart> Parts, bool HasEvents);

/// <summary>Every number of the catalogue, and the stage that it belongs to in each framework that ships.</summary>
public sealed record DefinitionsModel(IReadOnlyList<Metric> Metrics, IReadOnlyList<LifecycleInfo> Frameworks)
{
    public IEnumerable<(Text Framework, Text Stage)> StagesOf(Metric metric) =>
        from framework in Frameworks
        let stage = FrameworkStages.StageOf(framework.Id, metric)
        where stage is not null
        select (framework.Label, framework.Stages[framework.IndexOf(stage)].Label);
}

/// <summary>A card of numbers: the last periods of each metric, the one under way last. <paramref name="Id"/>: for the page's markup.</summary>
public sealed record PartModel(string Id, Text Title, Periods Periods, IReadOnlyList<MetricSeries> Series, string? Currency, bool IsBusy)
{
    /// <summary>Targets of these numbers in periods of this kind.</summary>
    public IReadOnlyList<GoalLine> Goals { get; init; } = [];

    /// <summary>The same with the goals as they are now: a card is kept longer than a goal may stay as it is.</summary>
    public PartModel WithGoals(DataHost host, string workspace) => this with
    {
        Goals =
        [
            .. host.Database.Read(connection => GoalLines.Of(connection, workspace, [.. Series.Select(series => series.Metric.Id)]))
                .Where(goal => goal.Breakdown.Length == 0 && goal.Settings.Length == 0 && goal.Period == Periods.Kind),
        ],
    };
}

/// <summary>One metric over time. <paramref name="Settings"/>: what was chosen, by a setting's id.</summary>
public sealed record MetricModel(
    Metric Metric, Periods Periods, string Breakdown, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<MetricSeries> Series, string? Currency, bool IsCurrentOpen, bool IsBusy)
{
    /// <summary>The goals on this very number in periods of this kind.</summary>
    public IReadOnlyList<GoalLine> Goals { get; init; } = [];
}

/// <summary>A row with the person whom it is of; empty for nobody's.</summary>
public sealed record ShownRow(string Id, string Name, long At, string What, decimal Part, decimal Whole);

/// <summary>The rows behind one number.</summary>
public sealed record RowsModel(Metric Metric, Periods Periods, string Breakdown, string Value, string Query, IReadOnlyList<ShownRow> Rows, long Count, MetricCell Total, string? Currency, bool IsBusy)
{
    /// <summary>So many are shown on the page; a file has more.</summary>
    public const int Shown = 500;

    public const int InFile = 1_000_000;
}
