namespace Ciclo.Core.Predict;

/// <summary>Numbers by chance from a seed, the same on every machine and for all time (G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014).</summary>
internal struct Dice(int seed)
{
    private ulong state = (ulong)seed * 0xD1342543DE82EF95;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>In [0, 1).</summary>
    public double Throw() => (Next() >> 11) * (1.0 / (1UL << 53));

    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var other = (int)(Throw() * (i + 1));
            (values[i], values[other]) = (values[other], values[i]);
        }
    }
}
