using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Views;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>Whom an experiment moves: found where it is planted, not claimed where it is not.</summary>
public sealed class LiftTests
{
    private static readonly HabitColumns Columns = new([HabitColumns.Views, "Cart Filled"], ["plan", FirstTouch.Column]);

    [Fact]
    public void Where_only_some_are_moved_it_says_whom_as_a_rule()
    {
        // Who filled a cart in 90 days is moved by 20 points, nobody else is.
        var answer = LiftReading.Of(Columns, People(3_000, 0.5, carts => carts > 0 ? 0.2 : 0));

        var found = answer.Found!;
        Assert.True(found.Qini.HasGain, $"{found.Qini.Area} ± {found.Qini.Error}");
        Assert.InRange(found.Effect.Effect, 0.05, 0.15);
        Assert.True(found.Adjusted.Error <= found.Effect.Error * 1.001);
        Assert.Equal("count(\"Cart Filled\", 90d) >= 1", found.Rules[0].Rule);
        Assert.True(found.Rules[0].Inside.Low > found.Rules[0].Outside.Effect);
        Assert.InRange(found.Rules[0].Inside.Effect, 0.12, 0.28);
    }

    [Fact]
    public void Where_all_are_moved_alike_nothing_is_gained_by_choosing()
    {
        var found = LiftReading.Of(Columns, People(3_000, 0.8, _ => 0.1)).Found!;

        Assert.False(found.Qini.HasGain);
        Assert.Empty(found.Rules);
        Assert.True(found.Effect.Low > 0);
        // A fifth was held out: imputed effects are steadier there.
        Assert.Equal(Core.Predict.Uplift.UpliftLearner.X, found.Main);
    }

    [Fact]
    public void Too_few_people_are_refused_with_how_many_are_missing()
    {
        var answer = LiftReading.Of(Columns, People(200, 0.5, _ => 0.1));
        Assert.Null(answer.Found);
        Assert.Contains($"{LiftReading.FewestOfGroup} of each", answer.Refusal!.Value.En, StringComparison.Ordinal);
    }

    /// <summary>Half of the people filled a cart; three in ten convert untouched, four in ten of those with a cart.</summary>
    private static List<(HabitRow Row, CountedPerson Person)> People(int count, double treated, Func<int, double> effect)
    {
        var random = new Random(11);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var (numbers, carts, isTreated) = (new double[Columns.Numbers], random.Next(2) * random.Next(1, 4), random.NextDouble() < treated);
                var at = Columns.NumberNames.ToList();
                numbers[at.IndexOf("days_known")] = random.Next(400);
                numbers[at.IndexOf("times_90:Cart Filled")] = carts;
                numbers[at.IndexOf("times_90:page")] = random.Next(30);
                var converted = random.NextDouble() < (carts > 0 ? 0.4 : 0.3) + (isTreated ? effect(carts) : 0);
                return (new HabitRow(i, 0, false, numbers, [random.Next(2) == 0 ? "gold" : "basic", "Direct"], null), new CountedPerson(i, !isTreated, 1, converted, carts));
            }),
        ];
    }
}
