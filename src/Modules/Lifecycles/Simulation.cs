using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles;

/// <summary>People in a stage under the current definition and under the simulated one.</summary>
public sealed record SimulatedSize(string Stage, int Current, int Simulated);

public sealed record SimulatedMover(string UserId, string From, string To);

public sealed record SimulatedPoint(long At, IReadOnlyList<SimulatedSize> Sizes);

/// <summary>
/// The whole history replayed under another definition beside the current one. Nothing is changed. `From` and `To` of a mover are its stages
/// now under the current and the simulated definition; empty where it is in none.
/// </summary>
public sealed record Simulation(int Profiles, IReadOnlyList<SimulatedSize> Sizes, IReadOnlyList<SimulatedPoint> OverTime, IReadOnlyList<SimulatedMover> Movers)
{
    private const int Months = 12;

    private sealed record Lane(string UserId, (string Stage, long At)[] Current, (string Stage, long At)[] Simulated);

    public static Simulation Run(EngineState state, DefinitionSet candidate, string lifecycle, long at, CancellationToken cancellation)
    {
        var settings = state.Placement.Settings;
        var (names, paths) = (state.Staged.EventNames, state.Staged.Paths);
        var simulatedPlan = FoldPlan.Compile(candidate, names, paths, settings);
        var current = Moves(state, state.Placement.Plan, lifecycle, at);
        cancellation.ThrowIfCancellationRequested();
        var simulated = Moves(state, simulatedPlan, lifecycle, at);
        var lanes = simulated.Select(pair => new Lane(pair.Key, current.GetValueOrDefault(pair.Key, []), pair.Value)).ToList();
        string[] stages = [.. StageIds(state.Rules.Definitions, lifecycle).Concat(StageIds(candidate, lifecycle)).Distinct(StringComparer.Ordinal)];
        var points = MonthEnds(at, state.Rules.Zone).Select(end => new SimulatedPoint(end, SizesAt(lanes, stages, end))).ToList();
        var movers = lanes.Select(lane => new SimulatedMover(lane.UserId, StageAt(lane.Current, at), StageAt(lane.Simulated, at)))
            .Where(mover => mover.From != mover.To)
            .OrderBy(mover => mover.UserId, StringComparer.Ordinal)
            .ToList();
        return new Simulation(lanes.Count, SizesAt(lanes, stages, at), points, movers);
    }

    private static Dictionary<string, (string Stage, long At)[]> Moves(EngineState state, FoldPlan plan, string lifecycle, long at)
    {
        var moves = new Dictionary<string, (string Stage, long At)[]>(StringComparer.Ordinal);
        var index = plan.LifecycleIndex(lifecycle);
        if (index < 0)
        {
            return moves;
        }
        var stages = plan.Lifecycles[index].Definition.Stages;
        var rows = Queries.Replay<(string UserId, (string, long)[] Moves)>(state, plan, at, (userId, fold, into) =>
        {
            if (fold.IsEntered)
            {
                into.Add((userId, [.. fold.Moves.Where(move => move.Lifecycle == index).Select(move => (stages[move.To].Id, move.At))]));
            }
        });
        foreach (var (userId, one) in rows)
        {
            moves[userId] = one;
        }
        return moves;
    }

    private static IEnumerable<string> StageIds(DefinitionSet definitions, string lifecycle) =>
        definitions.Lifecycles.FirstOrDefault(candidate => candidate.Id == lifecycle)?.Stages.Select(stage => stage.Id) ?? [];

    private static List<SimulatedSize> SizesAt(List<Lane> lanes, string[] stages, long at)
    {
        var current = lanes.CountBy(lane => StageAt(lane.Current, at)).ToDictionary();
        var simulated = lanes.CountBy(lane => StageAt(lane.Simulated, at)).ToDictionary();
        return [.. stages.Select(stage => new SimulatedSize(stage, current.GetValueOrDefault(stage), simulated.GetValueOrDefault(stage)))];
    }

    private static string StageAt((string Stage, long At)[] moves, long at)
    {
        var last = Array.FindLastIndex(moves, move => move.At <= at);
        return last < 0 ? "" : moves[last].Stage;
    }

    /// <summary>The last millisecond of each of the months before the instant's, oldest first, and the instant itself.</summary>
    private static List<long> MonthEnds(long at, Zone zone)
    {
        var today = DateTime.UnixEpoch.AddDays(zone.DayOf(at));
        var first = new DateTime(today.Year, today.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        var ends = new List<long>();
        for (var back = Months - 1; back >= 0; back--)
        {
            var month = first.AddMonths(-back);
            ends.Add(zone.StartOfDay(month.Year, month.Month, 1) - 1);
        }
        ends.Add(at);
        return ends;
    }
}
