namespace Ciclo.Bench.Questions;

/// <summary>The whole data set in memory, by profile and then by time: what the naive answers are read from.</summary>
internal sealed class ProfileOrder
{
    private readonly long[] at;
    private readonly byte[] names;
    private readonly int[] cents;
    private readonly int[] starts;

    public ProfileOrder(BenchEvents events)
    {
        starts = new int[events.Profiles + 1];
        (at, names, cents) = (new long[events.Count], new byte[events.Count], new int[events.Count]);
        foreach (var each in events.Read())
        {
            starts[each.Profile + 1]++;
        }
        for (var profile = 0; profile < events.Profiles; profile++)
        {
            starts[profile + 1] += starts[profile];
        }
        var next = starts.AsSpan(0, events.Profiles).ToArray();
        foreach (var each in events.Read())
        {
            var place = next[each.Profile]++;
            (at[place], names[place], cents[place]) = (each.At, (byte)each.Name, each.Cents);
        }
    }

    public int Profiles => starts.Length - 1;

    public ReadOnlySpan<long> At(int profile) => at.AsSpan(starts[profile]..starts[profile + 1]);

    public ReadOnlySpan<byte> Names(int profile) => names.AsSpan(starts[profile]..starts[profile + 1]);

    public ReadOnlySpan<int> Cents(int profile) => cents.AsSpan(starts[profile]..starts[profile + 1]);
}
