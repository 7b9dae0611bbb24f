using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>The writing of one segment, beside everything else: <see cref="Run"/> may take seconds and touches nothing that others change.</summary>
public abstract class HistoryTask
{
    private readonly HistoryFolder folder;
    private readonly ColumnChoice choice;
    private readonly long number;
    private HistorySegment? result;

    private protected HistoryTask(HistoryFolder folder, ColumnChoice choice)
    {
        (this.folder, this.choice) = (folder, choice);
        number = folder.TakeNumber();
    }

    internal virtual IReadOnlyList<HistorySegment> Inputs => [];

    internal virtual IReadOnlyList<HistoryMemory> Parts => [];

    internal HistorySegment Result => result ?? throw new InvalidOperationException("The task has not been run to its end.");

    /// <summary>Writes the segment and makes it durable. Throws <see cref="IOException"/> where the disk does, and <see cref="HistoryDamagedException"/>.</summary>
    public void Run(CancellationToken cancellation)
    {
        folder.Create();
        var meta = Write(folder, number, choice, cancellation);
        folder.SyncNames();
        result = folder.Open(meta);
    }

    internal void Discard()
    {
        result?.Release();
        result = null;
        folder.Discard(number);
    }

    private protected abstract SegmentMeta Write(HistoryFolder into, long name, ColumnChoice columns, CancellationToken cancellation);
}

/// <summary>Writes frozen parts of memory, which it holds until they are written: the history may be disposed meanwhile.</summary>
internal sealed class FlushTask : HistoryTask
{
    private readonly HistoryMemory[] parts;

    internal FlushTask(HistoryFolder folder, HistoryMemory[] parts, ColumnChoice choice)
        : base(folder, choice)
    {
        this.parts = parts;
        Array.ForEach(parts, part => part.Hold());
    }

    internal override IReadOnlyList<HistoryMemory> Parts => parts;

    private protected override SegmentMeta Write(HistoryFolder into, long name, ColumnChoice columns, CancellationToken cancellation)
    {
        try
        {
            var builder = new SegmentBuilder();
            HistoryMemory.CopyTo(parts, builder, cancellation);
            return builder.Write(into.Storage, into.PathOf(name), name, columns, cancellation);
        }
        finally
        {
            Array.ForEach(parts, part => part.Release());
        }
    }
}

/// <summary>Makes one segment of several, or of one without the rows of some nodes.</summary>
internal sealed class MergeTask(HistoryFolder folder, IReadOnlyList<HistorySegment> inputs, ColumnChoice choice, IReadOnlySet<int>? without = null) : HistoryTask(folder, choice)
{
    internal override IReadOnlyList<HistorySegment> Inputs => inputs;

    private protected override SegmentMeta Write(HistoryFolder into, long name, ColumnChoice columns, CancellationToken cancellation)
    {
        // The history that this merge was taken from may be disposed meanwhile.
        var held = inputs.TakeWhile(input => input.TryHold()).ToList();
        try
        {
            return held.Count == inputs.Count
                ? new SegmentMerge(inputs, without).Write(into.Storage, into.PathOf(name), name, columns, cancellation)
                : throw new OperationCanceledException("The history was closed before its segments could be merged.");
        }
        finally
        {
            held.ForEach(input => input.Release());
        }
    }
}

/// <summary>
/// Which segments to merge: those of one size class (powers of eight), once there are enough of them, the oldest first, as many as stay
/// within the limits. So an event is rewritten once a class, and a reader meets a bounded number of files.
/// </summary>
internal static class MergeChoice
{
    private const int SmallestClass = 32_768;

    internal static IReadOnlyList<HistorySegment> Of(IReadOnlyList<HistorySegment> segments, HistoryOptions options)
    {
        foreach (var size in segments.Where(segment => segment.Rows <= options.MostMergedRows / 2).GroupBy(segment => ClassOf(segment.Rows)).OrderBy(size => size.Key))
        {
            if (size.Count() >= options.FanIn && Fitting(size.OrderBy(segment => segment.Meta.Number), options) is { Count: > 1 } chosen)
            {
                return chosen;
            }
        }
        return [];
    }

    /// <summary>
    /// While nothing comes in: as many neighbours in time as fit, so that readers soon meet one or two files and the runs of a person go on
    /// following one another. None is rewritten for less than a quarter of its own rows, so that an event is rewritten a bounded number of times here too.
    /// </summary>
    internal static IReadOnlyList<HistorySegment> AtRest(IReadOnlyList<HistorySegment> inOrderOfTime, HistoryOptions options)
    {
        var (from, count) = (0, 1);
        for (var first = 0; first < inOrderOfTime.Count; first++)
        {
            var (rows, bytes, largest) = (0L, 0L, 0);
            for (var last = first; last < inOrderOfTime.Count; last++)
            {
                rows += inOrderOfTime[last].Rows;
                bytes += inOrderOfTime[last].Meta.Length;
                largest = Math.Max(largest, inOrderOfTime[last].Rows);
                if (rows > options.MostMergedRows || bytes > options.MostMergedBytes)
                {
                    break;
                }
                if (last - first + 1 > count && (rows - largest) * 4 >= largest)
                {
                    (from, count) = (first, last - first + 1);
                }
            }
        }
        return count > 1 ? [.. inOrderOfTime.Skip(from).Take(count)] : [];
    }

    private static List<HistorySegment> Fitting(IEnumerable<HistorySegment> oldestFirst, HistoryOptions options)
    {
        var chosen = new List<HistorySegment>();
        var (rows, bytes) = (0L, 0L);
        foreach (var segment in oldestFirst)
        {
            rows += segment.Rows;
            bytes += segment.Meta.Length;
            if (rows > options.MostMergedRows || bytes > options.MostMergedBytes)
            {
                break;
            }
            chosen.Add(segment);
        }
        return chosen;
    }

    private static int ClassOf(int rows)
    {
        var size = 0;
        for (long most = SmallestClass; rows >= most; most *= 8)
        {
            size++;
        }
        return size;
    }
}
