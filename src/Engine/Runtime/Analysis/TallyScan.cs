using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>Tallies calls of aggregates as of an instant, for one block of profiles after the other. One thread at a time.</summary>
internal sealed class TallyScan : IDisposable
{
    private readonly long now;
    private readonly BlockScan scan;
    private readonly int calls;
    private readonly SelectorCalls[] selectors;
    private readonly SegmentTests customers;
    private readonly AggregateTally[] tallies;
    private readonly bool[] isTouched = new bool[BlockScan.Size];
    private readonly bool[] isEntered = new bool[BlockScan.Size];
    private bool isEntryKnown;

    internal TallyScan(EngineState state, IReadOnlyList<AggregateCall> calls, long now, int from, int to)
    {
        (this.now, this.calls) = (now, calls.Count);
        scan = new BlockScan(state, from, to);
        tallies = new AggregateTally[BlockScan.Size * this.calls];
        selectors = [.. calls.Index().GroupBy(call => call.Item.Events.Text, StringComparer.Ordinal).Select(group => new SelectorCalls(group.ToArray(), scan.Segments, now))];
        customers = new SegmentTests(EventTest.Parse("any", Zone.Utc, state.Staged.EventNames, state.Staged.Paths), scan.Segments);
    }

    internal int Count => scan.Count;

    internal long RowsRead => scan.RowsChosen;

    internal int Profile(int local) => scan.Profile(local);

    /// <summary>What the calls have seen of a profile, one after the other.</summary>
    internal ReadOnlySpan<AggregateTally> Tallies(int local) => tallies.AsSpan(local * calls, calls);

    /// <summary>False: no call has seen an event of the profile.</summary>
    internal bool IsTouched(int local) => isTouched[local];

    /// <summary>Whether the profile has an event of origin customer by now: before that it is in no segment.</summary>
    internal bool IsEntered(int local)
    {
        if (!isEntered[local] && !isEntryKnown)
        {
            FindEntered();
            isEntryKnown = true;
        }
        return isEntered[local];
    }

    internal bool Next()
    {
        if (!scan.Next())
        {
            return false;
        }
        tallies.AsSpan(0, scan.Count * calls).Clear();
        Array.Clear(isTouched);
        Array.Clear(isEntered);
        isEntryKnown = false;
        foreach (var selector in selectors)
        {
            for (var segment = 0; segment < scan.Segments.Length; segment++)
            {
                TakeSegment(selector, segment);
            }
            TakeMemory(selector);
        }
        return true;
    }

    public void Dispose() => scan.Dispose();

    private void TakeSegment(SelectorCalls selector, int index)
    {
        var segment = scan.Segments[index];
        if (selector.Tests.Choice(index).HoldsNone || segment.Span.First > now || segment.Span.Last <= selector.After)
        {
            return;
        }
        var readsInstants = selector.ReadsInstants || segment.Span.Last > now;
        var enters = customers.HoldsAll(index);
        var rows = scan.Select(index, selector.Tests.Choice(index), out var locals);
        for (var i = 0; i < rows.Length; i++)
        {
            var at = readsInstants ? segment.At(rows[i]) : now;
            if (at > now || at <= selector.After || !selector.Tests.Holds(index, rows[i]))
            {
                continue;
            }
            isTouched[locals[i]] = true;
            isEntered[locals[i]] |= enters;
            foreach (ref readonly var call in selector.Calls.AsSpan())
            {
                if (at > call.After)
                {
                    ref var tally = ref tallies[(locals[i] * calls) + call.Index];
                    if (!call.Call.TakesNumber)
                    {
                        Add(ref tally, call.Call, at);
                    }
                    else if (call.TryGetMicros(index, segment, rows[i], out var micros))
                    {
                        tally.AddNumber(call.Call.Function, micros);
                    }
                }
            }
        }
    }

    private void TakeMemory(SelectorCalls selector)
    {
        foreach (ref readonly var entry in scan.Entries)
        {
            var e = scan.Read(entry);
            if (e.At > now || e.At <= selector.After || !selector.Tests.Holds(e))
            {
                continue;
            }
            isTouched[entry.Local] = true;
            isEntered[entry.Local] |= !e.IsSystem;
            foreach (ref readonly var call in selector.Calls.AsSpan())
            {
                ref var tally = ref tallies[(entry.Local * calls) + call.Index];
                if (e.At > call.After && !call.Call.TakesNumber)
                {
                    Add(ref tally, call.Call, e.At);
                }
                else if (e.At > call.After && e.TryGetNumber(call.Call.Path, out var number))
                {
                    tally.AddNumber(call.Call.Function, number.Micros);
                }
            }
        }
    }

    private static void Add(ref AggregateTally tally, AggregateCall call, long at)
    {
        if (call.TakesInstant)
        {
            tally.AddInstant(call.Function, at);
        }
        else
        {
            tally.AddEvent();
        }
    }

    private void FindEntered()
    {
        for (var index = 0; index < scan.Segments.Length; index++)
        {
            var segment = scan.Segments[index];
            foreach (ref readonly var run in scan.Runs(index))
            {
                for (var row = run.First; row < run.End && !isEntered[run.Local] && segment.At(row) <= now; row++)
                {
                    isEntered[run.Local] = (segment.Kind(row).Flags & PackedFlags.System) == 0;
                }
            }
        }
        foreach (ref readonly var entry in scan.Entries)
        {
            var e = scan.Read(entry);
            isEntered[entry.Local] |= e.At <= now && !e.IsSystem;
        }
    }

    /// <summary>A call with what it reads of each segment.</summary>
    private readonly struct BoundCall
    {
        private readonly SegmentNumbers?[] numbers;

        internal BoundCall(int index, AggregateCall call, ReadOnlySpan<HistorySegment> segments, long now)
        {
            (Index, Call) = (index, call);
            After = call.WindowMs is { } window ? now - window : long.MinValue;
            numbers = new SegmentNumbers?[segments.Length];
            for (var i = 0; i < segments.Length; i++)
            {
                numbers[i] = segments[i].NumbersOf(call.Path) is { FitsLong: true } column ? column : null;
            }
        }

        internal int Index { get; }

        internal AggregateCall Call { get; }

        /// <summary>Events after this instant are in the window.</summary>
        internal long After { get; }

        internal bool TryGetMicros(int index, HistorySegment segment, int row, out Int128 micros)
        {
            if (numbers[index] is { } column)
            {
                var isNumber = column.TryGetMicros(row, out var narrow);
                micros = narrow;
                return isNumber;
            }
            var isThere = segment.TryGetNumber(row, Call.Path, out Number number);
            micros = number.Micros;
            return isThere;
        }
    }

    /// <summary>The calls over one selector: its events are looked for once.</summary>
    private sealed class SelectorCalls
    {
        internal SelectorCalls((int Index, AggregateCall Call)[] calls, ReadOnlySpan<HistorySegment> segments, long now)
        {
            Tests = new SegmentTests(calls[0].Call.Events, segments);
            Calls = new BoundCall[calls.Length];
            for (var i = 0; i < calls.Length; i++)
            {
                Calls[i] = new BoundCall(calls[i].Index, calls[i].Call, segments, now);
            }
            After = Calls.Min(call => call.After);
            ReadsInstants = Array.Exists(Calls, call => call.Call.TakesInstant || call.Call.WindowMs is not null);
        }

        internal SegmentTests Tests { get; }

        internal BoundCall[] Calls { get; }

        /// <summary>No call looks at events up to this instant.</summary>
        internal long After { get; }

        internal bool ReadsInstants { get; }
    }
}
