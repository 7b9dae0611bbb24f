using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Home;

/// <summary>How a move reads: onwards, into a stage that people fall into (one that names stages to return to), or back.</summary>
public enum FlowKind
{
    Forward,
    Cool,
    Back,
}

public sealed record StageNumbers(StageInfo Stage, StageFigures Figures);

/// <summary>People who went from one stage to another within the period.</summary>
public sealed record FlowNumbers(int From, int To, int People, FlowKind Kind);

public sealed record SegmentSize(SegmentInfo Segment, int People);

public sealed record LatestMove(string Id, string Name, int From, int To, long At);

/// <summary>What the server itself knows to be wrong.</summary>
public sealed record HealthNumbers(long Rejected, long WithoutRate, long LastEventAt, bool IsSilent);

/// <summary>What the first page shows, read in one pass over the places of all profiles; nothing is folded.</summary>
public sealed record HomeReading(
    int People, int Placed, long Events, IReadOnlyList<LifecycleInfo> Lifecycles, LifecycleInfo? Chosen, Period Period, StageFlowQuestion Question,
    IReadOnlyList<StageNumbers> Stages, IReadOnlyList<FlowNumbers> Flows, int Arrived, int MovedAhead, int MovedBack,
    IReadOnlyList<SegmentSize> Segments, IReadOnlyList<LatestMove> Latest, HealthNumbers Health, long ReadAt)
{
    public const long Horizon = 30 * Durations.Day;

    private const int MostPoints = 30;

    /// <param name="state">What is counted.</param>
    /// <param name="wanted">A lifecycle's id; the workspace's first for another text.</param>
    /// <param name="query">The period, as <see cref="Period.Of"/> reads it.</param>
    public static HomeReading Of(EngineState state, string wanted, IQueryCollection query)
    {
        var lifecycles = LifecycleInfo.AllOf(state);
        var found = lifecycles.TakeWhile(lifecycle => lifecycle.Id != wanted).Count();
        var index = found < lifecycles.Count ? found : LifecycleInfo.DefaultOf(lifecycles);
        var chosen = lifecycles.Count == 0 ? null : lifecycles[index];
        var period = Period.Of(state, query);
        var question = new StageFlowQuestion(
            chosen?.Stages.Count ?? 0, period.From, period.To, Horizon, (int)Math.Clamp(((period.To - period.From) / Durations.Day) + 1, 2, MostPoints));
        var tally = PlaceTally.Of(state, chosen is null ? -1 : index, question);
        return new HomeReading(
            Queries.AllProfiles(state).Count(), tally.Placed, state.Staged.History.Count, lifecycles, chosen, period, question,
            chosen is null ? [] : [.. chosen.Stages.Select((stage, i) => new StageNumbers(stage, tally.Flow.Of(i)))],
            chosen is null ? [] : FlowsOf(state.Placement.Plan.Lifecycles[index].Definition.Stages, tally.Flow),
            tally.Flow.Arrived, tally.Flow.MovedAhead, tally.Flow.MovedBack,
            [.. SegmentInfo.AllOf(state).Select((segment, i) => new SegmentSize(segment, tally.MembersOf(i)))], tally.Latest(),
            new HealthNumbers(state.Staged.Rejected.Count, state.WithoutRate, state.Staged.History.LastAt, period.EndsWithData), state.Now);
    }

    private static List<FlowNumbers> FlowsOf(IReadOnlyList<Core.Rules.StageDefinition> stages, StageFlow flow)
    {
        var flows = new List<FlowNumbers>();
        for (var from = 0; from < stages.Count; from++)
        {
            for (var to = 0; to < stages.Count; to++)
            {
                if (flow.FlowOf(from, to) is > 0 and var people)
                {
                    flows.Add(new FlowNumbers(from, to, people, KindOf(stages, from, to)));
                }
            }
        }
        return flows;
    }

    private static FlowKind KindOf(IReadOnlyList<Core.Rules.StageDefinition> stages, int from, int to) => to < from
        ? FlowKind.Back
        : stages[to].ReturnsTo.Any(back => back < to) ? FlowKind.Cool : FlowKind.Forward;
}
