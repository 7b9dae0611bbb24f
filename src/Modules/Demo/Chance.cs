using System.Numerics;

namespace Ciclo.Modules.Demo;

/// <summary>What a stream of chance is for: each person has one stream per domain, so that drawing more in one moves nothing in another.</summary>
internal enum ChanceDomain : ulong
{
    Truth = 1,
    Life = 2,
    Visitor = 3,
    Referral = 4,
    AdCost = 5,
    Identity = 6,
    VisitorIdentity = 7,
    Habit = 8,
    Letter = 9,
}

/// <summary>
/// xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64. Our own, because the framework's generator may change between versions
/// and a demo must not. One instance is seeded again for each person: nothing is allocated per person.
/// </summary>
internal sealed class Chance
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    public void Begin(ulong seed, ChanceDomain domain, ulong number)
    {
        var state = Mix(Mix(seed ^ 0x9e3779b97f4a7c15) ^ Mix(((ulong)domain << 56) ^ number));
        s0 = SplitMix(ref state);
        s1 = SplitMix(ref state);
        s2 = SplitMix(ref state);
        s3 = SplitMix(ref state);
    }

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Is(double probability) => Unit() < probability;

    /// <summary>Uniform over 0 … n − 1.</summary>
    public int Below(int n) => (int)(((UInt128)Next() * (ulong)n) >> 64);

    public double Between(double low, double high) => low + (high - low) * Unit();

    public long Between(long low, long high) => low + (long)((high - low) * Unit());

    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    /// <summary>Standard normal (Box and Muller; the second value is not kept, so that each draw uses the same amount of chance).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>Gamma with scale 1 (Marsaglia and Tsang 2000).</summary>
    public double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(1 - Unit(), 1 / shape);
        }
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + c * x;
            if (v > 0)
            {
                v = v * v * v;
                if (Math.Log(1 - Unit()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                {
                    return d * v;
                }
            }
        }
    }

    public double Beta(double a, double b)
    {
        var x = Gamma(a);
        return x / (x + Gamma(b));
    }

    /// <summary>Poisson for small means (Knuth); never more than 50.</summary>
    public int Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var product = Unit();
        var count = 0;
        for (; product > limit && count < 50; count++)
        {
            product *= Unit();
        }
        return count;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        return Mix(state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}

/// <summary>Picks an index in proportion to its weight.</summary>
internal sealed class Weights
{
    private readonly double[] cumulative;

    public Weights(IEnumerable<double> weights)
    {
        var sum = 0.0;
        cumulative = [.. weights.Select(weight => sum += weight)];
    }

    public double Total => cumulative[^1];

    public int Pick(Chance chance)
    {
        var at = Array.BinarySearch(cumulative, chance.Unit() * Total);
        // A hit exactly on a boundary belongs to the next index: its own share begins there.
        return Math.Min(at < 0 ? ~at : at + 1, cumulative.Length - 1);
    }
}
