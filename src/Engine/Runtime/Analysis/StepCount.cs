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
    private const int Chunk = 64;

    /// <summary>Rows of one identifier in one segment.</summary>
    private readonly record struct Run(int Source, int First, int End);

    /// <summary>An event of the first step whose condition nobody needed to know so far.</summary>
    private readonly record struct Beginning(int Source, int Row);

    private readonly HistoryView view;
    private readonly int steps;
    private readonly long window;
    private readonly (long From, long To, long Until) question;
    private readonly int[][] marksOfKind;
    private readonly RowTest[][] tests;
    private readonly int[] near;
    private readonly List<Run> runs = [];
    private readonly int[] rows = new int[Chunk];
    private readonly int[] marks = new int[Chunk];

    /// <summary>When the latest attempt with so many steps made began; <see cref="long.MinValue"/> for none.</summary>
    private readonly long[] began;
    private Beginning[] waiting = new Beginning[64];
    private int waitingCount;
    private int reached;

    internal StepCount(HistoryView leased, IReadOnlyList<(EventTest Test, int Mark)> choices, FunnelShape shape, FunnelQuestion asked)
    {
        view = leased.TryLease() ? leased : throw new ObjectDisposedException(nameof(HistoryView));
        (steps, window, question) = (shape.Steps, shape.WindowMs, (asked.From, asked.To, asked.Until));
        began = new long[steps + 1];
        near = new int[view.Segments.Length];
        marksOfKind = Array.ConvertAll(view.Segments, segment => MarksOf(segment, choices));
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
        made = reached = waitingCount = 0;
        if (!TryFindRuns(members))
        {
            return false;
        }
        Array.Fill(began, long.MinValue);
        foreach (var run in runs)
        {
            if (TakeRun(run))
            {
                break;
            }
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
            table[kind] = mark == 0 ? -1 : mark;
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

    /// <summary>True where nothing that comes later can change the answer.</summary>
    private bool TakeRun(Run run)
    {
        var segment = view.Segments[run.Source];
        for (var first = run.First; first < run.End; first += Chunk)
        {
            var count = segment.Select(first, Math.Min(first + Chunk, run.End), marksOfKind[run.Source], rows, marks);
            for (var i = 0; i < count; i++)
            {
                if (Take(run.Source, segment, rows[i], marks[i]))
                {
                    return true;
                }
            }
        }
        return false;
    }

    private bool Take(int source, HistorySegment segment, int row, int mark)
    {
        if ((mark & ~1) != 0 && reached > 0 && Advance(source, segment, row, (uint)mark & ~1u))
        {
            return true;
        }
        if ((mark & 1) != 0)
        {
            return Begin(source, segment, row);
        }
        return false;
    }

    /// <summary>An event that can be a later step: from the last of them down, so that it is one step of an attempt.</summary>
    private bool Advance(int source, HistorySegment segment, int row, uint mark)
    {
        var at = long.MinValue;
        while (mark != 0)
        {
            var made = BitOperations.Log2(mark);
            mark ^= 1u << made;
            if (began[made] == long.MinValue && (made > 1 || waitingCount == 0))
            {
                continue;
            }
            if (at == long.MinValue)
            {
                at = InstantOf(segment, row);
                if (at > question.Until)
                {
                    return true;
                }
            }
            if (made == 1)
            {
                FindBeginning(at);
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

    /// <summary>The first attempt is looked for at once; once there is one, later ones wait until a second step asks for them.</summary>
    private bool Begin(int source, HistorySegment segment, int row)
    {
        if (reached > 0)
        {
            if (waitingCount == waiting.Length)
            {
                Array.Resize(ref waiting, waitingCount * 2);
            }
            waiting[waitingCount++] = new Beginning(source, row);
            return false;
        }
        var at = InstantOf(segment, row);
        if (at > question.Until || at >= question.To)
        {
            return true;
        }
        if (at >= question.From && tests[source][0].Holds(row))
        {
            (reached, began[1]) = (1, at);
        }
        return false;
    }

    /// <summary>Finds the latest event of the first step that counts, among those that wait and still lie in the window.</summary>
    private void FindBeginning(long now)
    {
        while (waitingCount > 0)
        {
            var (source, row) = waiting[--waitingCount];
            var at = InstantOf(view.Segments[source], row);
            if (now - at > window || at < question.From)
            {
                break;
            }
            if (at < question.To && tests[source][0].Holds(row))
            {
                began[1] = at;
                break;
            }
        }
        waitingCount = 0;
    }

    private long InstantOf(HistorySegment segment, int row)
    {
        RowsRead++;
        return segment.At(row);
    }
}
