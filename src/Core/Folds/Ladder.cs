using Ciclo.Core.Rules;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>What a <see cref="Ladder"/> measures.</summary>
internal enum LadderKind
{
    /// <summary>The number of an input, in millionths.</summary>
    Number = 0,
    /// <summary>Milliseconds since the latest event of an input.</summary>
    Since = 1,
    /// <summary>Milliseconds since the first event of origin customer.</summary>
    Age = 2,
    /// <summary>Milliseconds since the entry into the current stage.</summary>
    TimeInStage = 3,
    /// <summary>The current stage's place in its lifecycle's order.</summary>
    Stage = 4,
}

/// <summary>
/// All comparisons of one value with constants, sorted: the profile's state is only between which two rungs the value stands. A value that
/// moves asks the rungs it passes and no others; a value that grows with time has one deadline, that of the next rung.
/// </summary>
internal sealed class Ladder(int index, LadderKind kind, Input? input, int lifecycle)
{
    /// <summary>Where the value is null.</summary>
    public const int Nowhere = -1;

    private const long Far = long.MaxValue / 4;
    private readonly List<(int Atom, ComparisonOperator Operator, long First, bool IsExact)> comparisons = [];
    private long[] rungs = [];
    private int[][] atomsAt = [];
    private int[] atoms = [];

    public int Index => index;

    public LadderKind Kind => kind;

    public Input? Input => input;

    public int Lifecycle => lifecycle;

    public bool GrowsWithTime => kind is LadderKind.Since or LadderKind.Age or LadderKind.TimeInStage;

    /// <summary>No comparison holds below the first rung.</summary>
    public bool IsSilentAtFloor { get; private set; }

    public static long Saturated(Int128 value) => value > Far ? Far : value < -Far ? -Far : (long)value;

    /// <summary>Whether a constant lies where values are told apart exactly.</summary>
    public static bool CanHold(Int128 constant) => constant > -Far + 1 && constant < Far - 1;

    /// <param name="atom">The comparison's atom.</param>
    /// <param name="op">Value on the left, constant on the right.</param>
    /// <param name="floor">The greatest whole number that is not above the constant.</param>
    /// <param name="isExact">Whether that is the constant itself.</param>
    public void Add(int atom, ComparisonOperator op, long floor, bool isExact) => comparisons.Add((atom, op, floor, isExact));

    /// <summary>Sorts the rungs; answers what each atom became.</summary>
    public void Seal(LadderRange[] ranges)
    {
        rungs = [.. comparisons.SelectMany(one => RungsOf(one.Operator, one.First, one.IsExact)).Distinct().Order()];
        var lists = Array.ConvertAll(rungs, _ => new List<int>());
        foreach (var (atom, op, floor, isExact) in comparisons)
        {
            foreach (var rung in RungsOf(op, floor, isExact))
            {
                lists[Array.BinarySearch(rungs, rung)].Add(atom);
            }
            ranges[atom] = RangeOf(op, floor, isExact);
        }
        atomsAt = Array.ConvertAll(lists, list => list.ToArray());
        atoms = [.. comparisons.Select(one => one.Atom)];
        IsSilentAtFloor = !Array.Exists(atoms, atom => ranges[atom].Holds(0));
    }

    /// <summary>The place of a value: how many rungs are not above it. Mostly it is where it was.</summary>
    public int PlaceOf(long value, int before)
    {
        var place = before;
        if (place == Nowhere)
        {
            place = Array.BinarySearch(rungs, value);
            return place < 0 ? ~place : place + 1;
        }
        while (place < rungs.Length && value >= rungs[place])
        {
            place++;
        }
        while (place > 0 && value < rungs[place - 1])
        {
            place--;
        }
        return place;
    }

    /// <summary>Whether a value stands at a place.</summary>
    public bool IsAt(int place, long value) =>
        (uint)place <= (uint)rungs.Length && (place == 0 || value >= rungs[place - 1]) && (place == rungs.Length || value < rungs[place]);

    /// <summary>The rung above a place; null at the top.</summary>
    public long? RungAbove(int place) => place != Nowhere && place < rungs.Length ? rungs[place] : null;

    /// <summary>Atoms that a move between two places may flip; one may be given twice.</summary>
    public ReadOnlySpan<int> AtomsAt(int rung) => atomsAt[rung];

    public ReadOnlySpan<int> Atoms => atoms;

    public bool TryRead(FoldState state, out long value)
    {
        switch (kind)
        {
            case LadderKind.Number:
                return input!.TryMicros(state, ref state.Slots[input.Index], out value);
            case LadderKind.Since:
                ref readonly var slot = ref state.Slots[input!.Index];
                value = state.Now - slot.At;
                return slot.Count > 0;
            case LadderKind.Age:
                value = state.Now - state.FirstSeenAt;
                return state.IsEntered;
            case LadderKind.TimeInStage:
                value = state.Now - state.Stages[lifecycle].Since;
                return state.IsEntered;
            default:
                value = state.Stages[lifecycle].Current;
                return state.IsEntered;
        }
    }

    private static IEnumerable<long> RungsOf(ComparisonOperator op, long floor, bool isExact) => op switch
    {
        ComparisonOperator.GreaterOrEqual or ComparisonOperator.Less => [isExact ? floor : floor + 1],
        ComparisonOperator.Greater or ComparisonOperator.LessOrEqual => [floor + 1],
        _ => isExact ? [floor, floor + 1] : [],
    };

    private LadderRange RangeOf(ComparisonOperator op, long floor, bool isExact)
    {
        var isNegated = op is ComparisonOperator.Less or ComparisonOperator.LessOrEqual or ComparisonOperator.NotEqual;
        if (op is ComparisonOperator.Equal or ComparisonOperator.NotEqual)
        {
            return isExact
                ? new LadderRange(index, PlaceAt(floor), PlaceAt(floor + 1), isNegated)
                : new LadderRange(index, int.MaxValue, int.MaxValue, isNegated);
        }
        return new LadderRange(index, PlaceAt(RungsOf(op, floor, isExact).First()), int.MaxValue, isNegated);
    }

    private int PlaceAt(long rung) => Array.BinarySearch(rungs, rung) + 1;
}

/// <summary>A comparison as places on its ladder: it holds from <paramref name="Low"/> to before <paramref name="High"/>, or outside of that.</summary>
internal readonly record struct LadderRange(int Ladder, int Low, int High, bool IsNegated)
{
    public static LadderRange None => new(-1, 0, 0, false);

    public bool Holds(int place) => place >= 0 && (place >= Low && place < High) != IsNegated;
}
