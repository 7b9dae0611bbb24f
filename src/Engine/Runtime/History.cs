using System.Collections.Concurrent;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// All events by identifier: new ones in memory, the rest in immutable segment files. A profile's history is the merge of its identifiers'
/// histories, so a merge of profiles or its undo moves nothing: the profile is only read anew. One thread adds, freezes and publishes while
/// nobody reads but leased readers of what is not in memory; any number of threads read.
/// </summary>
public sealed class History : IDisposable
{
    private readonly HistoryFolder? folder;
    private readonly HistoryOptions options;
    private readonly ConcurrentBag<HistoryReader> readers = [];
    private volatile HistoryView view;
    private HistoryTask? flushing;
    private HistoryTask? merging;

    /// <summary>Segments among which nothing was to be merged, not at rest either.</summary>
    private HistorySegment[]? lookedAt;

    /// <summary>Events held when segments were last looked at: as many now, nothing has come in between and there is time for more.</summary>
    private long countAtLook = -1;

    /// <summary>A history in memory alone.</summary>
    public History()
    {
        options = new HistoryOptions();
        view = new HistoryView([], [], new HistoryMemory());
    }

    internal History(HistoryFolder folder, HistoryOptions options, IReadOnlyList<HistorySegment> segments)
    {
        this.folder = folder;
        this.options = options;
        view = new HistoryView(segments, [], new HistoryMemory());
        foreach (var segment in segments)
        {
            segment.Release();
            Count += segment.Rows;
        }
    }

    /// <summary>Events held.</summary>
    public long Count { get; private set; }

    /// <summary>Events in memory, and the bytes they take there.</summary>
    public (long Events, long Bytes) InMemory => (view.Memories.Sum(part => (long)part.Count), view.Memories.Sum(part => part.Bytes));

    public int SegmentCount => view.Segments.Length;

    /// <summary>Bytes of all segment files.</summary>
    public long FileBytes => view.Segments.Sum(segment => segment.Meta.Length);

    /// <summary>The earliest timestamp; the greatest instant where there is no event.</summary>
    public long FirstAt => Math.Min(
        view.Segments.Select(segment => segment.Span.First).DefaultIfEmpty(long.MaxValue).Min(), view.Memories.Min(part => part.FirstAt));

    /// <summary>The latest timestamp; the least instant where there is no event.</summary>
    public long LastAt => Math.Max(
        view.Segments.Select(segment => segment.Span.Last).DefaultIfEmpty(long.MinValue).Max(), view.Memories.Max(part => part.LastAt));

    /// <summary>Paths that rules read: they become columns first. Read when a segment is written.</summary>
    public IReadOnlySet<int> WantedPaths { get; set; } = new HashSet<int>();

    /// <summary>The folder that its files lie in; 0 for one in memory alone.</summary>
    public int Slot => folder?.Slot ?? 0;

    public Arrival Add(int node, long at, ReadOnlySpan<byte> packed)
    {
        Count++;
        return new Arrival(node, at, view.Active.Add(node, at, packed));
    }

    /// <summary>An event that came since memory was last frozen.</summary>
    public PackedEvent View(Arrival arrival) => view.Active.Read(arrival.Entry);

    /// <summary>The order of two events that came since memory was last frozen.</summary>
    public int Order(Arrival a, Arrival b)
    {
        if (a.At != b.At)
        {
            return a.At.CompareTo(b.At);
        }
        var first = View(a);
        var second = View(b);
        return RowOrder.Compare(first.MessageId, first.Address, second.MessageId, second.Address);
    }

    public int CountOf(ReadOnlySpan<int> members)
    {
        var count = 0;
        foreach (var member in members)
        {
            foreach (var segment in view.Segments)
            {
                var near = 0;
                count += segment.TryFind(member, ref near, out var first, out var end) ? end - first : 0;
            }
            count += view.Memories.Sum(part => part.CountOf(member));
        }
        return count;
    }

    /// <summary>Feeds the merged events of these identifiers, those with a timestamp up to <paramref name="until"/>, to a fold.</summary>
    public void Fold(ReadOnlySpan<int> members, ProfileFold fold, long until)
    {
        var reader = Rent();
        reader.Open(members);
        while (reader.Next(out var e) && e.At <= until)
        {
            fold.Add(e);
        }
        Return(reader);
    }

    /// <summary>The merged events of these identifiers in order, from an instant on and before another. Valid until events are added or a merge is published.</summary>
    public List<TimedEvent> Read(ReadOnlySpan<int> members, long from = long.MinValue, long to = long.MaxValue)
    {
        var events = new List<TimedEvent>();
        var reader = Rent();
        reader.Open(members);
        reader.SkipTo(from);
        while (reader.Next(out var e) && e.At < to)
        {
            events.Add(reader.Last);
        }
        Return(reader);
        return events;
    }

    /// <summary>Moves what is in memory aside, so that it can be written, and read without keeping additions away. A reader made before does not see later additions.</summary>
    public void Freeze()
    {
        if (view.Active.Count > 0)
        {
            Publish(view.Segments, [.. view.Frozen, view.Active], new HistoryMemory());
        }
    }

