using Ciclo.Core.Events;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>Whether somebody wants to hear of events of a kind. Asked once for each kind of a segment.</summary>
public delegate bool WantsKind(EventKind kind);

/// <summary>
/// Reads the events of one profile after the other, in order (timestamp, messageId), from segments and memory. One thread at a time; the
/// cheapest order of profiles is ascending. It sees the history as it was when it was made or last refreshed, and keeps those segments
/// mapped until disposed; events still in memory are seen as they come, so nothing may be added while it reads.
/// </summary>
public sealed class HistoryReader : IDisposable
{
    /// <summary>Events of one member in one segment or part in memory.</summary>
    private struct Run
    {
        /// <summary>Null for a part in memory; then Next and End index what was collected from it.</summary>
        public HistorySegment? Segment;
        public HistoryMemory? Memory;
        public bool[]? Wanted;
        public int Next;
        public int End;
        public long HeadAt;
    }

    private readonly History history;
    private readonly WantsKind? wants;
    private HistoryView view;
    private bool isLeased;
    private int[] near;
    private bool[]?[] wanted;
    private Run[] runs = new Run[8];
    private int[] entries = new int[64];
    private int runCount;
    private int current = -1;
    private long limit;
    private bool isOwed;

    /// <param name="history">What to read.</param>
    /// <param name="wants">Kinds of events that are wanted unless all are; null for all.</param>
    public HistoryReader(History history, WantsKind? wants = null)
    {
        this.history = history;
        this.wants = wants;
        view = history.Lease();
        isLeased = true;
        near = new int[view.Segments.Length];
        wanted = new bool[view.Segments.Length][];
    }

    /// <summary>Sees what has been published since.</summary>
    public void Refresh()
    {
        var before = view;
        var fresh = history.Lease();
        if (isLeased)
        {
            before.Release();
        }
        isLeased = true;
        if (fresh != before)
        {
            view = fresh;
            near = new int[view.Segments.Length];
            wanted = new bool[view.Segments.Length][];
        }
    }

    public void Dispose() => Rest();

    /// <summary>Goes to the events of a profile: those of all these identifiers.</summary>
    public void Open(ReadOnlySpan<int> members)
    {
        runCount = 0;
        current = -1;
        isOwed = false;
        var collected = 0;
        foreach (var member in members)
        {
            for (var i = 0; i < view.Segments.Length; i++)
            {
                if (view.Segments[i].TryFind(member, ref near[i], out var first, out var end))
                {
                    AddRun(new Run { Segment = view.Segments[i], Wanted = wants is null ? null : wanted[i] ??= WantedOf(view.Segments[i]), Next = first, End = end });
                }
            }
            foreach (var memory in view.Memories)
            {
                var count = memory.Count == 0 ? 0 : memory.Collect(member, ref entries, collected);
                if (count > 0)
                {
                    AddRun(new Run { Memory = memory, Next = collected, End = collected + count });
                    collected += count;
                }
            }
        }
    }

    /// <summary>Passes over what happened before an instant. Right after <see cref="Open"/>.</summary>
    public void SkipTo(long at)
    {
        for (var i = 0; i < runCount; i++)
        {
            ref var run = ref runs[i];
            run.Next = FirstFrom(run, at, run.Next, run.End);
            run.HeadAt = run.Next < run.End ? InstantOf(run, run.Next) : 0;
        }
    }

    /// <summary>
    /// The next event; false after the last. With <paramref name="hearsAll"/> false, events of kinds that are not wanted are passed over
    /// without reading them; it may change from event to event, and what it says holds from where the reader stands.
    /// </summary>
    public bool Next(out PackedEvent e, bool hearsAll = true)
    {
        if (current >= 0 && !isOwed && runs[current].Segment is { } segment)
        {
            // Mostly the run that gave the last event gives the next one too.
            ref var run = ref runs[current];
            var row = hearsAll || run.Wanted is null ? run.Next : segment.NextWanted(run.Next, run.End, run.Wanted);
            if (row < run.End && segment.At(row) is var at && at < limit)
            {
                run.Next = row + 1;
                e = new PackedEvent(at, segment.Kind(row), segment, row);
                return true;
            }
        }
        return NextOfSeveral(out e, hearsAll);
    }

    private bool NextOfSeveral(out PackedEvent e, bool hearsAll)
    {
        while (current >= 0 || Select(hearsAll))
        {
            if (current < 0)
            {
                // Only heads that nobody wants stood at one instant; they were passed over.
                continue;
            }
            ref var run = ref runs[current];
            var next = run.Segment is null ? NextInMemory(run, hearsAll) : hearsAll || run.Wanted is null ? run.Next : run.Segment.NextWanted(run.Next, run.End, run.Wanted);
            if (next < run.End)
            {
                var at = next == run.Next && isOwed ? run.HeadAt : InstantOf(run, next);
                if (at < limit || (isOwed && next == run.Next))
                {
                    isOwed = false;
                    run.Next = next + 1;
                    e = run.Segment is null ? run.Memory!.Read(entries[next]) : new PackedEvent(at, run.Segment.Kind(next), run.Segment, next);
                    return true;
                }
            }
            PassOver(ref run, next);
        }
        e = default;
        return false;
    }

