using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules;

/// <summary>The twin held against itself, looking at every millisecond, where it needs no idea of when something could change.</summary>
public sealed class TwinTests
{
    [Fact]
    public void The_instants_that_the_twin_looks_at_miss_nothing_that_every_millisecond_shows()
    {
        var moves = 0;
        for (var seed = 1; seed <= 30; seed++)
        {
            var world = WorldWriter.OfSeconds(seed);
            moves += TwinTimeline.History(world.Compile(), world.Events, world.Clock).Transitions.Count;
            if (Differs(world))
            {
                var small = Shrinker.Shrink(world, Differs);
                var definitions = small.Compile();
                Assert.Fail($"Seed {seed}.\n{small.Say()}\n--- by candidates\n{TwinTimeline.History(definitions, small.Events, small.Clock).Say()}"
                    + $"\n--- by every millisecond\n{TwinTimeline.HistoryByEveryMillisecond(definitions, small.Events, small.Clock).Say()}");
            }
        }
        Assert.True(moves > 50, $"Only {moves} moves: these worlds show nothing.");
    }

    private static bool Differs(World world)
    {
        var definitions = world.Compile();
        return TwinTimeline.History(definitions, world.Events, world.Clock).Say()
            != TwinTimeline.HistoryByEveryMillisecond(definitions, world.Events, world.Clock).Say();
    }
}
