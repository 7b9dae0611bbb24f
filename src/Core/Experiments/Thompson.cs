namespace Ciclo.Core.Experiments;

/// <summary>
/// Thompson sampling in batches: the next batch is shared out by how probable each arm is to be the best, given what the batches before brought (Thompson 1933; Chapelle and Li 2011).
/// </summary>
public static class Thompson
{
    private const int Draws = 10_000;

    /// <summary>Every arm keeps this share: what is not tried cannot turn out better.</summary>
    private const double Least = 0.02;

    /// <summary>The probability of each arm to have the highest share of conversions, from Beta(1 + converted, 1 + not) each.</summary>
    /// <param name="seed">The same seed gives the same answer.</param>
    public static double[] BestByShare(IReadOnlyList<(long People, long Converted)> arms, int seed)
    {
        var random = new Random(seed);
        return Best(arms.Count, i =>
        {
            var yes = Gamma(random, 1 + arms[i].Converted);
            return yes / (yes + Gamma(random, 1 + arms[i].People - arms[i].Converted));
        });
    }

    /// <summary>The same for what a person brings: normal around each mean. An arm of fewer than two people may be anything, so that it is tried.</summary>
    public static double[] BestByMoney(IReadOnlyList<Moments> arms, int seed)
    {
        var random = new Random(seed);
        var all = arms.Aggregate(default(Moments), (sum, arm) => sum + arm);
        var spread = all.People < 2 ? 1 : Math.Sqrt(Math.Max(all.Variance(0), 1e-12));
        return Best(arms.Count, i => arms[i].People < 2
            ? all.Mean + (spread * Normal(random))
            : arms[i].Mean + (Math.Sqrt(Math.Max(arms[i].Variance(0), 1e-12) / arms[i].People) * Normal(random)));
    }

    /// <summary>The shares of the next batch.</summary>
    public static double[] Shares(IReadOnlyList<double> best)
    {
        var raised = best.Select(probability => Math.Max(Least, probability)).ToArray();
        return [.. raised.Select(share => share / raised.Sum())];
    }

    private static double[] Best(int arms, Func<int, double> sample)
    {
        var wins = new int[arms];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (best, highest) = (0, double.NegativeInfinity);
            for (var i = 0; i < arms; i++)
            {
                var value = sample(i);
                (best, highest) = value > highest ? (i, value) : (best, highest);
            }
            wins[best]++;
        }
        return [.. wins.Select(won => (double)won / Draws)];
    }

    /// <summary>Gamma(shape, 1) for shapes of 1 and more (Marsaglia and Tsang 2000).</summary>
    private static double Gamma(Random random, double shape)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(random);
            var v = 1 + (c * x);
            v = v * v * v;
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
