namespace Ciclo.Engine.Runtime;

/// <summary>An event that came, under its identifier.</summary>
public readonly record struct Arrival(int Node, NodeHistory.Entry Entry)
{
    public long At => Entry.At;
}

/// <summary>
/// What came since places were last brought up to date. Past a limit single events are no longer told apart: their identifiers are touched,
/// and their profiles are folded anew.
/// </summary>
public sealed class Arrivals
{
    private const int MostSingle = 200_000;

    private readonly List<Arrival> all = [];
    private bool isOverfull;

    public IReadOnlyList<Arrival> All => all;

    /// <summary>Identifiers whose profile must be folded anew.</summary>
    public HashSet<int> Touched { get; } = [];

    public void Add(in Arrival arrival)
    {
        if (all.Count == MostSingle)
        {
            isOverfull = true;
            Touched.UnionWith(all.Select(one => one.Node));
            all.Clear();
        }
        if (isOverfull)
        {
            Touched.Add(arrival.Node);
        }
        else
        {
            all.Add(arrival);
        }
    }

    public void Clear()
    {
        all.Clear();
        Touched.Clear();
        isOverfull = false;
    }
}
