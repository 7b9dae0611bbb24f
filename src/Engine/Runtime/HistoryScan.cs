using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>The code that an analysis gives events of a kind: 0 or more, or -1 for events it passes over. Asked once for each kind of a segment.</summary>
public delegate int CodeOfKind(EventKind kind);

/// <summary>
/// Reads, one profile after the other, the instants and codes of the events that an analysis looks at, without touching the others or any
/// property that is not asked for. One thread at a time; the cheapest order of profiles is ascending. As <see cref="HistoryReader"/>, it
/// sees the history as it was when it was made.
/// </summary>
public sealed class HistoryScan : IDisposable
{
    private readonly struct Run(HistorySegment? segment, HistoryMemory? memory, int source)
    {
        public readonly HistorySegment? Segment = segment;
        public readonly HistoryMemory? Memory = memory;
        /// <summary>The number of the segment in the view; -1 for memory.</summary>
        public readonly int Source = source;
    }

    private readonly HistoryView view;
    private readonly CodeOfKind codeOf;
    private readonly int[][] codesOfSegment;
    private readonly int[] near;
    private readonly List<Run> runs = [];
    private long[] at = new long[256];
    private int[] codes = new int[256];
    private int[] rows = new int[256];
    private int[] runOf = new int[256];
    private int[] entries = new int[64];
    private int[] order = new int[256];
    private long[] spareInstants = new long[256];
    private int[] spare = new int[256];
    private readonly Comparison<int> compare;
    private bool isDisposed;

    public HistoryScan(History history, CodeOfKind codeOf)
    {
        this.codeOf = codeOf;
        compare = Compare;
        view = history.Lease();
        near = new int[view.Segments.Length];
        codesOfSegment = Array.ConvertAll(view.Segments, segment =>
        {
            var kinds = segment.Kinds;
            var table = new int[Math.Max(256, kinds.Length)];
            for (var i = 0; i < kinds.Length; i++)
            {
                table[i] = codeOf(kinds[i]);
            }
            return table;
        });
    }

    /// <summary>How many events the profile last read has.</summary>
    public int Count { get; private set; }

    /// <summary>Their instants, in order (timestamp, messageId).</summary>
    public ReadOnlySpan<long> At => at.AsSpan(0, Count);

    /// <summary>Their codes.</summary>
    public ReadOnlySpan<int> Codes => codes.AsSpan(0, Count);

    internal HistoryView View => view;

    /// <summary>Reads a profile, all of these identifiers; answers how many events it has that the analysis looks at.</summary>
    public int Read(ReadOnlySpan<int> members)
    {
        Count = 0;
        runs.Clear();
        var isSorted = true;
        foreach (var member in members)
        {
            for (var i = 0; i < near.Length; i++)
            {
                var segment = view.Segments[i];
                if (!segment.TryFind(member, ref near[i], out var first, out var end))
                {
                    continue;
                }
                Reserve(Count + end - first);
                var count = segment.Select(first, end, codesOfSegment[i], rows.AsSpan(Count), codes.AsSpan(Count), at.AsSpan(Count));
                isSorted &= Append(new Run(segment, null, i), count);
            }
            foreach (var memory in view.Memories)
            {
                if (memory.Count > 0)
                {
                    isSorted &= ReadMemory(memory, member);
                }
            }
        }
        if (!isSorted)
        {
            Sort();
        }
        return Count;
    }

    /// <summary>Prepares the reading of a path.</summary>
    public ScanPath Path(int path) => new(this, path);

