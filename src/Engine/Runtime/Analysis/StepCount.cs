using System.Numerics;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// How many steps of a funnel a profile makes, where nothing else of the attempt is asked for: the same answer as <see cref="FunnelFold"/>, but an
/// instant is read only where a step is awaited, a condition is asked only where it can change the answer, and the way ends with the last step.
/// For <see cref="FunnelMode.Ordered"/> without exclusions. One thread at a time.
/// </summary>
internal sealed class StepCount : IDisposable
{
    private const int NoRow = -1;
    private const int InEarlierRun = -2;

    /// <summary>Rows of one identifier in one segment.</summary>
    private readonly record struct Run(int Source, int First, int End);

    private readonly HistoryView view;
    private readonly int steps;
    private readonly long window;
    private readonly (long From, long To, long Until) question;
    private readonly int[][] marksOfKind;
    private readonly RowTest[][] tests;
    private readonly int[] near;
    private readonly List<Run> runs = [];
    private readonly KindChoice[] later;
    private int[] rows = new int[256];

    /// <summary>When the latest attempt with so many steps made began; <see cref="long.MinValue"/> for none.</summary>
    private readonly long[] began;

    /// <summary>Up to where events of the first step have been looked at.</summary>
    private int lookedRun;
    private int lookedRow;
    private int reached;

    internal StepCount(HistoryView leased, IReadOnlyList<(EventTest Test, int Mark)> choices, FunnelShape shape, FunnelQuestion asked)
    {
        view = leased.TryLease() ? leased : throw new ObjectDisposedException(nameof(HistoryView));
        (steps, window, question) = (shape.Steps, shape.WindowMs, (asked.From, asked.To, asked.Until));
        began = new long[steps + 1];
        near = new int[view.Segments.Length];
        marksOfKind = Array.ConvertAll(view.Segments, segment => MarksOf(segment, choices));
        later = [.. view.Segments.Select((segment, i) => new KindChoice(segment, Array.ConvertAll(marksOfKind[i], mark => mark > 1 ? 0 : -1).AsSpan(0, segment.Kinds.Length)))];
        tests = Array.ConvertAll(view.Segments, segment => choices.Select(choice => new RowTest(choice.Test, segment)).ToArray());
    }

    internal static bool Fits(FunnelShape shape) => shape is { Mode: FunnelMode.Ordered, Exclusions.Count: 0 };

    /// <summary>Events of which an instant or a property was read.</summary>
    internal long RowsRead { get; private set; }

    /// <summary>
    /// The steps that all these identifiers make together. False where they cannot be read one run after the other: something is in memory, or runs
    /// overlap in time.
    /// </summary>
    internal bool TryCount(ReadOnlySpan<int> members, out int made)
    {
        made = reached = 0;
        if (!TryFindRuns(members))
        {
            return false;
        }
        Array.Fill(began, long.MinValue);
        (lookedRun, lookedRow) = (0, runs.Count > 0 ? runs[0].First : 0);
        var isOver = false;
        for (var run = 0; run < runs.Count && !isOver; run++)
        {
            isOver = TakeRun(run);
        }
        if (reached == 0)
        {
            FindFirst();
        }
        made = reached;
        return true;
    }

    public void Dispose() => view.Release();

    private static int[] MarksOf(HistorySegment segment, IReadOnlyList<(EventTest Test, int Mark)> choices)
    {
        var table = new int[Math.Max(256, segment.Kinds.Length)];
        for (var kind = 0; kind < segment.Kinds.Length; kind++)
        {
            var mark = 0;
            foreach (var (test, one) in choices)
            {
                mark |= test.Takes(segment.Kinds[kind]) ? one : 0;
            }
            table[kind] = mark;
        }
        return table;
    }

    private bool TryFindRuns(ReadOnlySpan<int> members)
    {
        runs.Clear();
        foreach (var member in members)
        {
            foreach (var memory in view.Memories)
            {
                if (memory.Count > 0 && memory.CountOf(member) > 0)
                {
                    return false;
                }
            }
            for (var i = 0; i < near.Length; i++)
            {
                if (view.Segments[i].TryFind(member, ref near[i], out var first, out var end))
                {
                    runs.Add(new Run(i, first, end));
                }
            }
        }
        return runs.Count < 2 || AreApart();
    }

