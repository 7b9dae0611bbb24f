using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>
/// A compiled expression, asked of one profile at the instant its fold stands at. Temporal answers are in millionths of a millisecond,
/// so that scaling a duration by a constant rounds nothing a comparison could see.
/// </summary>
public abstract class Node
{
    public abstract Value Read(ProfileFold fold);

    public virtual bool TryNumber(ProfileFold fold, out Number number)
    {
        var value = Read(fold);
        number = value.AsNumber;
        return value.Kind == ValueKind.Number;
    }

    public virtual bool IsNull(ProfileFold fold) => Read(fold).IsNull;

    public virtual bool TryTime(ProfileFold fold, out Int128 micros)
    {
        var value = Read(fold);
        micros = (Int128)value.AsMs * Number.Scale;
        return value.Kind is ValueKind.Instant or ValueKind.Duration;
    }

    /// <summary>When the answer jumps by itself, beyond the steady drift that its rate states.</summary>
    public virtual long NextJump(ProfileFold fold) => Instants.Never;
}

public sealed class ConstantNode(Value value) : Node
{
    public override Value Read(ProfileFold fold) => value;
}

public sealed class InputNode(Input input) : Node
{
    public Input Input { get; } = input;

    public override Value Read(ProfileFold fold) => Input.Read(fold.State, ref fold.SlotOf(Input));

    public override bool TryNumber(ProfileFold fold, out Number number) => Input.TryRead(fold.State, ref fold.SlotOf(Input), out number);

    public override bool IsNull(ProfileFold fold) => Input.IsNull(fold.State, ref fold.SlotOf(Input));
}

/// <summary>`count(E)`: the number that an <see cref="OccurrenceInput"/> counts.</summary>
public sealed class CountNode(Input input) : Node
{
    public override Value Read(ProfileFold fold) => TryNumber(fold, out var number) ? Value.Of(number) : Value.Null;

    public override bool TryNumber(ProfileFold fold, out Number number) => input.TryRead(fold.State, ref fold.SlotOf(input), out number);
}

public sealed class EverNode(Input input) : Node
{
    public override Value Read(ProfileFold fold) => Value.Of(fold.SlotOf(input).Count > 0);
}

public sealed class SinceNode(Input input) : Node
{
    public override Value Read(ProfileFold fold)
    {
        ref var slot = ref fold.SlotOf(input);
        return slot.Count == 0 ? Value.Null : Value.Duration(fold.Now - slot.At);
    }
}

public sealed class AgeNode : Node
{
    public override Value Read(ProfileFold fold) => fold.IsEntered ? Value.Duration(fold.Now - fold.FirstSeenAt) : Value.Null;
}

public sealed class NowNode : Node
{
    public override Value Read(ProfileFold fold) => Value.Instant(fold.Now);
}

public sealed class StageNode(int lifecycle) : Node
{
    public override Value Read(ProfileFold fold) => fold.StageIdOf(lifecycle);
}

public sealed class TimeInStageNode(int lifecycle) : Node
{
    public override Value Read(ProfileFold fold) =>
        fold.IsEntered ? Value.Duration(fold.Now - fold.StageSince(lifecycle)) : Value.Null;
}

public sealed class MembershipNode(int segment) : Node
{
    public override Value Read(ProfileFold fold) => Value.Of(fold.IsMember(segment));
}

public sealed class GroupTraitNode(Input group, string path, IGroupTraits groups) : Node
{
    public override Value Read(ProfileFold fold)
    {
        var id = group.Read(fold.State, ref fold.SlotOf(group));
        return id.Kind == ValueKind.Text ? groups.Get(id.AsText, path, fold.Now) : Value.Null;
    }

    public override long NextJump(ProfileFold fold)
    {
        var id = group.Read(fold.State, ref fold.SlotOf(group));
        return id.Kind == ValueKind.Text ? groups.NextChange(id.AsText, fold.Now) : Instants.Never;
    }
}

public sealed class ReadInstantNode(Node operand, Zone zone) : Node
{
    public override Value Read(ProfileFold fold) => Evaluator.ReadInstant(operand.Read(fold), zone);

    public override long NextJump(ProfileFold fold) => operand.NextJump(fold);
}

public sealed class AnniversaryNode(Node operand, Zone zone) : Node
{
    public override Value Read(ProfileFold fold)
    {
        var value = operand.Read(fold);
        if (value.Kind == ValueKind.Text)
        {
            value = Evaluator.ReadInstant(value, zone);
        }
        return value.Kind == ValueKind.Instant ? Value.Instant(zone.Anniversary(value.AsMs, fold.Now)) : Value.Null;
    }

    /// <summary>The day after the anniversary, the next year's takes its place.</summary>
    public override long NextJump(ProfileFold fold)
    {
        var next = Read(fold);
        var jump = next.IsNull ? Instants.Never : zone.StartOfDay(zone.DayOf(next.AsMs) + 1);
        return Math.Min(jump, operand.NextJump(fold));
    }
}

/// <summary>A condition used as a value, as in `(count(E) > 2) == traits.flag`.</summary>
public sealed class ConditionNode(Condition condition) : Node
{
    public override Value Read(ProfileFold fold) => Value.Of(condition.Holds(fold));
}

public sealed class NegateNode(Node operand) : Node
{
    public override Value Read(ProfileFold fold)
    {
        var value = operand.Read(fold);
        return value.Kind switch
        {
            ValueKind.Number => Value.Of(Number.Negate(value.AsNumber)),
            ValueKind.Duration => Value.Duration(-value.AsMs),
            _ => Value.Null,
        };
    }

    public override bool TryTime(ProfileFold fold, out Int128 micros)
    {
        var known = operand.TryTime(fold, out micros);
        micros = -micros;
        return known;
    }

    public override long NextJump(ProfileFold fold) => operand.NextJump(fold);
}

public sealed class ArithmeticNode(ArithmeticExpression expression, Node left, Node right) : Node
{
    public override Value Read(ProfileFold fold)
    {
        if (expression.Type == StaticType.Number)
        {
            return TryNumber(fold, out var number) ? Value.Of(number) : Value.Null;
        }
        if (!TryTime(fold, out var micros))
        {
            return Value.Null;
        }
        var ms = (long)(micros / Number.Scale);
        return expression.Type == StaticType.Instant ? Value.Instant(ms) : Value.Duration(ms);
    }

    public override bool TryNumber(ProfileFold fold, out Number number)
    {
        number = default;
        if (!left.TryNumber(fold, out var a) || !right.TryNumber(fold, out var b) || Arithmetic.Apply(expression.Operator, a, b) is not { } result)
        {
            return false;
        }
        number = result;
        return true;
    }

    public override bool TryTime(ProfileFold fold, out Int128 micros)
    {
        micros = 0;
        if (expression.Operator is ArithmeticOperator.Add or ArithmeticOperator.Subtract)
        {
            if (!left.TryTime(fold, out var a) || !right.TryTime(fold, out var b))
            {
                return false;
            }
            micros = expression.Operator == ArithmeticOperator.Add ? a + b : a - b;
            return true;
        }
        var (duration, factor) = expression.Left.Type == StaticType.Duration ? (left, right) : (right, left);
        if (!duration.TryTime(fold, out var value) || !factor.TryNumber(fold, out var number)
            || Arithmetic.Scaled(expression.Operator, value, number) is not { } scaled)
        {
            return false;
        }
        micros = scaled;
        return true;
    }

    public override long NextJump(ProfileFold fold) => Math.Min(left.NextJump(fold), right.NextJump(fold));
}
