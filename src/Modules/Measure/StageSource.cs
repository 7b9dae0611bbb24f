using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>The numbers that every stage of a lifecycle has, from the moves that are kept; always one series a stage.</summary>
public sealed class StageSource : IMetricSource
{
    /// <summary>A person who enters has so long to reach a later stage.</summary>
    private const long Horizon = 30 * Durations.Day;

    /// <summary>Periods counted in one pass over everybody: each keeps some hundred thousand counters.</summary>
    private const int MostAtOnce = 16;

    public IReadOnlyList<Metric> Metrics => StageMetrics.All;

    public IReadOnlyList<MetricSeries>? Answer(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        var (index, stages) = engine.Read(state => LifecycleOf(state, question));
        if (index < 0)
        {
            return [];
        }
        var figures = new List<StageFigures[]>();
        foreach (var periods in Enumerable.Range(0, question.Periods.Count).Chunk(MostAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            StageFlowQuestion[] asked = [.. periods.Select(period => QuestionOf(question.Periods, period, stages.Count))];
            figures.AddRange(engine.Read(state => Flows(state, index, asked)).Select(flow => Enumerable.Range(0, stages.Count).Select(flow.Of).ToArray()));
        }
        var labels = stages.ToDictionary(stage => stage.Id, stage => stage.Label, StringComparer.Ordinal);
        return [.. question.Metrics.Select(metric => metric with { Values = labels }).SelectMany(metric => stages.Select((stage, number) =>
            new MetricSeries(metric, stage.Id, [.. figures.Select(period => CellOf(metric.Id, period[number]))])))];
    }

    public MetricRows? Rows(WorkspaceEngine engine, MetricQuestion question, int period, string breakdown, int most, CancellationToken cancellation)
    {
        var (index, stages) = engine.Read(state => LifecycleOf(state, question));
        var stage = stages.TakeWhile(one => one.Id != breakdown).Count();
        if (index < 0 || stage == stages.Count)
        {
            return new MetricRows([], 0, default);
        }
        var rows = new StageRows(question.Metrics[0].Id, QuestionOf(question.Periods, period, stages.Count), stage, most);
        engine.Read(state =>
        {
            Each(state, index, rows.Add);
            return true;
        });
        // An estimate is no sum of its rows: it is told beside them.
        return question.Metrics[0].Form == MetricForm.Estimate
            ? rows.Result with { Total = CellOf(question.Metrics[0].Id, engine.Read(state => Flows(state, index, [QuestionOf(question.Periods, period, stages.Count)]))[0].Of(stage)) ?? default }
            : rows.Result;
    }

    private static MetricCell? CellOf(string metric, StageFigures figures) => metric switch
    {
        "stage_size" => new MetricCell(figures.People),
        "entries" => new MetricCell(figures.Entries),
        "exits" => new MetricCell(figures.Exits),
        "stage_conversion" => new MetricCell(figures.Conversion.Part, figures.Conversion.Whole),
        _ => figures.MedianMs is { } median ? new MetricCell(median) : null,
    };

    /// <summary>A period [start, end) as the flow has it: (from, to].</summary>
    private static StageFlowQuestion QuestionOf(Periods periods, int period, int stages) =>
        new(stages, periods.StartOf(period) - 1, periods.StartOf(period + 1) - 1, Horizon, 2);

    private static (int Index, IReadOnlyList<StageInfo> Stages) LifecycleOf(EngineState state, MetricQuestion question)
    {
        var lifecycles = LifecycleInfo.AllOf(state);
        if (lifecycles.Count == 0)
        {
            return (-1, []);
        }
        var asked = question.Settings.GetValueOrDefault("lifecycle");
        var found = lifecycles.TakeWhile(lifecycle => lifecycle.Id != asked).Count();
        var index = found < lifecycles.Count ? found : LifecycleInfo.DefaultOf(lifecycles);
        return (index, lifecycles[index].Stages);
    }

    private static StageFlow[] Flows(EngineState state, int lifecycle, StageFlowQuestion[] questions)
    {
        var whole = Array.ConvertAll(questions, question => new StageFlow(question));
        Parallel.For(0, PlaceTable.ShardCount, () => (Moves: new StageMoveReader(state, lifecycle), Flows: Array.ConvertAll(questions, question => new StageFlow(question))), (shard, _, part) =>
        {
            state.Placement.Places.Each(shard, (_, place) =>
            {
                var moves = part.Moves.Read(place);
                foreach (var flow in part.Flows)
                {
                    flow.Add(moves);
                }
            });
            return part;
        }, part =>
        {
            lock (whole)
            {
                for (var i = 0; i < whole.Length; i++)
                {
                    whole[i].Join(part.Flows[i]);
                }
            }
        });
        return whole;
    }

    private static void Each(EngineState state, int lifecycle, Action<int, ReadOnlySpan<StageMove>> take)
    {
        var moves = new StageMoveReader(state, lifecycle);
        for (var shard = 0; shard < PlaceTable.ShardCount; shard++)
        {
            state.Placement.Places.Each(shard, (profile, place) => take(profile, moves.Read(place)));
        }
    }
}