    private bool AreApart()
    {
        runs.Sort((a, b) => view.Segments[a.Source].At(a.First).CompareTo(view.Segments[b.Source].At(b.First)));
        RowsRead += 2 * runs.Count;
        for (var i = 1; i < runs.Count; i++)
        {
            if (view.Segments[runs[i].Source].At(runs[i].First) <= view.Segments[runs[i - 1].Source].At(runs[i - 1].End - 1))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>True where nothing that comes later can change the answer. Only events of later steps are looked for: they ask for a beginning.</summary>
    private bool TakeRun(int index)
    {
        var (source, first, end) = runs[index];
        var segment = view.Segments[source];
        if (rows.Length < end - first)
        {
            rows = new int[Math.Max(end - first, rows.Length * 2)];
        }
        var count = segment.Select(first, end, later[source], rows);
        for (var i = 0; i < count; i++)
        {
            if (Advance(index, segment, rows[i]))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>An event that can be a later step: from the last of them down, so that it is one step of an attempt.</summary>
    private bool Advance(int index, HistorySegment segment, int row)
    {
        var source = runs[index].Source;
        var at = long.MinValue;
        for (var mark = (uint)marksOfKind[source][segment.KindCode(row)] & ~1u; mark != 0;)
        {
            var made = BitOperations.Log2(mark);
            mark ^= 1u << made;
            var beginning = made == 1 ? BeginningBefore(index, row) : NoRow;
            if (began[made] == long.MinValue && beginning == NoRow)
            {
                continue;
            }
            if (at == long.MinValue && (at = InstantOf(segment, row)) > question.Until)
            {
                return true;
            }
            if (beginning != NoRow)
            {
                FindBeginning(index, row, beginning, at);
            }
            if (began[made] == long.MinValue || at - began[made] > window || !tests[source][made].Holds(row))
            {
                continue;
            }
            began[made + 1] = began[made];
            began[made] = long.MinValue;
            reached = Math.Max(reached, made + 1);
        }
        return reached == steps;
    }

    /// <summary>The latest event of the first step before a row of a run and not looked at yet; -1 for none. An earlier run's stands for itself.</summary>
    private int BeginningBefore(int index, int row)
    {
        var (source, first, _) = runs[index];
        var floor = lookedRun == index ? lookedRow : first;
        var found = Previous(source, row, floor);
        if (found != NoRow || lookedRun != index)
        {
            return found != NoRow ? found : InEarlierRun;
        }
        lookedRow = row;
        return NoRow;
    }

    private int Previous(int source, int row, int floor)
    {
        var segment = view.Segments[source];
        var table = marksOfKind[source];
        for (row--; row >= floor; row--)
        {
            if ((table[segment.KindCode(row)] & 1) != 0)
            {
                return row;
            }
        }
        return NoRow;
    }

    /// <summary>Finds the latest event of the first step that counts before a row, as far back as the window goes; what was looked at is never looked at again.</summary>
    private void FindBeginning(int index, int row, int latest, long now)
    {
        for (var run = index; run >= lookedRun; run--)
        {
            var (source, first, end) = runs[run];
            var floor = run == lookedRun ? lookedRow : first;
            var next = run < index ? Previous(source, end, floor) : latest == InEarlierRun ? NoRow : latest;
            for (; next != NoRow; next = Previous(source, next, floor))
            {
                var at = InstantOf(view.Segments[source], next);
                if (now - at > window || at < question.From || TryBegin(source, next, at))
                {
                    (lookedRun, lookedRow) = (index, row);
                    return;
                }
            }
        }
        (lookedRun, lookedRow) = (index, row);
    }

    private bool TryBegin(int source, int row, long at)
    {
        if (at >= question.To || !tests[source][0].Holds(row))
        {
            return false;
        }
        began[1] = at;
        reached = Math.Max(reached, 1);
        return true;
    }

    /// <summary>No second step was made: whether there was a first one.</summary>
    private void FindFirst()
    {
        foreach (var (source, first, end) in runs)
        {
            var segment = view.Segments[source];
            var table = marksOfKind[source];
            for (var row = first; row < end; row++)
            {
                if ((table[segment.KindCode(row)] & 1) == 0)
                {
                    continue;
                }
                var at = InstantOf(segment, row);
                if (at > question.Until || at >= question.To || (at >= question.From && TryBegin(source, row, at)))
                {
                    return;
                }
            }
        }
    }

    private long InstantOf(HistorySegment segment, int row)
    {
        RowsRead++;
        return segment.At(row);
    }
}
