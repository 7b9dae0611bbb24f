using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.Files;

namespace Ciclo.Data.History;

/// <summary>
/// An immutable file of events, sorted by (identifier's number, timestamp, messageId), read where it is mapped. Header, footer and directory
/// are checked when it is opened, every block before its first use. Any number of threads may read while somebody holds it
/// (<see cref="TryHold"/>); the last <see cref="Release"/> unmaps it.
/// </summary>
public sealed unsafe class HistorySegment : EventColumns
{
    private const short NoColumn = -1;
    private const short IsOmitted = -2;

    private readonly IStorageMap map;
    private readonly SegmentFooter footer;
    private readonly IEventRecords records;
    private readonly BlockCheck check;
    private readonly PackedInts nodes;
    private readonly PackedInts firsts;
    private readonly PackedInts instants;
    private readonly PackedInts addresses;
    private readonly byte* kindCodes;
    private readonly NumberColumn[] numbers;
    private readonly ValueColumn[] values;
    private readonly short[] numberOfPath;
    private readonly short[] valueOfPath;
    private int holders = 1;

    private HistorySegment(SegmentMeta meta, string name, IStorageMap map, SegmentFooter footer, IEventRecords records)
    {
        (Meta, this.map, this.footer, this.records) = (meta, map, footer, records);
        var file = (byte*)map.Start;
        check = new BlockCheck(name, file, map.Length);
        nodes = new PackedInts(file, footer.Nodes);
        firsts = new PackedInts(file, footer.Firsts);
        instants = new PackedInts(file, footer.Instants);
        addresses = new PackedInts(file, footer.Addresses);
        kindCodes = file + footer.KindCodes.Offset;
        numbers = Array.ConvertAll(footer.Numbers, block => new NumberColumn(file, block, footer.Rows));
        values = Array.ConvertAll(footer.Values, block => new ValueColumn(file, block, footer.Rows));
        numberOfPath = ByPath(footer, Array.ConvertAll(footer.Numbers, block => block.Path));
        valueOfPath = ByPath(footer, Array.ConvertAll(footer.Values, block => block.Path));
    }

    public SegmentMeta Meta { get; }

    public int Rows => footer.Rows;

    public int NodeCount => nodes.Count;

    /// <summary>The earliest and the latest timestamp.</summary>
    public (long First, long Last) Span => (footer.FirstAt, footer.LastAt);

    /// <summary>What a kind's code stands for.</summary>
    public ReadOnlySpan<EventKind> Kinds => footer.Kinds;

    /// <summary>Paths that are read from the journal here.</summary>
    public ReadOnlySpan<int> OmittedPaths => footer.Omitted;

    internal IReadOnlyList<NumberColumn> NumberColumns => numbers;

    internal IReadOnlyList<ValueColumn> ValueColumns => values;

    internal IEventRecords Records => records;

