namespace Ciclo.Engine.Runtime;

/// <summary>An event that came, under its identifier; <paramref name="Entry"/> is its number in the part of the history that takes events in.</summary>
public readonly record struct Arrival(int Node, long At, int Entry);

/// <summary>
/// What came since places were last brought up to date. While much is staged at once, single events are not told apart: their identifiers are
/// touched, and their profiles are folded anew.
/// </summary>
public sealed class Arrivals
{
    private readonly List<Arrival> all = [];

    public IReadOnlyList<Arrival> All => all;

    /// <summary>Identifiers whose profile must be folded anew.</summary>
    public HashSet<int> Touched { get; } = [];

    /// <summary>Whether single events are kept; the history must not be frozen until they are cleared.</summary>
    public bool TellsApart { get; set; } = true;

    public void Add(in Arrival arrival)
    {
        if (TellsApart)
        {
            all.Add(arrival);
        }
        else
        {
            Touched.Add(arrival.Node);
        }
    }

    public void Clear()
    {
        all.Clear();
        Touched.Clear();
        TellsApart = true;
    }
}
