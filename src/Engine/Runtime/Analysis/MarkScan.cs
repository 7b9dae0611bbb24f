using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// Reads of one profile after the other the instants of the events that some of a list of tests choose, in order (timestamp, messageId), with
/// a mark: bit i is set where test i chooses the event. Events after an instant are not seen. One thread at a time.
/// </summary>
internal sealed class MarkScan : IDisposable
{
    /// <summary>Marks are bits of an int that must stay at or above 0.</summary>
    internal const int MaxTests = 31;

    private readonly HistoryScan scan;
    private readonly IdentityGraph identity;
    private readonly long until;
    private readonly EventTest[] tests;
    private readonly RowTest[][] ofSegment;
    private readonly int[] bits;
    private readonly int conditional;
    private int[] marks = new int[256];

    /// <param name="state">What is read.</param>
    /// <param name="choices">Tests, each with the mark that it sets.</param>
    /// <param name="until">The last instant that is seen.</param>
    internal MarkScan(EngineState state, IReadOnlyList<(EventTest Test, int Mark)> choices, long until)
    {
        this.until = until;
        identity = state.Staged.Identity;
        tests = [.. choices.Select(choice => choice.Test)];
        bits = [.. choices.Select(choice => choice.Mark)];
        scan = new HistoryScan(state.Staged.History, CodeOf);
        ofSegment = Array.ConvertAll(scan.View.Segments, segment => Array.ConvertAll(tests, test => new RowTest(test, segment)));
        for (var i = 0; i < tests.Length; i++)
        {
            conditional |= tests[i].HasCondition ? bits[i] : 0;
        }
    }

    internal HistoryScan Events => scan;

    /// <summary>How many events the profile last read has that a kind of some test was looked at; their marks may be 0.</summary>
    internal int Count { get; private set; }

    internal ReadOnlySpan<long> At => scan.At[..Count];

    internal ReadOnlySpan<int> Marks => marks.AsSpan(0, Count);

    /// <summary>Reads a profile; answers the union of its events' marks before any condition was asked: where a bit is missing, no event has it.</summary>
    internal int Read(int profile)
    {
        Count = scan.Read(identity.MembersOf(profile));
        if (Count > 0 && scan.At[Count - 1] > until)
        {
            var found = scan.At.BinarySearch(until);
            Count = found >= 0 ? AfterEqual(found) : ~found;
        }
        if (marks.Length < Count)
        {
            marks = new int[Math.Max(Count, marks.Length * 2)];
        }
        var codes = scan.Codes;
        var union = 0;
        for (var i = 0; i < Count; i++)
        {
            marks[i] = codes[i];
            union |= codes[i];
        }
        return union;
    }

    /// <summary>Asks the conditions, and takes away the marks of those that do not hold. After <see cref="Read"/>.</summary>
    internal void AskConditions()
    {
        for (var i = 0; conditional != 0 && i < Count; i++)
        {
            if ((marks[i] & conditional) != 0)
            {
                marks[i] = Held(i, marks[i]);
            }
        }
    }

    /// <summary>Takes all marks away from events that have this one.</summary>
    internal void Drop(int mark)
    {
        foreach (ref var one in marks.AsSpan(0, Count))
        {
            one = (one & mark) != 0 ? 0 : one;
        }
    }

    public void Dispose() => scan.Dispose();

    private int Held(int index, int mark)
    {
        var (segment, row) = scan.PlaceOf(index);
        for (var i = 0; i < tests.Length; i++)
        {
            if ((mark & bits[i] & conditional) != 0 && !(segment >= 0 ? ofSegment[segment][i].Holds(row) : tests[i].Holds(scan.Event(index))))
            {
                mark &= ~bits[i];
            }
        }
        return mark;
    }

    private int AfterEqual(int found)
    {
        while (found < Count && scan.At[found] == until)
        {
            found++;
        }
        return found;
    }

    private int CodeOf(EventKind kind)
    {
        var code = 0;
        for (var i = 0; i < tests.Length; i++)
        {
            code |= tests[i].Takes(kind) ? bits[i] : 0;
        }
        return code == 0 ? -1 : code;
    }
}
