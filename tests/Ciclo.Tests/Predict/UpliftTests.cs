using Ciclo.Core.Experiments;
using Ciclo.Core.Predict.Uplift;

namespace Ciclo.Tests.Predict;

/// <summary>Lift where the truth is known.</summary>
public sealed class UpliftTests
{
    [Fact]
    public void Cuped_finds_the_same_effect_with_less_noise_and_its_intervals_hold_the_truth()
    {
        var (held, plain, less) = (0, 0.0, 0.0);
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var (with, without) = (default(Moments), default(Moments));
            for (var i = 0; i < 2_000; i++)
            {
                var (before, isTreated) = (Normal(random), random.Next(2) == 1);
                var outcome = (2 * before) + Normal(random) + (isTreated ? 0.1 : 0);
                (with, without) = isTreated ? (with.With(outcome, before), without) : (with, without.With(outcome, before));
            }
            var (bare, cuped) = (AverageEffect.Of(with, without), AverageEffect.Of(with, without, before: true));
            held += cuped.Low <= 0.1 && 0.1 <= cuped.High ? 1 : 0;
            (plain, less) = (plain + bare.Error, less + cuped.Error);
        }
        // Of the noise √5 only 1 is left. Of 60 intervals of 95 %, fewer than 51 would be one chance in 5,000.
        Assert.Equal(1 / Math.Sqrt(5), less / plain, 0.02);
        Assert.InRange(held, 51, 60);
    }

    [Theory]
    [InlineData(UpliftLearner.T)]
    [InlineData(UpliftLearner.X)]
    public void Who_is_moved_is_found_where_it_matters_and_nothing_is_claimed_where_it_does_not(UpliftLearner learner)
    {
        var gains = Enumerable.Range(1, 20).Count(seed => Measured(seed, 0, learner).HasGain);
        Assert.InRange(gains, 0, 3);
        var real = Measured(1, 0.2, learner);
        Assert.True(real.HasGain);
        // Effects spread evenly over ±0.2 about their mean: the covariance of rank and effect is 0.4 / 12.
        Assert.Equal(0.4 / 12, real.Area, 4 * real.Error);
        Assert.True(real.Tenths[0].Effect > real.Tenths[^1].Effect + 0.2);
    }

    [Fact]
    public void Equal_expectations_choose_nobody()
    {
        var table = Made(3, 0.2);
        var nobody = Qini.Of(new double[table.People], table.Treated, table.Outcomes);
        Assert.Equal((0.0, false), (Math.Round(nobody.Area, 12), nobody.HasGain));
    }

    [Fact]
    public void A_column_from_after_the_treatment_or_the_outcome_is_known()
    {
        var table = Made(4, 0.1);
        var (random, treated, outcomes) = (new Random(9), table.Treated, table.Outcomes);
        Assert.Equal(HindsightKind.None, Hindsight.OfNumbers([.. Enumerable.Range(0, table.People).Select(person => table.Values[person])], treated, outcomes));
        Assert.Equal(HindsightKind.Moved, Hindsight.OfNumbers([.. treated.Select(one => Normal(random) + (one ? 0.2 : 0))], treated, outcomes));
        Assert.Equal(HindsightKind.KnowsOutcome, Hindsight.OfNumbers([.. outcomes.Select(outcome => outcome > 0 && random.Next(50) == 0 ? 12.5 : 0)], treated, outcomes));
        Assert.Equal(HindsightKind.Moved, Hindsight.OfTexts([.. treated.Select(one => random.Next(10) < (one ? 4 : 3) ? 0 : random.Next(1, 3))], 3, treated, outcomes));
        Assert.Equal(HindsightKind.None, Hindsight.OfTexts([.. treated.Select(_ => random.Next(3))], 3, treated, outcomes));
    }

    private static Qini Measured(int seed, double spread, UpliftLearner learner)
    {
        var table = Made(seed, spread);
        return Qini.Of(UpliftModel.Effects(table, learner), table.Treated, table.Outcomes);
    }

    /// <summary>Half are treated; a third buy; treating adds 5 %, and as much more or less as one's first trait says, up to the spread.</summary>
    private static UpliftTable Made(int seed, double spread)
    {
        var random = new Random(seed);
        var (values, treated, outcomes) = (new double[4_000 * 3], new bool[4_000], new double[4_000]);
        for (var person = 0; person < outcomes.Length; person++)
        {
            for (var k = 0; k < 3; k++)
            {
                values[(person * 3) + k] = (2 * random.NextDouble()) - 1;
            }
            treated[person] = random.Next(2) == 1;
            var probability = 0.33 + (0.05 * values[(person * 3) + 1]) + (treated[person] ? 0.05 + (spread * values[person * 3]) : 0);
            outcomes[person] = random.NextDouble() < probability ? 1 : 0;
        }
        return new UpliftTable(values, 3, treated, outcomes);
    }

    private static double Normal(Random random) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
}
