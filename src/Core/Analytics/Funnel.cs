using System.Numerics;

namespace Ciclo.Core.Analytics;

public enum FunnelMode
{
    /// <summary>Other events, those of other steps too, may lie between two steps.</summary>
    Ordered = 0,
    /// <summary>An event of any step that is not the one awaited ends the attempt; events of no step may lie between.</summary>
    Strict = 1,
    /// <summary>Steps may come in any order.</summary>
    AnyOrder = 2,
}

/// <summary>
/// An exclusion: one of its events ends an attempt that has made at least <paramref name="After"/> steps and fewer than
/// <paramref name="Before"/>. Steps are counted from 1; the whole funnel is (1, number of steps).
/// </summary>
public readonly record struct FunnelExclusion(int After, int Before);

/// <summary>What a funnel is, apart from which events its steps are.</summary>
/// <param name="WindowMs">From the first step to the last, both ends included.</param>
public sealed record FunnelShape(int Steps, long WindowMs, FunnelMode Mode, IReadOnlyList<FunnelExclusion> Exclusions)
{
    public const int MaxSteps = 16;
    public const int MaxExclusions = 16;
    public const long DefaultWindowMs = 7 * Time.Durations.Day;

    /// <summary>The mark of an event that can be a step, counted from 0.</summary>
    public static uint MarkOfStep(int step) => 1u << step;

    /// <summary>The mark of an event of an exclusion, counted from 0.</summary>
    public static uint MarkOfExclusion(int exclusion) => 1u << (MaxSteps + exclusion);

    /// <summary>Throws <see cref="ArgumentException"/> with what is wrong.</summary>
    public void Check()
    {
        if (Steps is < 2 or > MaxSteps)
        {
            throw new ArgumentException($"A funnel has 2 to {MaxSteps} steps, not {Steps}.", nameof(Steps));
        }
        if (WindowMs is < 1 or > 3_660 * Time.Durations.Day)
        {
            throw new ArgumentException($"A funnel's window is 1 ms to 3,660 days, not {WindowMs} ms.", nameof(WindowMs));
        }
        if (Exclusions.Count > MaxExclusions || Exclusions.Any(one => one.After < 1 || one.Before > Steps || one.After >= one.Before))
        {
            throw new ArgumentException($"A funnel has at most {MaxExclusions} exclusions, each between two of its steps, the earlier first.", nameof(Exclusions));
        }
    }
}

/// <summary>
/// Finds the attempt of one profile that counts. An attempt begins with an event of the first step and goes through the later events in
/// their order: an event of the step awaited is that step, if it is within the window; else one of an exclusion in force ends the attempt,
/// and so does, in <see cref="FunnelMode.Strict"/>, one of another step. The attempt that counts has made the most steps; of several, it is
/// the one whose last step came first, and of those that share that event the one that began last. In
/// <see cref="FunnelMode.AnyOrder"/> an attempt is a stretch no longer than the window without an event of an exclusion; it has made as many
/// steps as there are different steps among its events, and the one that counts is the first to end with the most. Each event costs the
/// number of steps at most. One thread at a time; nothing is allocated.
/// </summary>
public sealed class FunnelFold
{
    private readonly FunnelShape shape;

    /// <summary>The latest attempt with so many steps made: when it began, <see cref="long.MinValue"/> for none. It is never worse than an earlier one.</summary>
    private readonly long[] began;

    /// <summary>The events of that attempt's steps.</summary>
    private readonly int[] pathOf;
    private readonly int[] best;
    private readonly uint steps;
    private readonly uint exclusions;

    public FunnelFold(FunnelShape shape)
    {
        shape.Check();
        this.shape = shape;
        began = new long[shape.Steps + 1];
        pathOf = new int[(shape.Steps + 1) * shape.Steps];
        best = new int[shape.Steps];
        steps = (1u << shape.Steps) - 1;
        exclusions = ~((1u << FunnelShape.MaxSteps) - 1);
    }

    /// <summary>The events of the steps of the attempt that counts, as indexes into the spans last folded, in the order in which they were made.</summary>
    public ReadOnlySpan<int> Steps => best.AsSpan(0, Reached);

    /// <summary>The steps that the attempt has made; 0: there was no attempt.</summary>
    public int Reached { get; private set; }

