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
        var moves = 0;
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 1_000); seed++)
        {
            var world = WorldWriter.OfWeeks(seed);
            moves += HoldToTwin(seed, world, world => EngineAdapter.History(world));
        }
        Assert.True(moves > 2 * Setting("CICLO_WORLDS", 1_000), $"Only {moves} moves: these worlds show nothing.");
    }

    [Fact]
    public void The_engine_gives_the_history_that_a_look_at_every_second_gives_when_durations_are_seconds()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 500); seed++)
        {
            HoldToTwin(seed, WorldWriter.OfSeconds(seed), world => EngineAdapter.History(world));
        }
    }

    [Fact]
    public void Stopping_the_clock_on_the_way_changes_nothing()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 1_500); seed++)
        {
            var world = WorldWriter.OfWeeks(seed);
            Compare(seed, world, world => EngineAdapter.History(world), world => EngineAdapter.History(world, Stops(seed, world)));
        }
    }

    [Fact]
    public void The_order_of_arrival_and_duplicates_change_nothing()
    {
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 500); seed++)
        {
            Compare(seed, WorldWriter.OfWeeks(seed), world => EngineAdapter.History(world), world =>
            {
                var dice = new Dice(seed);
                var again = dice.Shuffle(world.Events.Concat(world.Events.Where(_ => dice.OneIn(3))));
                return EngineAdapter.History(world with { Events = again });
            });
        }
    }

    [Fact]
    public void Survey()
    {
        var kinds = new Dictionary<string, int>();
        for (var seed = FirstSeed; seed < FirstSeed + Setting("CICLO_WORLDS", 1_000); seed++)
        {
            foreach (var world in new[] { WorldWriter.OfWeeks(seed), WorldWriter.OfSeconds(seed) })
            {
                var actual = Say(w => EngineAdapter.History(w), world);
                var expected = Twin(world).Say();
                if (actual != expected)
                {
                    var kind = actual.Contains("Exception") ? string.Join('|', actual.Split('\n').Take(2)) : expected.Contains("loop") != actual.Contains("loop") ? "loop" : "other";
                    kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                    if (kinds[kind] <= 5 && (!actual.Contains("Exception") || kinds[kind] <= 1))
                    {
                        var small = Shrinker.Shrink(world, c => { var t = Say(w => EngineAdapter.History(w), c); return t.Contains("Exception") == actual.Contains("Exception") && Twin(c).Say() != t; });
                        Console.WriteLine($"SEED {seed} {kind}\n{small.Say()}\n--- expected\n{Twin(small).Say()}\n--- the engine\n{string.Join('\n', Say(w => EngineAdapter.History(w), small).Split('\n').Take(8))}\n");
                    }
                }
            }
        }
        Assert.Fail(string.Join('\n', kinds.Select(k => k.Value + " " + k.Key)));
    }

    private static int HoldToTwin(int seed, World world, Func<World, TwinHistory> engine) =>
        Compare(seed, world, Twin, engine);

    private static TwinHistory Twin(World world) => TwinTimeline.History(world.Compile(), world.Events, world.Clock);

    private static int Compare(int seed, World world, Func<World, TwinHistory> expected, Func<World, TwinHistory> actual)
    {
        var history = expected(world);
        if (history.Say() == Say(actual, world))
        {
            return history.Transitions.Count;
        }
        var small = Shrinker.Shrink(world, candidate => expected(candidate).Say() != Say(actual, candidate));
        Assert.Fail($"Seed {seed}.\n{small.Say()}\n--- expected\n{expected(small).Say()}\n--- the engine\n{Say(actual, small)}");
        return 0;
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
