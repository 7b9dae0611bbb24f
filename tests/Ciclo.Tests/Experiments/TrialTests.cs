using Ciclo.Core.Experiments;

namespace Ciclo.Tests.Experiments;

public sealed class TrialTests
{
    [Theory]
    [InlineData("campaign:1", "user_id:ana", 0.97715881425745177)]
    [InlineData("campaign:2", "user_id:ana", 0.54313161369989671)]
    [InlineData("holdout", "email:luis@example.com", 0.94754376635465354)]
    [InlineData("journey:carrito", "anonymous_id:ñ", 0.38401322675090943)]
    public void A_draw_is_the_same_for_all_time(string experiment, string identifier, double draw) => Assert.Equal(draw, Draw.Of(experiment, identifier), 1e-15);

    [Fact]
    public void Draws_fall_evenly_and_two_experiments_draw_independently()
    {
        var (first, both) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var (one, other) = (Draw.Of("campaign:1", $"user_id:{i}") < 0.5, Draw.Of("campaign:2", $"user_id:{i}") < 0.5);
            first += one ? 1 : 0;
            both += one && other ? 1 : 0;
        }
        Assert.InRange(first, 9_750, 10_250);
        Assert.InRange(both, 4_800, 5_200);
    }

    [Fact]
    public void Arms_share_the_unit_interval_by_their_weights()
    {
        Assert.Equal([0, 0, 1, 2, 2], new[] { 0, 0.19, 0.2, 0.5, 0.999 }.Select(draw => Draw.Arm([2, 3, 5], draw)));
    }

    [Theory]
    [InlineData(3.841458820694124, 1, 0.05)]
    [InlineData(5.991464547107979, 2, 0.05)]
    [InlineData(18.307038053275146, 10, 0.05)]
    [InlineData(12.115665146397173, 1, 0.0005)]
    [InlineData(0.00393214, 1, 0.95)]
    public void Chi_square_tails_are_those_of_the_tables(double value, int freedom, double tail) => Assert.Equal(tail, Chance.ChiSquareTail(value, freedom), 1e-6);

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.8, 0.8416212335729143)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.5, 0)]
    public void Normal_quantiles_are_those_of_the_tables(double probability, double value) => Assert.Equal(value, Chance.NormalQuantile(probability), 1e-8);

    [Fact]
    public void A_broken_sample_ratio_comes_before_any_result()
    {
        // 10,000 people that should be split in halves, of whom the arm lost 400 that did not convert.
        var people = Enumerable.Range(0, 9_600).Select(i => new TrialPerson(i < 5_000 ? 0 : 1, 0, i, i % 10 < (i < 5_000 ? 2 : 4), 0, 0)).ToArray();
        var result = Trial.Of(new TrialQuestion(["control", "mail"], [[0.5, 0.5]], new TrialPlan(), false, false), people, PlantedEffectTests.Fell(people, 1, 2), []);
        Assert.IsType<LiftVerdict.Broken>(result.Arms[1].Lift!.Verdict);
        Assert.False(SampleRatio.Of([([1.0, 1.0], [5_060, 4_940])]).IsBroken);
    }

    [Fact]
    public void A_few_people_prove_nothing_and_how_many_more_it_takes_is_said()
    {
        var people = Enumerable.Range(0, 60).Select(i => new TrialPerson(i % 2, 0, i, i % 2 == 1 || i % 4 == 0, 0, 0)).ToArray();
        var verdict = Trial.Of(new TrialQuestion(["control", "mail"], [[1.0, 1.0]], new TrialPlan(), false, false), people, PlantedEffectTests.Fell(people, 1, 2), []).Arms[1].Lift!.Verdict;
        Assert.InRange(Assert.IsType<LiftVerdict.NotYet>(verdict).StillNeeded!.Value, 1_000, 50_000);
    }

    [Fact]
    public void Where_everything_is_the_same_the_bound_of_a_lift_is_said()
    {
        var people = Enumerable.Range(0, 200_000).Select(i => new TrialPerson(i % 2, 0, i, i % 5 == 0, 0, 0)).ToArray();
        var verdict = Trial.Of(new TrialQuestion(["control", "mail"], [[1.0, 1.0]], new TrialPlan(), false, false), people, PlantedEffectTests.Fell(people, 1, 2), []).Arms[1].Lift!.Verdict;
        Assert.InRange(Assert.IsType<LiftVerdict.NoDifference>(verdict).Bound, 0.01, 0.1);
    }

    [Fact]
    public void What_was_spent_before_narrows_the_interval_and_moves_no_truth()
    {
        var random = new Random(7);
        var people = Enumerable.Range(0, 8_000).Select(i =>
        {
            var before = random.NextDouble() * 100;
            return new TrialPerson(i % 2, 0, i, true, before + (random.NextDouble() * 10) + (i % 2 * 2), before);
        }).ToArray();
        Comparison Ask(bool before) =>
            Trial.Of(new TrialQuestion(["control", "mail"], [[1.0, 1.0]], new TrialPlan(), true, before), people, PlantedEffectTests.Fell(people, 1, 2), []).Arms[1].Lift!.ByMoney!.Value;
        var (plain, adjusted) = (Ask(false), Ask(true));
        Assert.True(adjusted.Error < plain.Error / 5, $"{adjusted.Error} against {plain.Error}");
        Assert.True(adjusted.Between.Has(2) && plain.Between.Has(2), $"{adjusted.Between}, {plain.Between}");
    }

    [Fact]
    public void One_huge_order_does_not_decide_and_the_bound_is_said()
    {
        var people = Enumerable.Range(0, 2_000).Select(i => new TrialPerson(i % 2, 0, i, i % 4 < 2, i == 1 ? 1_000_000 : i % 4 < 2 ? 20 + (i % 7) : 0, 0)).ToArray();
        var result = Trial.Of(new TrialQuestion(["control", "mail"], [[1.0, 1.0]], new TrialPlan(), true, false), people, PlantedEffectTests.Fell(people, 1, 2), []);
        Assert.Equal(new MoneyCap(26, 1), result.Cap);
        Assert.True(result.Arms[1].Lift!.ByMoney!.Value.Treated < 20);
        Assert.True(result.Arms[1].Money > 1_000_000);
    }

    [Fact]
    public void The_better_arm_gets_nearly_everybody_and_the_others_are_still_tried()
    {
        var best = Thompson.BestByShare([(1_000, 100), (1_000, 150), (1_000, 102)], seed: 1);
        Assert.True(best[1] > 0.99, $"{best[1]}");
        Assert.Equal(1, best.Sum(), 1e-9);
        Assert.All(Thompson.Shares(best), share => Assert.True(share > 0.015));
        Assert.All(Thompson.BestByShare([(0, 0), (0, 0)], seed: 1), share => Assert.InRange(share, 0.45, 0.55));
        Assert.True(Thompson.BestByMoney([Spent(10), Spent(12)], seed: 1)[1] > 0.99);
    }

    private static Moments Spent(double mean) => Enumerable.Range(0, 1_000).Aggregate(default(Moments), (sum, i) => sum.With(mean + (i % 11) - 5));
}