    /// <summary>Finds it; answers the steps made.</summary>
    /// <param name="at">Instants of the profile's events, in order (timestamp, messageId).</param>
    /// <param name="marks">Which steps each can be, and of which exclusions it is.</param>
    /// <param name="from">Attempts begin at or after this instant.</param>
    /// <param name="to">And before this one; their later steps may come after it.</param>
    public int Fold(ReadOnlySpan<long> at, ReadOnlySpan<int> marks, long from = long.MinValue, long to = long.MaxValue)
    {
        Reached = 0;
        Array.Fill(began, long.MinValue);
        for (var i = 0; i < at.Length && Reached < shape.Steps; i++)
        {
            var mark = (uint)marks[i];
            if (shape.Mode != FunnelMode.AnyOrder)
            {
                Take(at[i], i, mark, at[i] >= from && at[i] < to);
            }
            else if (at[i] >= from)
            {
                TakeInAnyOrder(at[i], i, mark, at[i] < to);
            }
        }
        return Reached;
    }

    private void Take(long at, int index, uint mark, bool mayBegin)
    {
        if (shape.Mode == FunnelMode.Strict || (mark & exclusions) != 0)
        {
            AdvanceOrEnd(at, index, mark);
        }
        else
        {
            AdvanceAll(at, index, mark & steps & ~1u);
        }
        if ((mark & 1) != 0 && mayBegin)
        {
            began[1] = at;
            pathOf[shape.Steps] = index;
            Note(1);
        }
    }

    /// <summary>Nothing ends here: only attempts that await a step which the event can be are looked at, from the last step down.</summary>
    private void AdvanceAll(long at, int index, uint mark)
    {
        while (mark != 0)
        {
            var made = BitOperations.Log2(mark);
            mark ^= 1u << made;
            if (began[made] != long.MinValue && at - began[made] <= shape.WindowMs)
            {
                Advance(made, index);
                began[made] = long.MinValue;
            }
        }
    }

    private void AdvanceOrEnd(long at, int index, uint mark)
    {
        // From the last step down, so that one event is one step of an attempt.
        for (var made = shape.Steps - 1; made > 0; made--)
        {
            if (began[made] == long.MinValue)
            {
                continue;
            }
            if ((mark & (1u << made)) != 0 && at - began[made] <= shape.WindowMs)
            {
                Advance(made, index);
                began[made] = long.MinValue;
            }
            else if (((mark & exclusions) != 0 && IsExcluded(mark, made)) || (shape.Mode == FunnelMode.Strict && (mark & steps) != 0))
            {
                began[made] = long.MinValue;
            }
        }
    }

    private void Advance(int made, int index)
    {
        began[made + 1] = began[made];
        var path = pathOf.AsSpan(made * shape.Steps, made);
        path.CopyTo(pathOf.AsSpan((made + 1) * shape.Steps));
        pathOf[((made + 1) * shape.Steps) + made] = index;
        Note(made + 1);
    }

    private void Note(int made)
    {
        if (made > Reached)
        {
            Reached = made;
            pathOf.AsSpan(made * shape.Steps, made).CopyTo(best);
        }
    }

    private bool IsExcluded(uint mark, int made)
    {
        for (var i = 0; i < shape.Exclusions.Count; i++)
        {
            if ((mark & FunnelShape.MarkOfExclusion(i)) != 0 && made >= shape.Exclusions[i].After && made < shape.Exclusions[i].Before)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Here <see cref="began"/> is when each step was last seen, and <see cref="pathOf"/> begins with those events.</summary>
    private void TakeInAnyOrder(long at, int index, uint mark, bool mayBegin)
    {
        if ((mark & exclusions) != 0 && (mark & steps) == 0)
        {
            Array.Fill(began, long.MinValue);
            return;
        }
        if ((mark & steps) == 0)
        {
            return;
        }
        var made = 0;
        for (var step = 0; step < shape.Steps; step++)
        {
            if ((mark & (1u << step)) != 0)
            {
                (began[step], pathOf[step]) = (at, index);
            }
            made += IsRecent(began[step], at) ? 1 : 0;
        }
        ref var beginning = ref began[shape.Steps];
        beginning = mayBegin ? at : beginning;
        if (made > Reached && IsRecent(beginning, at))
        {
            NoteInAnyOrder(at, made);
        }
    }

    private bool IsRecent(long one, long at) => one != long.MinValue && at - one <= shape.WindowMs;

    private void NoteInAnyOrder(long now, int made)
    {
        var count = 0;
        for (var step = 0; step < shape.Steps; step++)
        {
            if (IsRecent(began[step], now))
            {
                // An event that is several steps of a stretch stands there as often.
                best[count++] = pathOf[step];
            }
        }
        best.AsSpan(0, count).Sort();
        Reached = made;
    }
}
