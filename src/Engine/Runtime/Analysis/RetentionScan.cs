using Ciclo.Core.Analytics;
using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>
/// A retention matrix asked over everybody. Events are selectors of the rule language. Profiles whose first <paramref name="First"/> ever lies
/// outside of the periods are in no cohort; a return is an event at or after that instant, which it may be itself.
/// </summary>
/// <param name="First">The event that places a profile in a cohort.</param>
/// <param name="Return">The event that counts as coming back: `any`.</param>
/// <param name="Period">What the periods are.</param>
/// <param name="From">The first period is that of this instant, in the workspace's zone.</param>
/// <param name="To">The last period is that of the instant before this one.</param>
public sealed record RetentionQuestion(string First, string Return, PeriodKind Period, long From, long To)
{
    public RetentionKind Kind { get; init; }
}

/// <summary>Answers retention. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public sealed class RetentionScan
{
    private readonly EngineState state;
    private readonly EventTest first;
    private readonly EventTest back;
    private readonly Periods periods;
    private readonly RetentionKind kind;
    private long rowsRead;

    /// <summary>Throws <see cref="Core.Rules.RuleException"/> for a selector, <see cref="ArgumentException"/> for periods that make no sense.</summary>
    public RetentionScan(EngineState state, RetentionQuestion question)
    {
        this.state = state;
        first = EventTest.Parse(question.First, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        back = EventTest.Parse(question.Return, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        periods = Periods.Of(question.Period, state.Rules.Zone, question.From, question.To);
        kind = question.Kind;
    }

    /// <summary>Events of which an instant or a property may have been read: what a test of cost counts.</summary>
    public long RowsRead => Interlocked.Read(ref rowsRead);

    public RetentionMatrix Answer(CancellationToken cancellation = default)
    {
        var parts = ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var matrix = new RetentionMatrix(periods);
            using var worker = new Worker(this, from, to);
            while (worker.Next())
            {
                for (var i = 0; i < worker.Count; i++)
                {
                    if (worker.Cohort(i) >= 0)
                    {
                        matrix.Add(worker.Cohort(i), worker.Active(i));
                    }
                }
            }
            Interlocked.Add(ref rowsRead, worker.RowsRead);
            return matrix;
        }, cancellation);
        for (var i = 1; i < parts.Length; i++)
        {
            parts[0].Merge(parts[i]);
        }
        return parts[0];
    }

    /// <summary>The profiles of a cell, ascending; with <paramref name="later"/> null those of the whole cohort.</summary>
    public IReadOnlyList<int> Profiles(int cohort, int? later, CancellationToken cancellation = default) =>
        [.. ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var found = new List<int>();
            using var worker = new Worker(this, from, to);
            while (worker.Next())
            {
                for (var i = 0; i < worker.Count; i++)
                {
                    if (worker.Cohort(i) == cohort && (later is not { } k || worker.IsActive(i, cohort + k)))
                    {
                        found.Add(worker.Profile(i));
                    }
                }
            }
            return found;
        }, cancellation).SelectMany(part => part)];

    /// <summary>Finds, for one block of profiles after the other, the period of the first event and those with a return.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly Periods periods;
        private readonly RetentionKind kind;
        private readonly BlockScan scan;
        private readonly SegmentTests first;
        private readonly SegmentTests back;
        private readonly long[] firstAt = new long[BlockScan.Size];
        private readonly int[] cohorts = new int[BlockScan.Size];
        private readonly SegmentPeriods?[] periodsOf;
        private readonly ulong[] active;
        private readonly int words;
        private long rowsOfAll;

        internal Worker(RetentionScan question, int from, int to)
        {
            (periods, kind) = (question.periods, question.kind);
            scan = new BlockScan(question.state, from, to);
            first = new SegmentTests(question.first, scan.Segments);
            back = new SegmentTests(question.back, scan.Segments);
            periodsOf = [.. scan.Segments.ToArray().Select(segment => segment.PeriodsOf(periods.Bounds))];
            words = (periods.Count + 63) / 64;
            active = new ulong[BlockScan.Size * words];
        }

        internal int Count => scan.Count;

        internal long RowsRead => scan.RowsChosen + rowsOfAll;

        internal int Profile(int local) => scan.Profile(local);

        /// <summary>-1 for none.</summary>
        internal int Cohort(int local) => cohorts[local];

        internal ReadOnlySpan<ulong> Active(int local) => active.AsSpan(local * words, words);

        internal bool IsActive(int local, int period) =>
            (uint)period < (uint)periods.Count && (active[(local * words) + (period >> 6)] & (1ul << (period & 63))) != 0;

        internal bool Next()
        {
            if (!scan.Next())
            {
                return false;
            }
            Array.Fill(firstAt, long.MaxValue);
            Array.Clear(active);
            for (var segment = 0; segment < scan.Segments.Length; segment++)
            {
                FindFirst(segment);
            }
            foreach (ref readonly var entry in scan.Entries)
            {
                var e = scan.Read(entry);
                firstAt[entry.Local] = e.At < firstAt[entry.Local] && first.Holds(e) ? e.At : firstAt[entry.Local];
            }
            for (var i = 0; i < scan.Count; i++)
            {
                cohorts[i] = periods.Find(firstAt[i]);
                firstAt[i] = cohorts[i] < 0 ? long.MaxValue : firstAt[i];
            }
            for (var segment = 0; segment < scan.Segments.Length; segment++)
            {
                FindReturns(segment);
            }
            foreach (ref readonly var entry in scan.Entries)
            {
                var e = scan.Read(entry);
                if (e.At >= firstAt[entry.Local] && e.At < periods.End && back.Holds(e))
                {
                    Mark(entry.Local, periods.IndexOf(e.At));
                }
            }
            for (var i = 0; i < scan.Count && kind != RetentionKind.In; i++)
            {
                Widen(i);
            }
            return true;
        }

        /// <summary>Makes of the periods with a return those that count.</summary>
        private void Widen(int local)
        {
            if (cohorts[local] < 0)
            {
                return;
            }
            var (isOn, isLast) = (kind == RetentionKind.InEvery, kind == RetentionKind.InOrAfter);
            for (var period = isLast ? periods.Count - 1 : cohorts[local] + 1; isLast ? period >= cohorts[local] : period < periods.Count; period += isLast ? -1 : 1)
            {
                isOn = isLast ? isOn || IsActive(local, period) : isOn && IsActive(local, period);
                Set(local, period, isOn);
            }
        }

        private void Set(int local, int period, bool isOn)
        {
            ref var word = ref active[(local * words) + (period >> 6)];
            word = isOn ? word | (1ul << (period & 63)) : word & ~(1ul << (period & 63));
        }

        public void Dispose() => scan.Dispose();

        private void FindFirst(int index)
        {
            if (first.Choice(index).HoldsNone)
            {
                return;
            }
            var segment = scan.Segments[index];
            var rows = scan.Select(index, first.Choice(index), out var locals);
            for (var i = 0; i < rows.Length; i++)
            {
                ref var known = ref firstAt[locals[i]];
                // Segments come by their first instants: mostly the profile's first event was found already.
                if (known > segment.Span.First && first.Holds(index, rows[i]))
                {
                    known = Math.Min(known, segment.At(rows[i]));
                }
            }
        }

        private void FindReturns(int index)
        {
            var segment = scan.Segments[index];
            if (segment.Span.Last < periods.Start || segment.Span.First >= periods.End || back.Choice(index).HoldsNone)
            {
                return;
            }
            if (back.HoldsAll(index))
            {
                FindReturnsOfAll(index);
                return;
            }
            var rows = scan.Select(index, back.Choice(index), out var locals);
            for (var i = 0; i < rows.Length; i++)
            {
                var (local, at) = (locals[i], segment.At(rows[i]));
                if (at < firstAt[local] || at >= periods.End)
                {
                    continue;
                }
                var period = periods.IndexOf(at);
                // The condition is the dear part: it is asked only where it can change something.
                if (!IsActive(local, period) && back.Holds(index, rows[i]))
                {
                    Mark(local, period);
                }
            }
        }

        /// <summary>Every row counts: from the first of a period it goes to the first of the next.</summary>
        private void FindReturnsOfAll(int index)
        {
            var segment = scan.Segments[index];
            foreach (ref readonly var run in scan.Runs(index))
            {
                var since = firstAt[run.Local];
                if (since > segment.Span.Last)
                {
                    continue;
                }
                rowsOfAll += run.End - run.First;
                if (periodsOf[index] is { } known)
                {
                    known.Mark(run.First, run.End, since, active.AsSpan(run.Local * words, words));
                    continue;
                }
                var row = since <= segment.Span.First ? run.First : segment.SkipBelow(since, run.First, run.End);
                while (row < run.End)
                {
                    var at = segment.At(row);
                    if (at >= periods.End)
                    {
                        break;
                    }
                    var period = periods.IndexOf(at);
                    Mark(run.Local, period);
                    row = segment.SkipBelow(periods.StartOf(period + 1), row + 1, run.End);
                }
            }
        }

        private void Mark(int local, int period) => active[(local * words) + (period >> 6)] |= 1ul << (period & 63);
    }
}