    /// <summary>
    /// Maps a segment. Throws <see cref="HistoryDamagedException"/> where it is missing, of another version or not what was written.
    /// </summary>
    /// <param name="expected">What the manifest says; null takes whatever the file says of itself.</param>
    /// <param name="isWhole">Check every block at once, and not each before its first use.</param>
    public static HistorySegment Open(IStorage storage, string path, long number, SegmentMeta? expected, IEventRecords records, bool isWhole)
    {
        if (!storage.Exists(path))
        {
            throw new HistoryDamagedException(path, "it is missing.");
        }
        var mapped = storage.Map(path);
        try
        {
            var (directory, sum) = SegmentFrame.Read(path, mapped);
            var meta = new SegmentMeta(number, directory.Rows, mapped.Length, sum);
            if (expected is { } known && known != meta)
            {
                throw new HistoryDamagedException(path, "it is another one than the manifest names.");
            }
            var segment = new HistorySegment(meta, path, mapped, directory, records);
            segment.CheckRows();
            if (isWhole)
            {
                segment.CheckAll();
            }
            mapped.Forget();
            return segment;
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the segment mapped until <see cref="Release"/>; false where it already is not.</summary>
    public bool TryHold()
    {
        for (var known = Volatile.Read(ref holders); known > 0; known = Volatile.Read(ref holders))
        {
            if (Interlocked.CompareExchange(ref holders, known + 1, known) == known)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The process gives the pages up that were read; the system keeps them as long as it likes. While it is held; readers read on.</summary>
    public void ForgetPages() => map.Forget();

    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            map.Dispose();
        }
    }

    /// <summary>False once nobody reads it: its file may be deleted on every system.</summary>
    public bool IsHeld => Volatile.Read(ref holders) > 0;

    /// <summary>The rows of a node. <paramref name="near"/> is where the last one was found: asking in ascending order costs next to nothing.</summary>
    public bool TryFind(int node, ref int near, out int first, out int end)
    {
        // Mostly it is the one after the last.
        near = near + 1 < nodes.Count && nodes[near + 1] == node ? near + 1 : nodes.Gallop(node, near);
        if (near < nodes.Count && nodes[near] == node)
        {
            first = (int)firsts[near];
            end = (int)firsts[near + 1];
            return true;
        }
        first = end = 0;
        return false;
    }

    /// <summary>How many rows a node has here.</summary>
    public int CountOf(int node)
    {
        var near = 0;
        return TryFind(node, ref near, out var first, out var end) ? end - first : 0;
    }

    /// <summary>Whether some row has a text at a path that is this one in any case of its ASCII letters; true too where the path is read from the journal.</summary>
    public bool MayHaveText(int path, string text)
    {
        if (OmittedPaths.Contains(path))
        {
            return true;
        }
        var column = Array.Find(values, one => one.Block.Path == path);
        if (column is null)
        {
            return false;
        }
        Check(column);
        var wanted = System.Text.Encoding.UTF8.GetBytes(text);
        for (var code = 0; code < column.Entries; code++)
        {
            var entry = column.Entry(code);
            if (entry.EndsWith(wanted) || (entry.Length > wanted.Length && System.Text.Ascii.EqualsIgnoreCase(entry[^wanted.Length..], wanted)))
            {
                return true;
            }
        }
        return false;
    }

    public int NodeAt(int index) => (int)nodes[index];

    /// <summary>The first row of the node at an index; of <see cref="NodeCount"/>: the number of rows.</summary>
    public int FirstRow(int index) => (int)firsts[index];

    public long At(int row) => instants[row];

    /// <summary>The first row from <paramref name="low"/> on, before <paramref name="high"/>, at or after an instant; the rows must be of one node.</summary>
    public int FirstRowFrom(long at, int low, int high) => instants.FirstFrom(at, low, high);

    public int KindCode(int row) => footer.KindWidth switch
    {
        1 => kindCodes[row],
        2 => ((ushort*)kindCodes)[row],
        _ => ((int*)kindCodes)[row],
    };

    public override EventKind Kind(int row) => footer.Kinds[KindCode(row)];

    /// <summary>A way through the identifiers, from the first that is not less than <paramref name="node"/>.</summary>
    public RunCursor RunsFrom(int node) => new(nodes, firsts, nodes.FirstFrom(node, 0, nodes.Count));

    /// <summary>Writes the rows of chosen kinds, ascending; answers how many. There must be room for all rows.</summary>
    public int Select(int first, int end, KindChoice choice, Span<int> rows) => choice.Select(this, kindCodes, first, end, rows);

    /// <summary>As <see cref="FirstRowFrom"/>, quick where the row is near <paramref name="low"/>.</summary>
    public int SkipBelow(long at, int low, int high) => instants.SkipBelow(at, low, high);

    /// <summary>Periods in terms of this segment's instants; null where they cannot be told so, and are to be read one by one.</summary>
    public SegmentPeriods? PeriodsOf(ReadOnlySpan<long> bounds) => instants.IsPlain ? null : new SegmentPeriods(instants, bounds);

    internal int KindWidth => footer.KindWidth;

    public override long Address(int row) => addresses[row];

    public override byte[] MessageId(int row) => records.MessageId(Address(row));

    /// <summary>The first row from <paramref name="row"/> on, before <paramref name="end"/>, whose kind is wanted; <paramref name="end"/> if there is none.</summary>
    public int NextWanted(int row, int end, ReadOnlySpan<bool> isWanted)
    {
        if (footer.KindWidth == 1)
        {
            while (row < end && !isWanted[kindCodes[row]])
            {
                row++;
            }
            return row;
        }
        while (row < end && !isWanted[KindCode(row)])
        {
            row++;
        }
        return row;
    }

    /// <summary>
    /// Writes the rows from <paramref name="first"/> to <paramref name="end"/> whose kind has a code of 0 or more, with that code and their
    /// instants; answers how many. The buffers must have room for all rows.
    /// </summary>
    public int Select(int first, int end, ReadOnlySpan<int> codeOfKind, Span<int> rows, Span<int> codes, Span<long> at)
    {
        var count = Select(first, end, codeOfKind, rows, codes);
        for (var i = 0; i < count; i++)
        {
            at[i] = instants[rows[i]];
        }
        return count;
    }

    /// <summary>The same without instants.</summary>
    public int Select(int first, int end, ReadOnlySpan<int> codeOfKind, Span<int> rows, Span<int> codes)
    {
        var count = 0;
        if (footer.KindWidth == 1)
        {
            // No branch on what the kind is: which events come next is no habit a processor could learn.
            for (var row = first; row < end; row++)
            {
                var code = codeOfKind[kindCodes[row]];
                rows[count] = row;
                codes[count] = code;
                count += (int)((uint)~code >> 31);
            }
        }
        else
        {
            for (var row = first; row < end; row++)
            {
                var code = codeOfKind[KindCode(row)];
                rows[count] = row;
                codes[count] = code;
                count += (int)((uint)~code >> 31);
            }
        }
        return count;
    }

    public override bool TryGet(int row, int path, out Value value)
    {
        if (NumbersAt(path, out var isOmitted) is { } column && column.TryGet(row, out var number))
        {
            value = Value.Of(number);
            return true;
        }
        if (isOmitted)
        {
            return Read(row).TryGet(path, out value);
        }
        var packed = PackedAt(row, path);
        var next = 0;
        value = packed.IsEmpty ? default : PackedValue.Read(packed, ref next);
        return !packed.IsEmpty;
    }

    public override bool TryGetNumber(int row, int path, out Number number)
    {
        if (NumbersAt(path, out var isOmitted) is { } column)
        {
            return column.TryGet(row, out number);
        }
        number = default;
        return isOmitted && Read(row).TryGetNumber(path, out number);
    }

    public override ReadOnlySpan<byte> GetText(int row, int path)
    {
        NumbersAt(path, out var isOmitted);
        if (isOmitted)
        {
            return Read(row).GetText(path);
        }
        var packed = PackedAt(row, path);
        return packed.IsEmpty ? default : PackedValue.TextBytes(packed, 0);
    }

    public override byte[] PackFields(int row)
    {
        if (footer.Omitted.Length == 0)
        {
            return FieldPacking.Pack(this, row);
        }
        return Read(row).Fields.ToArray();
    }

    /// <summary>The micros of the number column of a path; reading many rows of one path asks for it once. Null: this segment has none.</summary>
    public SegmentNumbers? NumbersOf(int path) => NumbersAt(path, out _) is { } column ? new SegmentNumbers(column) : null;

    /// <summary>The dictionary column of a path. Null: this segment has none.</summary>
    public SegmentValues? ValuesOf(int path) => ValuesAt(path) is { } column ? new SegmentValues(column, this, path) : null;

    /// <summary>True if the path is to be read from the journal here, row by row.</summary>
    public bool Omits(int path) => (uint)path < (uint)numberOfPath.Length && numberOfPath[path] == IsOmitted;

    /// <summary>The packed value of a row at a path that is no number; empty for none.</summary>
    internal ReadOnlySpan<byte> PackedAt(int row, int path)
    {
        if (ValuesAt(path) is not { } column || column.CodeOf(row) is not (>= 0 and var code))
        {
            return default;
        }
        var entry = column.Entry(code);
        return entry[0] == SegmentLayout.Elsewhere ? FieldPacking.ValueIn(records.Packed(Address(row)), path) : entry;
    }

    internal void Check(NumberColumn column) => check.Check(column);

    internal void Check(ValueColumn column) => check.Check(column);

    private PackedEvent Read(int row) => new(At(row), records.Packed(Address(row)));

    private NumberColumn? NumbersAt(int path, out bool isOmitted)
    {
        isOmitted = false;
        if ((uint)path >= (uint)numberOfPath.Length)
        {
            return null;
        }
        var index = numberOfPath[path];
        if (index < 0)
        {
            isOmitted = index == IsOmitted;
            return null;
        }
        var column = numbers[index];
        if (!column.IsChecked)
        {
            check.Check(column);
        }
        return column;
    }

    private ValueColumn? ValuesAt(int path)
    {
        if ((uint)path >= (uint)valueOfPath.Length || valueOfPath[path] is not (>= 0 and var index))
        {
            return null;
        }
        var column = values[index];
        if (!column.IsChecked)
        {
            check.Check(column);
        }
        return column;
    }

    private static short[] ByPath(SegmentFooter footer, int[] paths)
    {
        var most = -1;
        foreach (var path in paths.Concat(footer.Omitted))
        {
            most = Math.Max(most, path);
        }
        var index = new short[most + 1];
        Array.Fill(index, NoColumn);
        for (var i = 0; i < paths.Length; i++)
        {
            index[paths[i]] = (short)i;
        }
        foreach (var path in footer.Omitted)
        {
            index[path] = IsOmitted;
        }
        return index;
    }

    /// <summary>What every reading needs: the directory of nodes, instants, kinds, addresses.</summary>
    private void CheckRows()
    {
        check.Check(footer.Nodes);
        check.Check(footer.Firsts);
        check.Check(footer.Instants);
        check.Check(footer.KindCodes);
        check.Check(footer.Addresses);
    }

    private void CheckAll()
    {
        foreach (var column in numbers)
        {
            check.Check(column);
        }
        foreach (var column in values)
        {
            check.Check(column);
        }
    }
}
