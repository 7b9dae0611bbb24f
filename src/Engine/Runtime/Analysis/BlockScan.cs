using System.Runtime.InteropServices;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>The rows of one identifier in one segment. <paramref name="Local"/>: its profile's place in the block.</summary>
internal readonly record struct BlockRun(int Local, int First, int End);

/// <summary>An event that is not in a segment yet.</summary>
internal readonly record struct BlockEntry(int Local, int Memory, int Entry);

/// <summary>
/// Reads the history by blocks of profiles, in each block one segment after the other: for questions to which the order of a profile's events
/// does not matter beyond their instants. Whole stretches of rows are looked at together, which one profile at a time would cut to pieces.
/// One thread at a time.
/// </summary>
internal sealed class BlockScan : IDisposable
{
    internal const int Size = 1_024;

    private readonly HistoryView view;
    private readonly IdentityGraph identity;
    private readonly int to;
    private readonly int[] profiles = new int[Size];
    private readonly List<BlockRun>[] runs;
    private readonly List<BlockEntry> entries = [];
    private readonly RunCursor[] cursors;
    private long[] members = new long[Size];
    private int memberCount;
    private int next;
    private int asked = -1;
    private int[] rows = new int[1_024];
    private int[] locals = new int[1_024];
    private int[] collected = new int[64];

    /// <param name="state">What is read.</param>
    /// <param name="from">The first identifier's number whose profile is read.</param>
    /// <param name="to">The number after the last.</param>
    internal BlockScan(EngineState state, int from, int to)
    {
        view = state.Staged.History.Lease();
        identity = state.Staged.Identity;
        (next, this.to) = (from, to);
        runs = Array.ConvertAll(view.Segments, _ => new List<BlockRun>(Size));
        cursors = Array.ConvertAll(view.Segments, segment => segment.RunsFrom(from));
    }

    internal ReadOnlySpan<HistorySegment> Segments => view.Segments;

    /// <summary>Rows that were chosen by their kinds so far: whoever scans reads of these, and of no others.</summary>
    internal long RowsChosen { get; private set; }

    /// <summary>How many profiles the block has.</summary>
    internal int Count { get; private set; }

    internal int Profile(int local) => profiles[local];

    /// <summary>Runs of a segment, in order of rows.</summary>
    internal ReadOnlySpan<BlockRun> Runs(int segment) => CollectionsMarshal.AsSpan(runs[segment]);

    /// <summary>Events in memory, in no order.</summary>
    internal ReadOnlySpan<BlockEntry> Entries => CollectionsMarshal.AsSpan(entries);

    internal PackedEvent Read(in BlockEntry entry) => view.Memories[entry.Memory].Read(entry.Entry);

    /// <summary>Goes to the next block; false after the last.</summary>
    internal bool Next()
    {
        CollectMembers();
        if (Count == 0)
        {
            return false;
        }
        for (var i = 0; i < runs.Length; i++)
        {
            FindRuns(i);
        }
        asked = memberCount > 0 ? (int)(members[memberCount - 1] >> 32) : asked;
        FindEntries();
        return true;
    }

    /// <summary>The rows of the block in a segment whose kinds are chosen, and whose profiles they are.</summary>
    internal ReadOnlySpan<int> Select(int segment, KindChoice choice, out ReadOnlySpan<int> localOfRow)
    {
        var found = Runs(segment);
        var count = 0;
        for (var i = 0; i < found.Length;)
        {
            // Runs that follow one another without a gap are looked at as one.
            var last = i;
            while (last + 1 < found.Length && found[last + 1].First == found[last].End)
            {
                last++;
            }
            Reserve(count + found[last].End - found[i].First);
            var more = view.Segments[segment].Select(found[i].First, found[last].End, choice, rows.AsSpan(count));
            for (var end = count + more; count < end; count++)
            {
                while (rows[count] >= found[i].End)
                {
                    i++;
                }
                locals[count] = found[i].Local;
            }
            i = last + 1;
        }
        RowsChosen += count;
        localOfRow = locals.AsSpan(0, count);
        return rows.AsSpan(0, count);
    }

    public void Dispose() => view.Release();

    private void CollectMembers()
    {
        (Count, memberCount) = (0, 0);
        var isSorted = true;
        for (; next < to && Count < Size; next++)
        {
            if (!identity.IsProfile(next))
            {
                continue;
            }
            foreach (var member in identity.MembersOf(next))
            {
                if (memberCount == members.Length)
                {
                    Array.Resize(ref members, memberCount * 2);
                }
                members[memberCount] = ((long)member << 32) | (uint)Count;
                isSorted &= memberCount == 0 || members[memberCount] > members[memberCount - 1];
                memberCount++;
            }
            profiles[Count++] = next;
        }
        if (!isSorted)
        {
            members.AsSpan(0, memberCount).Sort();
        }
    }

    private void FindRuns(int segment)
    {
        var into = runs[segment];
        into.Clear();
        var first = (int)(members[0] >> 32);
        // Merged profiles reach far: a block may begin before the last one's end.
        var cursor = first > asked ? cursors[segment] : view.Segments[segment].RunsFrom(first);
        foreach (var member in members.AsSpan(0, memberCount))
        {
            if (cursor.TryMoveTo((int)(member >> 32), out var from, out var end))
            {
                into.Add(new BlockRun((int)member, from, end));
            }
        }
        cursors[segment] = cursor;
    }

    private void FindEntries()
    {
        entries.Clear();
        for (var memory = 0; memory < view.Memories.Length; memory++)
        {
            for (var i = 0; i < memberCount && view.Memories[memory].Count > 0; i++)
            {
                var count = view.Memories[memory].Collect((int)(members[i] >> 32), ref collected, 0);
                foreach (var entry in collected.AsSpan(0, count))
                {
                    entries.Add(new BlockEntry((int)members[i], memory, entry));
                }
            }
        }
    }

    private void Reserve(int count)
    {
        if (count > rows.Length)
        {
            Array.Resize(ref rows, Math.Max(count, rows.Length * 2));
            Array.Resize(ref locals, rows.Length);
        }
    }
}
