namespace Ciclo.Modules.Imports;

/// <summary>Rows copied into large blocks: a held row costs its bytes, not an object.</summary>
internal sealed class HeldRows
{
    /// <summary>What `group_by` may hold. Beyond it the file must be cut, between groups.</summary>
    internal const long MaxBytes = 4L << 30;

    private const int BlockBytes = 1 << 20;

    private byte[] block = [];
    private int used;

    internal long Bytes { get; private set; }

    internal Row Keep(in Row row)
    {
        var bytes = row.All;
        if (used + bytes.Length > block.Length)
        {
            block = new byte[Math.Max(BlockBytes, bytes.Length)];
            used = 0;
        }
        bytes.CopyTo(block.AsSpan(used));
        var kept = new Row(block, used, bytes.Length, row.Cells, row.Line);
        used += bytes.Length;
        Bytes += bytes.Length;
        return kept;
    }
}

/// <summary>Rows gathered by the value of a column, consecutive or not, each with its instants (one for each of the plan's times).</summary>
internal sealed class RowGroups(int times)
{
    private readonly record struct Entry(Row Row, int Next);

    private readonly HeldRows held = new();
    private readonly List<Entry> entries = [];
    private readonly List<long> instants = [];
    private readonly Dictionary<UInt128, int> lastOf = [];
    private readonly List<int> group = [];
    private int sortedBy = NotSorted;

    private const int NotSorted = -2;

    /// <summary>How many rows the group stepped to has.</summary>
    internal int Count => group.Count;

    internal bool IsTooLarge => held.Bytes > HeldRows.MaxBytes;

    /// <summary>One member of each group: what <see cref="StepTo"/> takes.</summary>
    internal IReadOnlyCollection<int> Ends => lastOf.Values;

    internal void Add(UInt128 key, in Row row, ReadOnlySpan<long> rowInstants)
    {
        var previous = lastOf.TryGetValue(key, out var last) ? last : -1;
        lastOf[key] = entries.Count;
        entries.Add(new Entry(held.Keep(row), previous));
        instants.AddRange(rowInstants);
    }

    internal void StepTo(int end)
    {
        group.Clear();
        sortedBy = NotSorted;
        for (var at = end; at >= 0; at = entries[at].Next)
        {
            group.Add(at);
        }
    }

    /// <summary>The group's rows by (instant, content) into <paramref name="rows"/>; <paramref name="time"/> -1: by content alone. Answers the earliest instant.</summary>
    internal long? Order(int time, List<Row> rows)
    {
        if (sortedBy != time)
        {
            group.Sort((a, b) => Compare(a, b, time));
            sortedBy = time;
        }
        rows.Clear();
        foreach (var index in group)
        {
            rows.Add(entries[index].Row);
        }
        return time < 0 ? null : InstantOf(group[0], time);
    }

    private int Compare(int a, int b, int time)
    {
        var byTime = time < 0 ? 0 : InstantOf(a, time).CompareTo(InstantOf(b, time));
        return byTime != 0 ? byTime : entries[a].Row.Content.SequenceCompareTo(entries[b].Row.Content);
    }

    private long InstantOf(int entry, int time) => instants[entry * times + time];
}
