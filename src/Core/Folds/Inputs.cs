using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>
/// Something that events feed and rules read: a count, a sum in a window, a trait. Inputs are shared by all rules that ask the same;
/// their state for a profile is one <see cref="Slot"/>, and what they share with others of their <see cref="EventGroup"/>.
/// </summary>
public abstract class Input
{
    public int Index { get; internal set; }

    /// <summary>The length of the window; 0 for the whole past.</summary>
    internal long WindowMs { get; init; }

    internal bool IsWindowed => WindowMs > 0;

    /// <summary>
    /// All that reads it is one ladder: then it need not wake the profile for each event that leaves its window, but only where a rung
    /// may be crossed. Whoever reads it lets go of what has left first.
    /// </summary>
    internal bool IsLazy { get; set; }

    /// <summary>The ladders that stand on it.</summary>
    internal Ladder[] Ladders { get; set; } = [];

    /// <summary>Atoms on no ladder that read it.</summary>
    internal int[] Atoms { get; set; } = [];

    /// <summary>Takes one event in, which passed the group's selector and condition. True if the input's answer may have changed.</summary>
    internal abstract bool Apply(FoldState state, ref Slot slot, in PackedEvent e);

    /// <summary>What the rules read.</summary>
    internal abstract Value Read(FoldState state, ref Slot slot);

    internal virtual bool TryRead(FoldState state, ref Slot slot, out Number number)
    {
        var value = Read(state, ref slot);
        number = value.AsNumber;
        return value.Kind == ValueKind.Number;
    }

    internal virtual bool IsNull(FoldState state, ref Slot slot) => Read(state, ref slot).IsNull;

    /// <summary>The number in millionths, at the ends of a `long` where it is beyond: no rung of a ladder lies there.</summary>
    internal virtual bool TryMicros(FoldState state, ref Slot slot, out long micros)
    {
        var isNumber = TryRead(state, ref slot, out var number);
        micros = Ladder.Saturated(number.Micros);
        return isNumber;
    }

    /// <summary>Drops what has left the window at <paramref name="now"/>; true if something did.</summary>
    internal virtual bool Expire(FoldState state, ref Slot slot, long now) => false;

    /// <summary>When the oldest event leaves the window.</summary>
    internal virtual long NextExpiry(FoldState state, in Slot slot) => Instants.Never;

    /// <summary>True if what leaves the window can only lower the number, or empty the window.</summary>
    internal virtual bool OnlyFalls(in Slot slot) => false;

    /// <summary>Back to no event; objects are kept to be used again.</summary>
    internal virtual void Clear(ref Slot slot) => slot = default;

    internal abstract void Save(FoldState state, in Slot slot, BlockWriter writer);

    internal abstract void Load(FoldState state, ref Slot slot, ref BlockReader reader);
}

/// <summary>`count(E)`, `ever(E)`, `last(E)`, `first(E)`, `since(E)` without a window: how many, the first or the last instant.</summary>
internal sealed class OccurrenceInput(bool first) : Input
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (!first || slot.Count == 0)
        {
            slot.At = e.At;
        }
        slot.Count++;
        return true;
    }

    internal override Value Read(FoldState state, ref Slot slot) => slot.Count == 0 ? Value.Null : Value.Instant(slot.At);

    /// <summary>The count.</summary>
    internal override bool TryRead(FoldState state, ref Slot slot, out Number number)
    {
        number = Number.FromInteger(slot.Count);
        return true;
    }

    internal override bool TryMicros(FoldState state, ref Slot slot, out long micros)
    {
        micros = slot.Count * Number.Scale;
        return true;
    }

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        writer.Add((ulong)slot.Count);
        if (slot.Count > 0)
        {
            writer.Add((ulong)(state.Now - slot.At));
        }
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        slot.Count = (long)reader.Next();
        slot.At = slot.Count > 0 ? state.Now - (long)reader.Next() : 0;
    }
}

/// <summary>`sum`, `avg`, `money` over the whole past.</summary>
internal sealed class SumInput(int column, bool average) : Input
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (!state.HasNumber[column])
        {
            return false;
        }
        slot.Micros += state.Numbers[column];
        slot.Count++;
        return true;
    }

    internal override Value Read(FoldState state, ref Slot slot) => TryRead(state, ref slot, out var number) ? Value.Of(number) : Value.Null;

    internal override bool TryRead(FoldState state, ref Slot slot, out Number number) => Total(slot, average, out number);

    internal static bool Total(in Slot slot, bool average, out Number number)
    {
        var answer = average ? Number.Average(slot.Micros, slot.Count) : Number.FromMicros(slot.Micros);
        number = answer.GetValueOrDefault();
        return answer is not null;
    }

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        writer.Add((ulong)slot.Count);
        writer.AddNumber(slot.Micros);
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        slot.Count = (long)reader.Next();
        slot.Micros = reader.NextNumber();
    }
}

/// <summary>`min`, `max` over the whole past.</summary>
internal sealed class ExtremeInput(int column, bool largest) : Input
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (!state.HasNumber[column])
        {
            return false;
        }
        var number = state.Numbers[column];
        if (slot.Count == 0 || (largest ? number > slot.Micros : number < slot.Micros))
        {
            slot.Micros = number;
            slot.Count = 1;
            return true;
        }
        return false;
    }

    internal override Value Read(FoldState state, ref Slot slot) => TryRead(state, ref slot, out var number) ? Value.Of(number) : Value.Null;

    internal override bool TryRead(FoldState state, ref Slot slot, out Number number)
    {
        number = Number.FromMicros(slot.Micros)!.Value;
        return slot.Count > 0;
    }

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        writer.Add((ulong)slot.Count);
        writer.AddNumber(slot.Micros);
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        slot.Count = (long)reader.Next();
        slot.Micros = reader.NextNumber();
    }
}

/// <summary>`days(E)`: calendar days of the file's zone with an E. Events come in order of time, so days never go back.</summary>
internal sealed class DaysInput(Zone zone) : Input
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        var day = zone.DayOf(e.At);
        if (slot.Count > 0 && slot.At == day)
        {
            return false;
        }
        slot.At = day;
        slot.Count++;
        return true;
    }

    internal override Value Read(FoldState state, ref Slot slot) => Value.Of(slot.Count);

    internal override bool TryMicros(FoldState state, ref Slot slot, out long micros)
    {
        micros = slot.Count * Number.Scale;
        return true;
    }

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        writer.Add((ulong)slot.Count);
        writer.AddSigned(slot.At);
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        slot.Count = (long)reader.Next();
        slot.At = reader.NextSigned();
    }
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