    /// <summary>
    /// What is due now: writing what is in memory, or a merge; null where nothing is, or it is under way. Run it on any thread, then
    /// <see cref="Publish(HistoryTask)"/> or <see cref="Abandon"/> it. At most one of either kind is under way.
    /// </summary>
    public HistoryTask? NextTask()
    {
        if (folder is null)
        {
            return null;
        }
        if (view.Active.Bytes >= options.MemoryBytes)
        {
            Freeze();
        }
        if (NextFlush() is { } flush)
        {
            return flush;
        }
        if (merging is not null || lookedAt == view.Segments)
        {
            return null;
        }
        var inputs = MergeChoice.Of(view.Segments, options);
        if (inputs.Count < 2 && Count == countAtLook)
        {
            inputs = MergeChoice.AtRest(view.Segments, options);
            lookedAt = inputs.Count > 1 ? lookedAt : view.Segments;
        }
        countAtLook = Count;
        return inputs.Count > 1 ? merging = new MergeTask(folder, inputs, Choice) : null;
    }

    /// <summary>Writing what is frozen; null where nothing is, or it is under way.</summary>
    public HistoryTask? NextFlush() =>
        folder is not null && flushing is null && view.Frozen.Length > 0 ? flushing = new FlushTask(folder, view.Frozen, Choice) : null;

    /// <summary>
    /// Writing a segment anew that holds rows of these nodes, without them; null where none does, or a merge is under way. What is in memory is to be
    /// written before. To be run and published as any task.
    /// </summary>
    public HistoryTask? NextWithout(IReadOnlySet<int> nodes) =>
        folder is not null && merging is null && Array.Find(view.Segments, segment => nodes.Any(node => segment.CountOf(node) > 0)) is { } found
            ? merging = new MergeTask(folder, [found], Choice, nodes) : null;

    /// <summary>Whether some segment holds rows of these nodes and of nobody else.</summary>
    public bool HasSegmentOfOnly(IReadOnlySet<int> nodes) => Array.Exists(view.Segments, segment => nodes.Sum(segment.CountOf) == segment.Rows);

    /// <summary>Whether an event in a segment may have that text at a path, in any case.</summary>
    public bool MayHaveText(int path, string text) => Array.Exists(view.Segments, segment => segment.MayHaveText(path, text));

    /// <summary>Puts the result of a task in the place of what it was made of. A merge's: while nobody reads but leased readers.</summary>
    public void Publish(HistoryTask task)
    {
        var made = task.Result;
        var replaced = task.Inputs;
        Count -= replaced.Count == 0 ? 0 : replaced.Sum(segment => (long)segment.Rows) - made.Rows;
        Publish([.. view.Segments.Except(replaced), made], [.. view.Frozen.Except(task.Parts)], view.Active);
        made.Release();
        folder!.Retire(replaced);
        Forget(task);
    }

    /// <summary>Gives a task up that failed or was cancelled: everything stays as it was, and the task is due again.</summary>
    public void Abandon(HistoryTask task)
    {
        Forget(task);
        task.Discard();
    }

    /// <summary>
    /// Gives up the pages of segments that were read. They count for the process as long as they are mapped in, though the system could take them
    /// back at any time. On any thread; readers read on.
    /// </summary>
    public void ForgetPages()
    {
        var leased = Lease();
        Array.ForEach(leased.Segments, segment => segment.ForgetPages());
        leased.Release();
    }

    /// <summary>Does what is due, here and now; false where nothing is.</summary>
    public bool Step() => NextTask() is { } task && Finish(task);

    /// <summary>Writes everything in memory to a segment, here and now, so that <see cref="Manifest"/> is the whole history.</summary>
    public void Flush()
    {
        if (flushing is not null)
        {
            throw new InvalidOperationException("Memory is being written already: publish or abandon that first.");
        }
        Freeze();
        if (view.Frozen.Length > 0 && folder is not null)
        {
            Finish(flushing = new FlushTask(folder, view.Frozen, Choice));
        }
    }

    /// <summary>The segments in force. What is in memory is not part of it.</summary>
    public HistoryManifest Manifest() => folder is null
        ? throw new InvalidOperationException("This history is kept in memory alone.")
        : new HistoryManifest(folder.Slot, folder.NextNumber, [.. view.Segments.Select(segment => segment.Meta)]);

    /// <summary>Unmaps the segments once nobody leases them. Files stay.</summary>
    public void Dispose()
    {
        foreach (var reader in readers)
        {
            reader.Dispose();
        }
        view.Release();
    }

    /// <summary>The view in force; to be released.</summary>
    internal HistoryView Lease()
    {
        while (true)
        {
            var known = view;
            if (known.TryLease())
            {
                return known;
            }
            ObjectDisposedException.ThrowIf(known == view, this);
        }
    }

    internal void DeleteRetired(HistoryManifest durable) => folder!.DeleteRetired(durable);

    private ColumnChoice Choice => new(WantedPaths, options.MostColumns);

    private void Publish(IEnumerable<HistorySegment> segments, HistoryMemory[] frozen, HistoryMemory active)
    {
        var before = view;
        view = new HistoryView(segments, frozen, active);
        before.Release();
    }

    private bool Finish(HistoryTask task)
    {
        try
        {
            task.Run(CancellationToken.None);
        }
        catch
        {
            Abandon(task);
            throw;
        }
        Publish(task);
        return true;
    }

    private void Forget(HistoryTask task)
    {
        flushing = task == flushing ? null : flushing;
        merging = task == merging ? null : merging;
    }

    private HistoryReader Rent()
    {
        if (!readers.TryTake(out var reader))
        {
            return new HistoryReader(this);
        }
        reader.Refresh();
        return reader;
    }

    private void Return(HistoryReader reader)
    {
        reader.Rest();
        readers.Add(reader);
    }
}
