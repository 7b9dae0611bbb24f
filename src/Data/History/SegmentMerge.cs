using System.Numerics;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.Files;

namespace Ciclo.Data.History;

/// <summary>
/// Makes one segment of several, column by column: first where each row goes, then one column after the other is put there. In memory at
/// once: 4 bytes a row for the places, 8 for the column, 12 for each of the path's values, one dictionary. The inputs must be held meanwhile.
/// Rows of nodes that are left out leave nothing behind: their values are in no dictionary unless another row has them.
/// </summary>
public sealed class SegmentMerge
{
    /// <summary>The place of a row that is left out.</summary>
    private const int Nowhere = -1;

    private readonly IReadOnlyList<HistorySegment> inputs;
    private readonly int[][] places;
    private readonly int rows;
    private readonly ulong[] bits;
    private readonly int[] before;
    private readonly List<long> nodes = [];
    private readonly List<long> firsts = [];
    private readonly IReadOnlySet<int> without;

    /// <param name="inputs">Segments, all of whose rows are taken.</param>
    /// <param name="without">Nodes whose rows are left out; null for none.</param>
    public SegmentMerge(IReadOnlyList<HistorySegment> inputs, IReadOnlySet<int>? without = null)
    {
        this.inputs = inputs;
        this.without = without ?? new HashSet<int>();
        rows = inputs.Sum(input => input.Rows - this.without.Sum(input.CountOf));
        places = [.. inputs.Select(input => new int[input.Rows])];
        bits = new ulong[(rows + 63) / 64];
        before = new int[bits.Length];
    }

    /// <summary>Rows that there will be.</summary>
    public int Rows => rows;

