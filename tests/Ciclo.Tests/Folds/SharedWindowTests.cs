using Ciclo.Core.Events;
using Ciclo.Tests.Rules;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Folds;

/// <summary>Histories long enough that what windows share is trimmed and grown on the way, held to the twin.</summary>
public sealed class SharedWindowTests
{
    private const long Start = 1_772_323_200_000;
    private const long Hour = 3_600_000;

    private static readonly string[] Rules =
    [
        "count(\"A\", 2d) >= 3", "count(\"A\", 9d) < 12", "count(\"A\", 9d) == 5", "sum(\"A\".revenue, 3d) >= 40", "sum(\"A\".revenue, 12d) > 99.5",
        "sum(\"A\".qty, 5d) != 3", "avg(\"A\".revenue, 4d) <= 11", "min(\"A\".revenue, 3d) > 2", "min(\"A\".revenue, 8d) < -3", "max(\"A\".revenue, 2d) >= 25",
        "max(\"A\".revenue, 10d) < 29", "days(\"A\", 4d) >= 3", "days(\"A\", 15d) < 9", "distinct(\"A\".qty, 6d) >= 4",
        "sum(\"A\".revenue where qty > 1, 6d) >= 30", "since(\"A\") > 1d", "count(\"A\", 7d) > count(\"A\", 1d) + 4",
    ];

    [Fact]
    public void Windows_that_share_a_long_history_answer_as_if_each_had_its_own()
    {
        var memberships = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var world = WorldOf(seed);
            var expected = TwinTimeline.History(world.Compile(), world.Events, world.Clock).Say();
            memberships += expected.Split('\n').Length;
            Assert.True(expected == EngineAdapter.History(world).Say(), $"Seed {seed}.");
            Assert.True(expected == EngineAdapter.HistoryInPieces(world, seed).Say(), $"Seed {seed}, in pieces.");
        }
        Assert.True(memberships > 40 * 15, $"{memberships} memberships: these worlds show too little.");
    }

    private static World WorldOf(int seed)
    {
        var dice = new Dice(seed);
        var events = new List<TwinEvent>();
        var at = Start;
        for (var i = 0; i < 40; i++)
        {
            at += dice.OneIn(6) ? 0 : dice.OneIn(12) ? 200 * Hour : dice.Below(12) * Hour;
            var properties = dice.Of(
                "{}", "{\"revenue\":" + (dice.Below(40) - 8) + ".25,\"qty\":" + dice.Below(6) + "}", "{\"revenue\":" + dice.Below(30) + "}",
                "{\"revenue\":\"none\",\"qty\":2.000001}", "{\"revenue\":" + (1 + dice.Below(30)) + "0000000000000}", "{\"qty\":1}");
            events.Add(new TwinEvent(CallType.Track, "A", at, $"m{i:000}", Origin.Customer, properties));
        }
        return new World([], [.. Enumerable.Range(0, 4).Select(i => new SegmentSource($"s{i}", "UTC", dice.Of(Rules)))], events, at + (400 * Hour));
    }
}
