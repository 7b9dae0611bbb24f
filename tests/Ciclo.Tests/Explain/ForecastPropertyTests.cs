using Ciclo.Core.Events;
using Ciclo.Core.Explain;
using Ciclo.Core.Folds;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Explain;

/// <summary>What an explanation says about time is what a fold that waits finds, to the millisecond.</summary>
public class ForecastPropertyTests
{
    private static readonly string[] Atoms =
    [
        "count(\"A\", 9d) >= 2", "count(\"A\", 5d) < 1", "sum(\"B\".x, 7d) <= 3", "since(\"A\") > 6d", "since(\"B\") >= 4d + 12h", "since(\"A\") < 3d", "age > 20d",
        "time_in_stage > 8d", "stage == \"two\"", "last(\"A\") + 10d < now", "now >= @2026-02-10", "now < @2026-02-03", "ever(\"B\")", "in(\"busy\")",
        "days(\"A\", 11d) == 1", "distinct(\"B\".x, 13d) > 1", "max(\"B\".x, 6d) > 2", "anniversary(traits.born) - now < 5d", "traits.born != null", "not ever(\"A\")",
        "first(\"B\") - first(\"A\") > 1d", "last(\"B\".x) in [1, 2]", "avg(\"B\".x, 10d) != 2",
    ];

    [Fact]
    public void The_next_move_and_every_instant_named_are_exact()
    {
        var (moves, instants) = (0, 0);
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var history = RandomHistory(random);
            var lifecycle = RandomLifecycle(random);
            var plan = history.Plan(lifecycle, "segment: busy\nwhen: count(any, 3d) >= 2");
            var at = PackedHistory.At("2026-01-25") + random.Next(0, 15 * 24 * 60) * Durations.Minute;
            var explained = new Explainer(plan).ExplainStage(0, 1, history.Events, at);
            if (explained.Stay is not null)
            {
                moves += CheckNext(explained, history, plan, $"seed {seed}\n{lifecycle}");
                instants += CheckMissing(explained, history, lifecycle, $"seed {seed}\n{lifecycle}");
            }
        }
        Assert.True(moves > 50 && instants > 100, $"Only {moves} moves and {instants} instants were tried.");
    }

    private static int CheckNext(StageExplanation explained, PackedHistory history, FoldPlan plan, string because)
    {
        var known = UpTo(history, plan, explained.At).Moves.Count;
        if (explained.Next is not { } next)
        {
            Assert.True(UpTo(history, plan, explained.At, explained.At + (365 * Durations.Day)).Moves.Count == known, because);
            return 0;
        }
        Assert.True(UpTo(history, plan, explained.At, next.At - 1).Moves.Count == known, because);
        var moved = UpTo(history, plan, explained.At, next.At);
        Assert.True(moved.Moves.Count > known && moved.Moves[^1].At == next.At, because);
        Assert.True(moved.StageIdOf(0).AsText == next.To, because);
        return 1;
    }

    /// <summary>Each condition said to be lacking becomes the rule of a segment of its own: it does not hold now, nor before the instant named, and holds at it.</summary>
    private static int CheckMissing(StageExplanation explained, PackedHistory history, string lifecycle, string because)
    {
        var tried = 0;
        foreach (var missing in explained.Others.SelectMany(other => other.Missing))
        {
            var condition = missing.IsNegated ? $"not ({missing.Condition})" : missing.Condition;
            condition = condition.Replace("time_in_stage >", "time_in_stage(\"life\") >", StringComparison.Ordinal).Replace("stage ==", "stage(\"life\") ==", StringComparison.Ordinal);
            var plan = history.Plan(lifecycle, "segment: busy\nwhen: count(any, 3d) >= 2", $"segment: asked\nwhen: |\n  {condition}");
            var asked = plan.SegmentIndex("asked");
            Assert.False(UpTo(history, plan, explained.At).IsMember(asked), $"{because}\nholds already: {condition}");
            if (missing.NotBefore is { } at)
            {
                tried++;
                Assert.False(UpTo(history, plan, explained.At, at - 1).IsMember(asked), $"{because}\nholds before {Instants.Format(at)}: {condition}");
                Assert.True(UpTo(history, plan, explained.At, at).IsMember(asked), $"{because}\ndoes not hold at {Instants.Format(at)}: {condition}");
            }
            else
            {
                Assert.False(UpTo(history, plan, explained.At, explained.At + (300 * Durations.Day)).IsMember(asked), $"{because}\nholds by waiting: {condition}");
            }
        }
        return tried;
    }

    private static ProfileFold UpTo(PackedHistory history, FoldPlan plan, long known, long? until = null)
    {
        var fold = history.Fold(plan, known);
        fold.AdvanceTo(until ?? known);
        return fold;
    }

    private static PackedHistory RandomHistory(Random random)
    {
        var history = new PackedHistory();
        var start = PackedHistory.At("2026-01-01");
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            var at = start + random.Next(0, 30 * 24) * Durations.Hour;
            _ = random.Next(4) switch
            {
                0 => history.Add(CallType.Identify, at, "", random.Next(2) == 0 ? """{"born":"1990-03-04"}""" : """{"born":null}"""),
                1 => history.Add(CallType.Track, at, "B", $$"""{"x":{{random.Next(1, 4)}}}"""),
                _ => history.Add(CallType.Track, at, "A", "{}"),
            };
        }
        return history;
    }

    private static string RandomLifecycle(Random random) =>
        $"lifecycle: life\nmovement: {(random.Next(2) == 0 ? "forward" : "free")}\nstages:\n  - id: one\n"
        + string.Concat(new[] { "two", "three", "four" }.Select(id => $"  - id: {id}\n    when: |\n      {RandomRule(random, 2)}\n"));

    private static string RandomRule(Random random, int depth) => depth == 0 || random.Next(3) == 0
        ? Atoms[random.Next(Atoms.Length)]
        : random.Next(5) switch
        {
            0 => $"not ({RandomRule(random, depth - 1)})",
            1 or 2 => $"({RandomRule(random, depth - 1)}) or ({RandomRule(random, depth - 1)})",
            _ => $"({RandomRule(random, depth - 1)}) and ({RandomRule(random, depth - 1)})",
        };
}
