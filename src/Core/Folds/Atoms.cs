using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>
/// A condition that `and`, `or` and `not` do not take apart: the unit whose truth is kept per profile and asked again only when
/// something it reads has changed, or at <see cref="NextChange"/>.
/// </summary>
public abstract class Atom
{
    public abstract bool Holds(ProfileFold fold);

    /// <summary>The first instant after now at which the truth may change with time alone. An instant is given only if it is worth asking again.</summary>
    public virtual long NextChange(ProfileFold fold) => Instants.Never;
}

public sealed class NumberAtom(ComparisonOperator op, Node left, Node right) : Atom
{
    public override bool Holds(ProfileFold fold) =>
        left.TryNumber(fold, out var a) && right.TryNumber(fold, out var b) && Operators.Holds(op, a.CompareTo(b));

    public override long NextChange(ProfileFold fold) => Math.Min(left.NextJump(fold), right.NextJump(fold));
}

/// <summary>A comparison of instants or durations whose difference drifts by <paramref name="rate"/> (−1, 0 or 1) milliseconds a millisecond.</summary>
public sealed class TimeAtom(ComparisonOperator op, Node left, Node right, int rate) : Atom
{
    private static readonly Int128 FarAway = (Int128)Instants.MaxMs * 4 * Number.Scale;

    public override bool Holds(ProfileFold fold) => TryDifference(fold, out var difference) && Holds(difference);

    public override long NextChange(ProfileFold fold)
    {
        var jump = Math.Min(left.NextJump(fold), right.NextJump(fold));
        return Math.Min(jump, NextCrossing(fold));
    }

    private long NextCrossing(ProfileFold fold)
    {
        if (rate == 0 || !TryDifference(fold, out var difference) || Int128.Abs(difference) > FarAway)
        {
            return Instants.Never;
        }
        // The truth can only change where the difference reaches zero, or in the millisecond after.
        var holds = Holds(difference);
        var zeroAt = fold.Now + FloorDivide(-difference * rate, Number.Scale);
        for (var at = zeroAt; at <= zeroAt + 1; at++)
        {
            if (at > fold.Now && Holds(difference + (Int128)(at - fold.Now) * rate * Number.Scale) != holds)
            {
                return at;
            }
        }
        return Instants.Never;
    }

    private bool TryDifference(ProfileFold fold, out Int128 difference)
    {
        difference = 0;
        if (!left.TryTime(fold, out var a) || !right.TryTime(fold, out var b))
        {
            return false;
        }
        difference = a - b;
        return true;
    }

    private bool Holds(Int128 difference) => Operators.Holds(op, Int128.Sign(difference));

    private static long FloorDivide(Int128 dividend, long divisor)
    {
        var (quotient, rest) = Int128.DivRem(dividend, divisor);
        return (long)(rest < 0 ? quotient - 1 : quotient);
    }
}

public sealed class ValueAtom(ComparisonOperator op, Node left, Node right) : Atom
{
    public override bool Holds(ProfileFold fold) => Operators.Compare(op, left.Read(fold), right.Read(fold));

    public override long NextChange(ProfileFold fold) => Math.Min(left.NextJump(fold), right.NextJump(fold));
}

/// <summary>`x == null` and `x != null`.</summary>
public sealed class NullAtom(Node operand, bool isNull) : Atom
{
    public override bool Holds(ProfileFold fold) => operand.IsNull(fold) == isNull;

    public override long NextChange(ProfileFold fold) => operand.NextJump(fold);
}

public sealed class TextAtom(TextExpression expression, Node left, Node right) : Atom
{
    public override bool Holds(ProfileFold fold) => Operators.TestText(expression, left.Read(fold), right.Read(fold));

    public override long NextChange(ProfileFold fold) => Math.Min(left.NextJump(fold), right.NextJump(fold));
}

/// <summary>A value that is itself yes or no: `ever(E)`, `in("s")`, `traits.vip`.</summary>
public sealed class FlagAtom(Node operand) : Atom
{
    public override bool Holds(ProfileFold fold) => operand.Read(fold).AsBoolean;

    public override long NextChange(ProfileFold fold) => operand.NextJump(fold);
}

/// <summary>A whole rule over the kept truth of its atoms.</summary>
public abstract class Condition
{
    public abstract bool Holds(ProfileFold fold);

    public static Condition Always { get; } = new ConstantCondition(true);

    public static Condition Never { get; } = new ConstantCondition(false);

    private sealed class ConstantCondition(bool value) : Condition
    {
        public override bool Holds(ProfileFold fold) => value;
    }
}

public sealed class AtomCondition(int atom) : Condition
{
    public int Atom { get; } = atom;

    public override bool Holds(ProfileFold fold) => fold.Truth(Atom);
}

public sealed class NotCondition(Condition operand) : Condition
{
    public Condition Operand { get; } = operand;

    public override bool Holds(ProfileFold fold) => !Operand.Holds(fold);
}

public sealed class LogicalCondition(LogicalOperator op, Condition left, Condition right) : Condition
{
    public Condition Left { get; } = left;

    public Condition Right { get; } = right;

    public override bool Holds(ProfileFold fold) => op == LogicalOperator.And
        ? Left.Holds(fold) && Right.Holds(fold)
        : Left.Holds(fold) || Right.Holds(fold);
}