    /// <summary>Writes the merged segment and makes it durable; its name is the caller's to make durable.</summary>
    public SegmentMeta Write(IStorage storage, string path, long number, ColumnChoice choice, CancellationToken cancellation)
    {
        Place(cancellation);
        using var file = storage.Open(path, StorageMode.Create);
        var writer = new SegmentWriter(file, rows);
        writer.WriteNodes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(nodes), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(firsts));
        var column = new long[rows];
        Gather(column, static (input, row) => input.At(row));
        writer.WriteInstants(column);
        WriteKinds(writer);
        Gather(column, static (input, row) => input.Address(row));
        writer.WriteAddresses(column);
        WriteFields(writer, choice, column, cancellation);
        var meta = writer.Finish(number);
        file.Flush();
        return meta;
    }

    /// <summary>Finds where each row goes.</summary>
    private void Place(CancellationToken cancellation)
    {
        var next = new int[inputs.Count];
        var runs = new List<Run>();
        var row = 0;
        while (LeastNode(next) is (>= 0 and var node))
        {
            if ((nodes.Count & 0xfff) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
            runs.Clear();
            for (var i = 0; i < inputs.Count; i++)
            {
                if (next[i] < inputs[i].NodeCount && inputs[i].NodeAt(next[i]) == node)
                {
                    runs.Add(new Run(i, inputs[i].FirstRow(next[i]), inputs[i].FirstRow(next[i] + 1)));
                    next[i]++;
                }
            }
            if (without.Contains(node))
            {
                runs.ForEach(run => places[run.Input].AsSpan(run.Next, run.End - run.Next).Fill(Nowhere));
                continue;
            }
            nodes.Add(node);
            firsts.Add(row);
            PlaceNode(runs, ref row);
        }
        firsts.Add(rows);
    }

    private sealed class Run(int input, int next, int end)
    {
        public int Input { get; } = input;

        public int Next { get; set; } = next;

        public int End { get; } = end;
    }

    private int LeastNode(int[] next)
    {
        var least = int.MaxValue;
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] < inputs[i].NodeCount)
            {
                least = Math.Min(least, inputs[i].NodeAt(next[i]));
            }
        }
        return least == int.MaxValue ? -1 : least;
    }

    private void PlaceNode(List<Run> runs, ref int row)
    {
        while (runs.Count > 1)
        {
            var best = runs[0];
            for (var i = 1; i < runs.Count; i++)
            {
                best = RowOrder.Compare(inputs[runs[i].Input], runs[i].Next, inputs[best.Input], best.Next) < 0 ? runs[i] : best;
            }
            places[best.Input][best.Next++] = row++;
            if (best.Next == best.End)
            {
                runs.Remove(best);
            }
        }
        var last = runs[0];
        while (last.Next < last.End)
        {
            places[last.Input][last.Next++] = row++;
        }
    }

    private void Gather(long[] column, Func<HistorySegment, int, long> read)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            for (var row = 0; row < inputs[i].Rows; row++)
            {
                if (places[i][row] >= 0)
                {
                    column[places[i][row]] = read(inputs[i], row);
                }
            }
        }
    }

    private void WriteKinds(SegmentWriter writer)
    {
        var known = new KindCodes();
        var codes = new int[rows];
        for (var i = 0; i < inputs.Count; i++)
        {
            var codeHere = inputs[i].Kinds.ToArray().Select(known.Of).ToArray();
            for (var row = 0; row < inputs[i].Rows; row++)
            {
                if (places[i][row] >= 0)
                {
                    codes[places[i][row]] = codeHere[inputs[i].KindCode(row)];
                }
            }
        }
        writer.WriteKinds(codes, known);
    }

    private void WriteFields(SegmentWriter writer, ColumnChoice choice, long[] column, CancellationToken cancellation)
    {
        var counts = new SortedDictionary<int, long>();
        foreach (var input in inputs)
        {
            input.NumberColumns.ToList().ForEach(one => Count(counts, one.Block.Path, one.Presence.Count));
            input.ValueColumns.ToList().ForEach(one => Count(counts, one.Block.Path, one.Presence.Count));
        }
        // What an input left to the journal is brought back only for rules: it costs a read of the journal a row.
        var leftOut = inputs.SelectMany(input => input.OmittedPaths.ToArray()).ToHashSet();
        foreach (var path in leftOut)
        {
            Count(counts, path, 0);
        }
        var chosen = choice.Of(counts.Where(one => choice.Wanted.Contains(one.Key) || !leftOut.Contains(one.Key)).Select(one => (one.Key, one.Value)));
        foreach (var path in counts.Keys)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!chosen.Contains(path) || !WriteField(writer, path, column, cancellation))
            {
                writer.Omit(path);
            }
        }
    }

    private static void Count(SortedDictionary<int, long> counts, int path, long more) => counts[path] = counts.GetValueOrDefault(path) + more;

    /// <summary>False if its dictionary would be too large.</summary>
    private bool WriteField(SegmentWriter writer, int path, long[] column, CancellationToken cancellation)
    {
        var brought = new BroughtBack(inputs, places, path, cancellation);
        var dictionary = new DictionaryBuilder();
        var count = GatherCodes(path, column, brought, dictionary);
        if (dictionary.IsTooLarge)
        {
            return false;
        }
        if (count > 0)
        {
            writer.AddValues(path, bits, column.AsSpan(0, count), dictionary);
        }
        WriteNumbers(writer, path, column, brought);
        return true;
    }

    private int GatherCodes(int path, long[] column, BroughtBack brought, DictionaryBuilder dictionary)
    {
        var parts = new List<(int[] Rows, long[] Codes)>();
        for (var i = 0; i < inputs.Count; i++)
        {
            if (ColumnOf(inputs[i], path) is { } values)
            {
                var outer = new int[values.Entries];
                Array.Fill(outer, -1);
                var part = new long[values.Presence.Count];
                var held = RowsOf(values.Presence, i);
                for (var index = 0; index < part.Length; index++)
                {
                    if (held[index] < 0)
                    {
                        continue;
                    }
                    var code = (int)values.Codes[index];
                    outer[code] = outer[code] >= 0 ? outer[code] : dictionary.Add(values.Entry(code));
                    part[index] = outer[code];
                }
                parts.Add((held, part));
            }
        }
        if (brought.ValueRows.Count > 0)
        {
            parts.Add(([.. brought.ValueRows], [.. brought.Values.Select(value => (long)dictionary.Add(value))]));
        }
        return Scatter(parts, column);
    }

    private void WriteNumbers(SegmentWriter writer, int path, long[] column, BroughtBack brought)
    {
        var columns = inputs.Select((input, i) => (Column: input.NumberColumns.FirstOrDefault(one => one.Block.Path == path), Input: i)).Where(one => one.Column is not null).ToList();
        columns.ForEach(one => inputs[one.Input].Check(one.Column!));
        if (columns.Exists(one => one.Column!.Values.IsPlain) || brought.Numbers.Exists(one => one != (long)one))
        {
            var wide = columns.ConvertAll(one => (RowsOf(one.Column!.Presence, one.Input), Copy(one.Column.Presence.Count, one.Column.Values.Wide)));
            wide.Add(([.. brought.NumberRows], [.. brought.Numbers]));
            var values = new Int128[wide.Sum(one => one.Item1.Length)];
            if (Scatter(wide, values) is > 0 and var held)
            {
                writer.AddNumbers(path, bits, values.AsSpan(0, held));
            }
            return;
        }
        var narrow = columns.ConvertAll(one => (RowsOf(one.Column!.Presence, one.Input), Copy(one.Column.Presence.Count, index => one.Column.Values[index])));
        narrow.Add(([.. brought.NumberRows], [.. brought.Numbers.Select(one => (long)one)]));
        var count = Scatter(narrow, column);
        if (count > 0)
        {
            writer.AddNumbers(path, bits, column.AsSpan(0, count));
        }
    }

    private static ValueColumn? ColumnOf(HistorySegment input, int path)
    {
        var column = input.ValueColumns.FirstOrDefault(one => one.Block.Path == path);
        if (column is not null)
        {
            input.Check(column);
        }
        return column;
    }

    private static T[] Copy<T>(int count, Func<int, T> read)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = read(i);
        }
        return values;
    }

    /// <summary>Where the rows that have a value go.</summary>
    private int[] RowsOf(in Presence presence, int input)
    {
        var held = new int[presence.Count];
        presence.CopyRows(inputs[input].Rows, held);
        for (var i = 0; i < held.Length; i++)
        {
            held[i] = places[input][held[i]];
        }
        return held;
    }

    /// <summary>Marks the rows, and puts each value where the rank of its row says; answers how many there are.</summary>
    private int Scatter<T>(List<(int[] Rows, T[] Values)> parts, T[] into)
    {
        Array.Clear(bits);
        foreach (var (held, _) in parts)
        {
            foreach (var row in held)
            {
                if (row >= 0)
                {
                    bits[row >> 6] |= 1ul << (row & 63);
                }
            }
        }
        var count = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            before[i] = count;
            count += BitOperations.PopCount(bits[i]);
        }
        foreach (var (held, values) in parts)
        {
            for (var i = 0; i < held.Length; i++)
            {
                if (held[i] < 0)
                {
                    continue;
                }
                var word = held[i] >> 6;
                into[before[word] + BitOperations.PopCount(bits[word] & ((1ul << (held[i] & 63)) - 1))] = values[i];
            }
        }
        return count;
    }
}