    /// <summary>Lets go of the segments; <see cref="Refresh"/> takes them up again.</summary>
    internal void Rest()
    {
        if (isLeased)
        {
            view.Release();
            isLeased = false;
        }
    }

    /// <summary>The event that <see cref="Next"/> gave last, to keep.</summary>
    internal TimedEvent Last
    {
        get
        {
            ref var run = ref runs[current];
            var row = run.Next - 1;
            return run.Segment is null ? new TimedEvent(InstantOf(run, row), run.Memory!.Packed(entries[row])) : new TimedEvent(InstantOf(run, row), run.Segment, row);
        }
    }

    private void AddRun(Run run)
    {
        if (runCount == runs.Length)
        {
            Array.Resize(ref runs, runCount * 2);
        }
        run.HeadAt = InstantOf(run, run.Next);
        runs[runCount++] = run;
    }

    private long InstantOf(in Run run, int index) => run.Segment is { } segment ? segment.At(index) : run.Memory!.Instant(entries[index]);

    private bool[] WantedOf(HistorySegment segment)
    {
        var kinds = segment.Kinds;
        var table = new bool[Math.Max(256, kinds.Length)];
        for (var i = 0; i < kinds.Length; i++)
        {
            table[i] = wants!(kinds[i]);
        }
        return table;
    }

    private int NextInMemory(in Run run, bool hearsAll)
    {
        var next = run.Next;
        while (!hearsAll && wants is not null && next < run.End && !wants(run.Memory!.Read(entries[next]).Kind))
        {
            next++;
        }
        return next;
    }

    /// <summary>The run has nothing more before another's head: what was not wanted up to there is behind, the rest is for later.</summary>
    private void PassOver(ref Run run, int next)
    {
        if (next > run.Next)
        {
            run.Next = limit == long.MaxValue ? next : FirstFrom(run, limit, run.Next, next);
        }
        isOwed = false;
        run.HeadAt = run.Next < run.End ? InstantOf(run, run.Next) : 0;
        current = -1;
    }

    private int FirstFrom(in Run run, long at, int low, int high)
    {
        if (run.Segment is { } segment)
        {
            return segment.FirstRowFrom(at, low, high);
        }
        while (low < high && run.Memory!.Instant(entries[low]) < at)
        {
            low++;
        }
        return low;
    }

    /// <summary>Finds the run whose head comes next, and how far it may go on without looking at the others; false where all are read.</summary>
    private bool Select(bool hearsAll)
    {
        var (best, bestAt) = (-1, long.MaxValue);
        limit = long.MaxValue;
        var isTied = false;
        for (var i = 0; i < runCount; i++)
        {
            ref var run = ref runs[i];
            if (run.Next >= run.End)
            {
                runs[i--] = runs[--runCount];
                continue;
            }
            if (best < 0 || run.HeadAt < bestAt)
            {
                limit = best < 0 ? limit : bestAt;
                (best, bestAt, isTied) = (i, run.HeadAt, false);
            }
            else
            {
                isTied |= run.HeadAt == bestAt;
                limit = Math.Min(limit, run.HeadAt);
            }
        }
        current = best;
        if (isTied)
        {
            Untie(bestAt, hearsAll);
        }
        return best >= 0;
    }

    /// <summary>Several heads have one timestamp: the least messageId is next. Rows of that instant that nobody wants are passed over, not compared.</summary>
    private void Untie(long at, bool hearsAll)
    {
        var best = -1;
        for (var i = 0; i < runCount; i++)
        {
            ref var run = ref runs[i];
            if (run.HeadAt != at)
            {
                continue;
            }
            if (!hearsAll && wants is not null)
            {
                PassUnwanted(ref run, at);
            }
            if (run.Next < run.End && run.HeadAt == at && (best < 0 || IsBefore(run, runs[best])))
            {
                best = i;
            }
        }
        (current, limit, isOwed) = (best, at, best >= 0);
    }

    private void PassUnwanted(ref Run run, long at)
    {
        var next = run.Segment is null ? NextInMemory(run, false) : run.Segment.NextWanted(run.Next, run.End, run.Wanted);
        if (next > run.Next)
        {
            run.Next = FirstFrom(run, at + 1, run.Next, next);
            run.HeadAt = run.Next < run.End ? InstantOf(run, run.Next) : 0;
        }
    }

    private bool IsBefore(in Run a, in Run b) =>
        RowOrder.Compare(IdOf(a), AddressOf(a), IdOf(b), AddressOf(b)) < 0;

    private ReadOnlySpan<byte> IdOf(in Run run) => run.Segment is { } segment ? segment.MessageId(run.Next) : run.Memory!.Read(entries[run.Next]).MessageId;

    private long AddressOf(in Run run) => run.Segment is { } segment ? segment.Address(run.Next) : run.Memory!.Read(entries[run.Next]).Address;
}
