using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles;
using Ciclo.Tests.Home;
using Simulated = Ciclo.Modules.Lifecycles.Simulation;

namespace Ciclo.Tests.Modules.Lifecycles;

/// <summary>Simulations count what a plain replay of everybody, written down here a second time, counts.</summary>
public sealed class SimulationTests(HomeServer server) : IClassFixture<HomeServer>
{
    private const string Draft = """
        lifecycle: shop
        timezone: America/Mexico_City
        movement: forward
        stages:
          - id: visitor
          - id: reader
            when: count(page) >= 2
            segments: [{ id: keen, when: count(page) >= 3 }]
          - id: buyer
            when: ever("Order Completed")
        """;

    private WorkspaceEngine Engine => server.Engine;

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(1_000)]
    public void Sizes_at_month_ends_and_movers_are_those_of_a_plain_replay(int daysBack)
    {
        var set = new DefinitionSet([LifecycleFile.Read(Draft).Lifecycle!], []);
        var at = Engine.Read(state => state.Now) - (daysBack * 86_400_000L);
        var simulation = Simulated.Run(Engine, TimeProvider.System, set, "shop", at, 1, default);
        var (current, drafted) = (Lanes(null, at), Lanes(set, at));
        Assert.Equal(["visitor", "buyer", "asleep", "reader"], simulation.Stages);
        Assert.Equal(drafted.Count, simulation.Profiles);
        foreach (var point in simulation.OverTime)
        {
            foreach (var size in point.Sizes)
            {
                Assert.Equal((size.Stage, current.Values.Count(lane => StageAt(lane, point.At) == size.Stage), drafted.Values.Count(lane => StageAt(lane, point.At) == size.Stage)), (size.Stage, size.Current, size.Simulated));
            }
        }
        var expected = drafted.Where(lane => StageAt(lane.Value, at) != StageAt(current.GetValueOrDefault(lane.Key, []), at))
            .Select(lane => (lane.Key, StageAt(current.GetValueOrDefault(lane.Key, []), at), StageAt(lane.Value, at))).OrderBy(one => one.Key);
        Assert.Equal(expected, simulation.Movers.Select(mover => (mover.Profile, simulation.StageName(mover.From), simulation.StageName(mover.To))));
        Assert.True(daysBack > 0 || simulation.Movers.Count > 10);
    }

    [Fact]
    public void An_instant_to_come_is_folded_under_both_definitions()
    {
        var set = new DefinitionSet([LifecycleFile.Read(Draft).Lifecycle!], []);
        var at = Engine.Read(state => state.Now) + (90 * 86_400_000L);
        var simulation = Simulated.Run(Engine, TimeProvider.System, set, "shop", at, 1, default);
        Assert.Equal(1, simulation.Sizes.Single(size => size.Stage == "asleep").Current);
        Assert.Equal(0, simulation.Sizes.Single(size => size.Stage == "asleep").Simulated);
    }

    [Fact]
    public void Nothing_changes_where_the_definition_is_the_one_in_force()
    {
        var simulation = Simulated.Run(Engine, TimeProvider.System, Engine.Rules.Definitions, "shop", Engine.Read(state => state.Now), 1, default);
        Assert.Empty(simulation.Movers);
        Assert.All(simulation.Sizes, size => Assert.Equal(size.Current, size.Simulated));
    }

    [Fact]
    public void Members_of_segments_over_time_and_together_are_those_of_a_plain_replay()
    {
        var known = SegmentFile.Read("segment: known\nwhen: traits.email != null").Segment!;
        var often = SegmentFile.Read("segment: often\nwhen: count(page) >= 2").Segment!;
        var replay = SegmentReplay.Run(Engine, TimeProvider.System, new SegmentQuestion(new DefinitionSet([], [known, often]), ["known", "often"], 1, ""), Engine.Read(state => state.Now), default);
        Assert.Equal([1, 61], replay.Members.Select(members => members[^1]));
        Assert.Equal(62, replay.Sets.Skip(1).Sum());
        Assert.Equal(0, replay.Sets[3]);
        Assert.Single(replay.Sample);
    }

    private Dictionary<int, List<(string Stage, long At)>> Lanes(DefinitionSet? set, long at) => Engine.Read(state =>
    {
        var plan = set is null ? state.Placement.Plan : FoldPlan.Compile(set, state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
        var index = plan.LifecycleIndex("shop");
        return Queries.Replay<(int Profile, List<(string, long)> Moves)>(state, plan, at, (int profile, ProfileFold fold, List<(int, List<(string, long)>)> into) =>
        {
            if (fold.IsEntered)
            {
                into.Add((profile, [.. fold.Moves.Where(move => move.Lifecycle == index).Select(move => (plan.Lifecycles[index].Definition.Stages[move.To].Id, move.At))]));
            }
        }).ToDictionary(lane => lane.Profile, lane => lane.Moves);
    });

    private static string StageAt(List<(string Stage, long At)> moves, long at) => moves.FindLastIndex(move => move.At <= at) is >= 0 and var last ? moves[last].Stage : "";
}