    /// <summary>The event at an index of the profile last read.</summary>
    public PackedEvent Event(int index) => runs[runOf[index]] is { Segment: { } segment }
        ? new PackedEvent(at[index], segment.Kind(rows[index]), segment, rows[index])
        : runs[runOf[index]].Memory!.Read(rows[index]);

    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            view.Release();
        }
    }

    /// <summary>The segment and row of an event; a segment of -1 for one in memory.</summary>
    internal (int Segment, int Row) PlaceOf(int index) => (runs[runOf[index]].Source, rows[index]);

    private bool ReadMemory(HistoryMemory memory, int member)
    {
        var collected = memory.Collect(member, ref entries, 0);
        Reserve(Count + collected);
        var count = 0;
        for (var i = 0; i < collected; i++)
        {
            var e = memory.Read(entries[i]);
            var code = codeOf(e.Kind);
            if (code >= 0)
            {
                (rows[Count + count], codes[Count + count], at[Count + count]) = (entries[i], code, e.At);
                count++;
            }
        }
        return Append(new Run(null, memory, -1), count);
    }

    /// <summary>Takes events in that stand behind the others; false if that is not their place.</summary>
    private bool Append(in Run run, int count)
    {
        if (count == 0)
        {
            return true;
        }
        runs.Add(run);
        runOf.AsSpan(Count, count).Fill(runs.Count - 1);
        var isBehind = Count == 0 || at[Count - 1] < at[Count];
        Count += count;
        return isBehind;
    }

    private void Sort()
    {
        for (var i = 0; i < Count; i++)
        {
            order[i] = i;
        }
        order.AsSpan(0, Count).Sort(compare);
        Permute(ref at, ref spareInstants);
        Permute(ref codes, ref spare);
        Permute(ref rows, ref spare);
        Permute(ref runOf, ref spare);
    }

    private int Compare(int a, int b)
    {
        if (at[a] != at[b])
        {
            return at[a].CompareTo(at[b]);
        }
        if (runOf[a] == runOf[b])
        {
            return a.CompareTo(b);
        }
        var first = Event(a);
        var second = Event(b);
        return RowOrder.Compare(first.MessageId, first.Address, second.MessageId, second.Address);
    }

    private void Permute<T>(ref T[] values, ref T[] into)
    {
        for (var i = 0; i < Count; i++)
        {
            into[i] = values[order[i]];
        }
        (values, into) = (into, values);
    }

    private void Reserve(int count)
    {
        if (count > at.Length)
        {
            var size = Math.Max(count, at.Length * 2);
            Array.Resize(ref at, size);
            Array.Resize(ref codes, size);
            Array.Resize(ref rows, size);
            Array.Resize(ref runOf, size);
            (order, spare, spareInstants) = (new int[size], new int[size], new long[size]);
        }
    }
}

/// <summary>A property path of the events that a scan reads: the columns are looked up once, not for each event.</summary>
public sealed class ScanPath
{
    private readonly HistoryScan scan;
    private readonly int path;
    private readonly SegmentNumbers?[] numbers;
    private readonly bool[] isElsewhere;

    internal ScanPath(HistoryScan scan, int path)
    {
        (this.scan, this.path) = (scan, path);
        numbers = Array.ConvertAll(scan.View.Segments, segment => segment.NumbersOf(path));
        isElsewhere = Array.ConvertAll(scan.View.Segments, segment => segment.Omits(path) || segment.NumbersOf(path) is { FitsLong: false });
    }

    /// <summary>The number, in micros, of an event of the profile last read; false for none, and for one over 64 bits, which <see cref="Get"/> reads.</summary>
    public bool TryGetMicros(int index, out long micros)
    {
        var (segment, row) = scan.PlaceOf(index);
        if (segment >= 0 && !isElsewhere[segment])
        {
            micros = 0;
            return numbers[segment] is { } column && column.TryGetMicros(row, out micros);
        }
        var isNumber = scan.Event(index).TryGetNumber(path, out var number) && number.Micros >= long.MinValue && number.Micros <= long.MaxValue;
        micros = isNumber ? (long)number.Micros : 0;
        return isNumber;
    }

    /// <summary>The number of an event of the profile last read, however large; false for none.</summary>
    public bool TryGetNumber(int index, out Number number)
    {
        var (segment, _) = scan.PlaceOf(index);
        if (segment >= 0 && !isElsewhere[segment])
        {
            var isThere = TryGetMicros(index, out var micros);
            number = Number.FromSmallMicros(micros);
            return isThere;
        }
        return scan.Event(index).TryGetNumber(path, out number);
    }

    public Value Get(int index) => scan.Event(index).Get(path);

    /// <summary>A test whether events have this text at the path, by their codes in the dictionaries where there are any.</summary>
    public ScanText Text(ReadOnlySpan<byte> utf8) => new(scan, path, utf8.ToArray());
}

/// <summary>Whether an event has a text at a path.</summary>
public sealed class ScanText
{
    private readonly HistoryScan scan;
    private readonly int path;
    private readonly byte[] text;
    private readonly SegmentValues?[] values;
    private readonly int[] codes;

    internal ScanText(HistoryScan scan, int path, byte[] text)
    {
        (this.scan, this.path, this.text) = (scan, path, text);
        values = Array.ConvertAll(scan.View.Segments, segment => segment.ValuesOf(path));
        codes = Array.ConvertAll(values, column => column?.CodeOfText(text) ?? -1);
    }

    public bool Holds(int index)
    {
        var (segment, row) = scan.PlaceOf(index);
        if (segment < 0 || scan.View.Segments[segment].Omits(path))
        {
            return scan.Event(index).GetText(path).SequenceEqual(text);
        }
        if (values[segment] is not { } column || column.CodeOf(row) is not (>= 0 and var code))
        {
            return text.Length == 0;
        }
        return code == codes[segment] || (column.IsElsewhere(code) && PackedValue.TextBytes(column.Packed(row), 0).SequenceEqual(text));
    }
}