/// <summary>The values of a path that inputs had left to the journal.</summary>
internal sealed class BroughtBack
{
    internal BroughtBack(IReadOnlyList<HistorySegment> inputs, int[][] places, int path, CancellationToken cancellation)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            for (var row = 0; inputs[i].Omits(path) && row < inputs[i].Rows; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (places[i][row] < 0)
                {
                    continue;
                }
                Add(places[i][row], FieldPacking.ValueIn(inputs[i].Records.Packed(inputs[i].Address(row)), path));
            }
        }
    }

    internal List<int> NumberRows { get; } = [];

    internal List<Int128> Numbers { get; } = [];

    internal List<int> ValueRows { get; } = [];

    internal List<byte[]> Values { get; } = [];

    private void Add(int row, ReadOnlySpan<byte> packed)
    {
        if (packed.IsEmpty)
        {
            return;
        }
        if (PackedValue.TryReadNumber(packed, 0, out var number))
        {
            NumberRows.Add(row);
            Numbers.Add(number.Micros);
        }
        else
        {
            ValueRows.Add(row);
            Values.Add(packed.ToArray());
        }
    }
}

/// <summary>The order of rows of one node or one person: (timestamp, messageId, address). Message ids are read only for equal timestamps.</summary>
public static class RowOrder
{
    public static int Compare(HistorySegment a, int rowOfA, HistorySegment b, int rowOfB)
    {
        var order = a.At(rowOfA).CompareTo(b.At(rowOfB));
        return order != 0 ? order : Compare(a.MessageId(rowOfA), a.Address(rowOfA), b.MessageId(rowOfB), b.Address(rowOfB));
    }

    public static int Compare(ReadOnlySpan<byte> a, long addressOfA, ReadOnlySpan<byte> b, long addressOfB)
    {
        var order = a.SequenceCompareTo(b);
        return order != 0 ? order : addressOfA.CompareTo(addressOfB);
    }
}
