using System.Globalization;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules;

/// <summary>
/// The engine held to its brute-force twin over random worlds. CICLO_WORLDS sets how many of them (a soak takes 100,000);
/// CICLO_SEED the first.
/// </summary>
public sealed class EngineTests
{
    private static readonly int FirstSeed = Setting("CICLO_SEED", 1);

    [Fact]
    public void The_engine_gives_the_history_that_the_twin_gives()
    {
        var worlds = Setting("CICLO_WORLDS", 200);
        var (moves, late, memberships, loops) = (0, 0, 0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + worlds; seed++)
        {
            var world = WorldWriter.OfWeeks(seed);
            var history = HoldToTwin(seed, world, world => EngineAdapter.History(world));
            var instants = world.Events.Select(e => e.At).ToHashSet();
            moves += history.Transitions.Count;
            late += history.Transitions.Count(move => !instants.Contains(move.At));
            memberships += history.Memberships.Count;
            loops += history.Warnings.Count;
        }
        Assert.True(worlds < 500 || (moves > 2 * worlds && late > worlds / 4 && memberships > worlds / 2 && loops > worlds / 20),
            $"{moves} moves, {late} of them at deadlines, {memberships} memberships, {loops} loops: these worlds show too little.");
    }

    [Fact]
    public void The_engine_gives_the_history_that_the_twin_gives_where_durations_are_seconds_and_events_collide()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 150); seed++)
        {
            HoldToTwin(seed, WorldWriter.OfSeconds(seed), world => EngineAdapter.History(world));
        }
    }

    [Fact]
    public void Stopping_the_clock_on_the_way_changes_nothing()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 150); seed++)
        {
            var world = WorldWriter.OfWeeks(seed);
            HoldToTwin(seed, world, world => EngineAdapter.History(world, Stops(seed, world)));
        }
    }

    [Fact]
    public void The_order_of_arrival_and_duplicates_change_nothing()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 150); seed++)
        {
            HoldToTwin(seed, WorldWriter.OfWeeks(seed), world =>
            {
                var dice = new Dice(seed);
                var again = dice.Shuffle(world.Events.Concat(world.Events.Where(_ => dice.OneIn(3))));
                return EngineAdapter.History(world with { Events = again });
            });
        }
    }

    [Fact]
    public void A_state_saved_and_loaded_at_any_point_goes_on_as_if_it_had_not_been()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 150); seed++)
        {
            HoldToTwin(seed, WorldWriter.OfWeeks(seed), world => EngineAdapter.HistoryInPieces(world, seed));
            HoldToTwin(seed, WorldWriter.OfSeconds(seed), world => EngineAdapter.HistoryInPieces(world, seed));
        }
    }

    [Fact]
    public void Events_that_no_rule_reads_can_be_left_out()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 150); seed++)
        {
            HoldToTwin(seed, WorldWriter.OfWeeks(seed), EngineAdapter.HistoryOfWhatIsRead);
            HoldToTwin(seed, WorldWriter.OfSeconds(seed), EngineAdapter.HistoryOfWhatIsRead);
        }
    }

    private static TwinHistory Twin(World world) =>
        TwinTimeline.History(world.Compile(), world.Events, world.Clock, money: TwinMoney.Dollars);

    private static TwinHistory HoldToTwin(int seed, World world, Func<World, TwinHistory> actual)
    {
        TwinHistory history;
        try
        {
            history = Twin(world);
        }
        catch (EndlessHistoryException)
        {
            return new TwinHistory([], [], []);
        }
        if (history.Say() == Say(actual, world))
        {
            return history;
        }
        var small = Shrinker.Shrink(world, candidate => Twin(candidate).Say() != Say(actual, candidate));
        Assert.Fail($"Seed {seed}.\n{small.Say()}\n--- expected\n{Twin(small).Say()}\n--- the engine\n{Say(actual, small)}");
        return history;
    }

    /// <summary>A crash is a wrong history too, so that a world that crashes shrinks.</summary>
    private static string Say(Func<World, TwinHistory> engine, World world)
    {
        try
        {
            return engine(world).Say();
        }
        catch (Exception crash) when (crash is not Core.Rules.RuleException)
        {
            return crash.ToString();
        }
    }

    private static IEnumerable<long> Stops(int seed, World world)
    {
        var dice = new Dice(seed);
        var first = world.Events.Min(e => e.At);
        return Enumerable.Range(0, 1 + dice.Below(20))
            .Select(_ => dice.OneIn(2) ? dice.Among(world.Events).At + dice.Of(-1, 0, 1, 86_400_000, 86_400_001) : dice.Between(first, world.Clock));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
