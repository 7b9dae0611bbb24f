using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// Who meets a rule as of an instant, without defining a segment: the clock stands there, later events are not seen, identities and
/// definitions are today's. Inside <see cref="WorkspaceEngine.Read{T}"/>.
/// </summary>
public sealed class SegmentCount
{
    private const string AdHocId = "?";
    private readonly EngineState state;
    private readonly Rule rule;
    private readonly Zone zone;
    private readonly long at;

    /// <summary>Throws <see cref="RuleException"/> with the place of a mistake in the rule, <see cref="ArgumentException"/> for a segment or lifecycle that is not defined.</summary>
    /// <param name="state">What is read.</param>
    /// <param name="rule">A condition as a segment's `when`.</param>
    /// <param name="zone">Where its dates and days stand.</param>
    /// <param name="at">The instant.</param>
    public SegmentCount(EngineState state, string rule, Zone zone, long at)
    {
        (this.state, this.zone, this.at) = (state, zone, at);
        var expression = Parser.Parse(rule, RuleContext.Segment, zone);
        Checker.CheckCondition(expression);
        this.rule = new Rule(rule, expression);
        Compiled = AggregateRule.TryCompile(expression, zone, state.Staged.EventNames, state.Staged.Paths);
    }

    /// <summary>Null for a rule that has to be folded.</summary>
    public AggregateRule? Compiled { get; }

    public long Count(CancellationToken cancellation = default) => Compiled is { } compiled
        ? ProfileRanges.Run(state.Staged.Identity, (from, to) => Each(compiled, from, to, null), cancellation).Sum()
        : Folded().Count;

    /// <summary>The profiles, ascending.</summary>
    public IReadOnlyList<int> Profiles(CancellationToken cancellation = default) => Compiled is { } compiled
        ? [.. ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var found = new List<int>();
            Each(compiled, from, to, found);
            return found;
        }, cancellation).SelectMany(part => part)]
        : Folded();

    /// <summary>The same by folding every profile up to the instant, whatever the rule is.</summary>
    internal List<int> Folded()
    {
        var segment = new SegmentDefinition(AdHocId, Text.Same(AdHocId), zone, rule);
        var known = state.Rules.Definitions;
        var definitions = References.Of(rule.Expression).Any() ? new DefinitionSet(known.Lifecycles, [.. known.Segments, segment]) : new DefinitionSet([], [segment]);
        var plan = Compile(definitions);
        var index = plan.SegmentIndex(AdHocId);
        return Queries.Replay<int>(state, plan, at, (profile, fold, into) =>
        {
            if (fold.IsMember(index))
            {
                into.Add(profile);
            }
        });
    }

    private FoldPlan Compile(DefinitionSet definitions)
    {
        try
        {
            return FoldPlan.Compile(definitions, state.Staged.EventNames, state.Staged.Paths, state.Placement.Settings);
        }
        catch (KeyNotFoundException unknown)
        {
            throw new ArgumentException($"The rule names a segment or lifecycle that is not defined ({unknown.Message}). Define it first, or name another.", unknown);
        }
    }

    private long Each(AggregateRule compiled, int from, int to, List<int>? found)
    {
        using var worker = new SegmentCountWorker(state, compiled, at, from, to);
        var members = 0L;
        while (worker.Next())
        {
            members += worker.Take(found);
        }
        return members;
    }
}

/// <summary>Tallies the calls of a rule for one block of profiles after the other.</summary>
internal sealed class SegmentCountWorker : IDisposable
{
    private readonly AggregateRule rule;
    private readonly long now;
    private readonly BlockScan scan;
    private readonly int calls;
    private readonly SelectorCalls[] selectors;
    private readonly SegmentTests customers;
    private readonly AggregateTally[] tallies;
    private readonly bool[] isTouched = new bool[BlockScan.Size];
    private readonly bool[] isEntered = new bool[BlockScan.Size];
    private readonly bool holdsForNothing;

    internal SegmentCountWorker(EngineState state, AggregateRule rule, long now, int from, int to)
    {
        (this.rule, this.now) = (rule, now);
        scan = new BlockScan(state, from, to);
        calls = rule.Calls.Count;
        tallies = new AggregateTally[BlockScan.Size * calls];
        holdsForNothing = rule.Holds(new AggregateTally[calls], now);
        selectors = [.. rule.Calls.Index().GroupBy(call => call.Item.Events.Text, StringComparer.Ordinal).Select(group => new SelectorCalls(group.ToArray(), scan.Segments, now))];
        customers = new SegmentTests(EventTest.Parse("any", Zone.Utc, state.Staged.EventNames, state.Staged.Paths), scan.Segments);
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

    /// <summary>How many of the block meet the rule; adds them to <paramref name="found"/>.</summary>
    internal long Take(List<int>? found)
    {
        var members = 0L;
        var isEntryKnown = false;
        for (var i = 0; i < scan.Count; i++)
        {
            if (!(isTouched[i] ? rule.Holds(tallies.AsSpan(i * calls, calls), now) : holdsForNothing))
            {
                continue;
            }
            if (!isEntered[i] && !isEntryKnown)
            {
                FindEntered();
                isEntryKnown = true;
            }
            if (isEntered[i])
            {
                members++;
                found?.Add(scan.Profile(i));
            }
        }
        return members;
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

    /// <summary>A profile is in no segment before its first event of origin customer.</summary>
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
