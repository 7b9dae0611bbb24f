using Ciclo.Core.Analytics;

namespace Ciclo.Modules.Map;

/// <summary>How often a touchpoint was met in a stage, and by how many people.</summary>
public readonly record struct Tally(long Events, int People);

/// <summary>A place that paths pass: a touchpoint so many steps from the anchor, which is step 0; or, with <paramref name="From"/>, the way to it from there.</summary>
public sealed record PathPlace(int Step, string? From, string To);

/// <summary>
/// What people met: touchpoints and channels by stage, and the paths from the anchor. <paramref name="People"/> of <paramref name="AllPeople"/> were looked
/// at, spread evenly; where they are all, it is exact. <paramref name="Touched"/>: those of them with a touchpoint in the period; <paramref name="Passed"/>: the profiles that
/// passed the place which was asked for.
/// </summary>
public sealed record JourneySurvey(
    IReadOnlyList<(string Name, Tally[] ByStage, Tally All)> Touchpoints, IReadOnlyList<(string Name, Tally[] ByStage, Tally All)> Channels, PathResult Paths, IReadOnlyList<int> Passed, int People, int AllPeople, int Touched, long TookMs)
{
    public bool IsWhole => People >= AllPeople;

    /// <summary>The most that a share of people may be off, at 95%: half of the widest interval of a binomial share.</summary>
    public double Margin => Touched == 0 ? 1 : 0.98 / Math.Sqrt(Touched);
}

/// <summary>Counts by name and stage; a person counts once in each cell. One thread.</summary>
internal sealed class StageTally(int stages)
{
    private const int MostNames = 2_000;

    private readonly Dictionary<string, Cell[]> cells = new(StringComparer.Ordinal);
    private int person;

    private struct Cell
    {
        public long Events;
        public int People;
        public int LastPerson;
    }

    public void NextPerson() => person++;

    /// <summary>Notes a touchpoint in a stage; -1 for one before the person had any.</summary>
    public void Add(string name, int stage)
    {
        if (!cells.TryGetValue(name, out var row))
        {
            if (cells.Count >= MostNames)
            {
                return;
            }
            cells.Add(name, row = new Cell[stages + 1]);
        }
        Add(ref row[stages]);
        if (stage >= 0)
        {
            Add(ref row[stage]);
        }
    }

    /// <summary>Most people first.</summary>
    public List<(string Name, Tally[] ByStage, Tally All)> Rows(int most) => [.. cells
        .OrderByDescending(pair => pair.Value[stages].People).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most)
        .Select(pair => (pair.Key, pair.Value[..stages].Select(Of).ToArray(), Of(pair.Value[stages])))];

    private static Tally Of(Cell cell) => new(cell.Events, cell.People);

    private void Add(ref Cell cell)
    {
        cell.Events++;
        cell.People += cell.LastPerson == person ? 0 : 1;
        cell.LastPerson = person;
    }
}
