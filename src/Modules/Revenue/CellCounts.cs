namespace Ciclo.Modules.Revenue;

/// <summary>Adds up metrics by period and value of the breakdown. Sums of several threads are joined.</summary>
internal sealed class CellCounts(int metrics, int periods) : Counts
{
    private readonly Dictionary<int, Changes>[] groups = [.. Enumerable.Range(0, metrics).Select(_ => new Dictionary<int, Changes>())];

    /// <summary>What each period has more than the one before it: what stays is added once.</summary>
    private sealed class Changes(int periods)
    {
        public readonly Int128[] Parts = new Int128[periods + 1];
        public readonly Int128[] Wholes = new Int128[periods + 1];
    }

    public override void Add(int from, int until, Int128 part, Int128 whole, long at, int e = -1, int group = 0)
    {
        if (from >= until)
        {
            return;
        }
        if (!groups[Metric].TryGetValue(group, out var changes))
        {
            groups[Metric].Add(group, changes = new Changes(periods));
        }
        changes.Parts[from] += part;
        changes.Parts[until] -= part;
        changes.Wholes[from] += whole;
        changes.Wholes[until] -= whole;
    }

    /// <summary>The sums of a metric by the name of the breakdown's value, in the order of names; one without a name where nothing is broken down.</summary>
    public static SortedDictionary<string, (Int128 Part, Int128 Whole)[]> Join(IEnumerable<CellCounts> all, int metric, int periods, bool isBrokenDown)
    {
        var joined = new SortedDictionary<string, (Int128 Part, Int128 Whole)[]>(StringComparer.Ordinal);
        if (!isBrokenDown)
        {
            joined.Add("", new (Int128, Int128)[periods]);
        }
        foreach (var counts in all)
        {
            foreach (var (group, changes) in counts.groups[metric])
            {
                var name = group == 0 ? "" : counts.GroupNames[group - 1];
                if (!joined.TryGetValue(name, out var cells))
                {
                    joined.Add(name, cells = new (Int128, Int128)[periods]);
                }
                var (part, whole) = ((Int128)0, (Int128)0);
                for (var i = 0; i < periods; i++)
                {
                    (part, whole) = (part + changes.Parts[i], whole + changes.Wholes[i]);
                    cells[i] = (cells[i].Part + part, cells[i].Whole + whole);
                }
            }
        }
        return joined;
    }
}
