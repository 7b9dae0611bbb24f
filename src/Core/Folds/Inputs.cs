using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>
/// Something that events feed and rules read: a count, a sum in a window, a trait. Inputs are shared by all rules that ask the same;
/// their state for a profile is one <see cref="Slot"/>.
/// </summary>
public abstract class Input(int index)
{
    public int Index { get; } = index;

    /// <summary>Takes one event in. The event passed the selector's name, not its condition. True if the input's answer may have changed.</summary>
    public abstract bool Apply(ref Slot slot, in PackedEvent e);

    /// <summary>What the rules read.</summary>
    public abstract Value Read(in Slot slot);

    public virtual bool TryReadNumber(in Slot slot, out Number number)
    {
        var value = Read(slot);
        number = value.AsNumber;
        return value.Kind == ValueKind.Number;
    }

    /// <summary>Drops what has left the window at <paramref name="now"/>.</summary>
    public virtual void Expire(ref Slot slot, long now)
    {
    }

    /// <summary>When the oldest event leaves the window.</summary>
    public virtual long NextExpiry(in Slot slot) => Instants.Never;
}

/// <summary>The condition after `where`, bound to a workspace's paths.</summary>
public sealed class EventCondition(Expression? where, Zone zone)
{
    public bool Holds(in PackedEvent e)
    {
        if (where is null)
        {
            return true;
        }
        var names = new EventNames(e);
        return Evaluator.Holds(where, ref names, zone);
    }

    private readonly ref struct EventNames(PackedEvent e) : INameSource
    {
        private readonly PackedEvent e = e;

        public Value Get(PathExpression path) => e.Get(path.Binding);
    }
}

/// <summary>`count(E)`, `ever(E)`, `last(E)`, `first(E)`, `since(E)` without a window: how many, the first and the last instant.</summary>
public sealed class OccurrenceInput(int index, EventCondition condition, bool first) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (!condition.Holds(e))
        {
            return false;
        }
        if (!first || slot.Count == 0)
        {
            slot.At = e.At;
        }
        slot.Count++;
        return true;
    }

    public override Value Read(in Slot slot) => slot.Count == 0 ? Value.Null : Value.Instant(slot.At);

    /// <summary>The count.</summary>
    public override bool TryReadNumber(in Slot slot, out Number number)
    {
        number = Number.FromInteger(slot.Count);
        return true;
    }
}

/// <summary>`count(E, w)`.</summary>
public sealed class WindowCountInput(int index, EventCondition condition, long windowMs) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (!condition.Holds(e))
        {
            return false;
        }
        Ring(ref slot).Add(e.At);
        slot.Count++;
        return true;
    }

    public override Value Read(in Slot slot) => Value.Of(slot.Count);

    public override bool TryReadNumber(in Slot slot, out Number number)
    {
        number = Number.FromInteger(slot.Count);
        return true;
    }

    public override void Expire(ref Slot slot, long now)
    {
        var ring = Ring(ref slot);
        while (ring.Count > 0 && ring.Oldest + windowMs <= now)
        {
            ring.RemoveOldest();
            slot.Count--;
        }
    }

    public override long NextExpiry(in Slot slot) => Windows.NextExpiry(slot, windowMs);

    internal static WindowRing Ring(ref Slot slot) => (WindowRing)(slot.Items ??= new WindowRing());
}

internal static class Windows
{
    internal static long NextExpiry(in Slot slot, long windowMs) =>
        slot.Items is WindowRing { Count: > 0 } ring ? ring.Oldest + windowMs : Instants.Never;
}

/// <summary>`sum`, `avg`, `money` over a numeric property, with or without a window.</summary>
public sealed class SumInput(int index, EventCondition condition, int path, long? windowMs, bool average, MoneyReader? money) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (!e.TryGetNumber(path, out var number) || !condition.Holds(e))
        {
            return false;
        }
        if (money is not null)
        {
            if (money.Convert(number, e) is not { } converted)
            {
                return false;
            }
            number = converted;
        }
        slot.Micros += number.Micros;
        slot.Count++;
        if (windowMs is not null)
        {
            WindowCountInput.Ring(ref slot).Add(e.At, number.Micros);
        }
        return true;
    }

    public override Value Read(in Slot slot) => TryReadNumber(slot, out var number) ? Value.Of(number) : Value.Null;

    public override bool TryReadNumber(in Slot slot, out Number number)
    {
        var answer = average ? Number.Average(slot.Micros, slot.Count) : Number.FromMicros(slot.Micros);
        number = answer.GetValueOrDefault();
        return answer is not null;
    }

    public override void Expire(ref Slot slot, long now)
    {
        var ring = WindowCountInput.Ring(ref slot);
        while (ring.Count > 0 && ring.Oldest + windowMs!.Value <= now)
        {
            slot.Micros -= ring.OldestNumber;
            slot.Count--;
            ring.RemoveOldest();
        }
    }

    public override long NextExpiry(in Slot slot) => windowMs is { } window ? Windows.NextExpiry(slot, window) : Instants.Never;
}

/// <summary>Turns an event's amount into the workspace's currency.</summary>
public sealed class MoneyReader(int currencyPath, IRates rates)
{
    public Number? Convert(Number amount, in PackedEvent e)
    {
        var currency = e.Get(currencyPath);
        return rates.Convert(amount, currency.Kind == ValueKind.Text ? currency.AsText : null, e.At);
    }
}

/// <summary>`min`, `max`. In a window a monotonic queue: an entry that a newer one beats can never be the answer again.</summary>
public sealed class ExtremeInput(int index, EventCondition condition, int path, long? windowMs, bool largest) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (!e.TryGetNumber(path, out var number) || !condition.Holds(e))
        {
            return false;
        }
        if (windowMs is null)
        {
            if (slot.Count++ == 0 || Beats(number.Micros, slot.Micros))
            {
                slot.Micros = number.Micros;
            }
            return true;
        }
        var ring = WindowCountInput.Ring(ref slot);
        var keep = ring.Count;
        while (keep > 0 && !Beats(ring.NumberAt(keep - 1), number.Micros))
        {
            keep--;
        }
        ring.Truncate(keep);
        ring.Add(e.At, number.Micros);
        return true;
    }

    public override Value Read(in Slot slot) => TryReadNumber(slot, out var number) ? Value.Of(number) : Value.Null;

    public override bool TryReadNumber(in Slot slot, out Number number)
    {
        number = default;
        if (windowMs is not null)
        {
            if (slot.Items is not WindowRing { Count: > 0 } ring)
            {
                return false;
            }
            number = Number.FromMicros(ring.OldestNumber)!.Value;
            return true;
        }
        number = Number.FromMicros(slot.Micros)!.Value;
        return slot.Count > 0;
    }

    public override void Expire(ref Slot slot, long now)
    {
        var ring = WindowCountInput.Ring(ref slot);
        while (ring.Count > 0 && ring.Oldest + windowMs!.Value <= now)
        {
            ring.RemoveOldest();
        }
    }

    public override long NextExpiry(in Slot slot) => windowMs is { } window ? Windows.NextExpiry(slot, window) : Instants.Never;

    private bool Beats(Int128 a, Int128 b) => largest ? a > b : a < b;
}
