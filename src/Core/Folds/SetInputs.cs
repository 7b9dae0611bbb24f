using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>`distinct(E.p)`: how often each value stands in the window; the elements of a list count one by one.</summary>
public sealed class DistinctInput(int index, EventCondition condition, int path, long? windowMs) : Input(index)
{
    private sealed class State
    {
        public readonly Dictionary<Value, int> Times = [];
        public readonly WindowRing Ring = new();
    }

    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        var value = e.Get(path);
        if (value.IsNull || value.Kind == ValueKind.Object || !condition.Holds(e))
        {
            return false;
        }
        var state = (State)(slot.Items ??= new State());
        if (value.Kind == ValueKind.List)
        {
            foreach (var item in value.AsList)
            {
                Add(state, e.At, item);
            }
        }
        else
        {
            Add(state, e.At, value);
        }
        return true;
    }

    public override Value Read(in Slot slot) => Value.Of(slot.Items is State state ? state.Times.Count : 0);

    public override void Expire(ref Slot slot, long now)
    {
        var state = (State)slot.Items!;
        while (state.Ring.Count > 0 && state.Ring.Oldest + windowMs!.Value <= now)
        {
            var value = state.Ring.ValueAt(0);
            if (--state.Times[value] == 0)
            {
                state.Times.Remove(value);
            }
            state.Ring.RemoveOldest();
        }
    }

    public override long NextExpiry(in Slot slot) =>
        windowMs is { } window && slot.Items is State { Ring.Count: > 0 } state ? state.Ring.Oldest + window : Instants.Never;

    private void Add(State state, long at, in Value value)
    {
        state.Times[value] = state.Times.GetValueOrDefault(value) + 1;
        if (windowMs is not null)
        {
            state.Ring.Add(at, value);
        }
    }
}

/// <summary>`days(E)`: calendar days of the file's zone with an E. Events come in order of time, so days never go back.</summary>
public sealed class DaysInput(int index, EventCondition condition, Zone zone, long? windowMs) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (!condition.Holds(e))
        {
            return false;
        }
        var day = zone.DayOf(e.At);
        var isNewDay = slot.Count == 0 || slot.At != day;
        slot.At = day;
        if (windowMs is null)
        {
            slot.Count += isNewDay ? 1 : 0;
            return isNewDay;
        }
        var ring = WindowCountInput.Ring(ref slot);
        ring.Add(e.At, day);
        slot.Count += isNewDay ? 1 : 0;
        return true;
    }

    public override Value Read(in Slot slot) => Value.Of(slot.Count);

    public override void Expire(ref Slot slot, long now)
    {
        var ring = WindowCountInput.Ring(ref slot);
        while (ring.Count > 0 && ring.Oldest + windowMs!.Value <= now)
        {
            var day = ring.OldestNumber;
            ring.RemoveOldest();
            if (ring.Count == 0 || ring.OldestNumber != day)
            {
                slot.Count--;
            }
        }
    }

    public override long NextExpiry(in Slot slot) => windowMs is { } window ? Windows.NextExpiry(slot, window) : Instants.Never;
}

/// <summary>`first(E.p)`, `last(E.p)`: the property of the first or latest such event that has one.</summary>
public sealed class PropertyInput(int index, EventCondition condition, int path, bool first) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (first && slot.Count > 0)
        {
            return false;
        }
        var value = e.Get(path);
        if (value.IsNull || !condition.Holds(e))
        {
            return false;
        }
        slot.Value = value;
        slot.Count++;
        return true;
    }

    public override Value Read(in Slot slot) => slot.Value;
}

/// <summary>A trait: the value that the latest identify which carries its top level gave the path; null clears it.</summary>
public sealed class TraitInput(int index, int path, int topPath) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if (e.TryGet(path, out var value))
        {
            slot.Value = value;
            return true;
        }
        if (topPath == path || !e.TryGet(topPath, out _))
        {
            return false;
        }
        slot.Value = Value.Null;
        return true;
    }

    public override Value Read(in Slot slot) => slot.Value;
}

/// <summary>Consent to a purpose, or to a purpose on a channel: the latest answer that says something about it.</summary>
public sealed class ConsentInput(int index, int purposePath, int channelPath) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        if ((channelPath >= 0 && e.TryGet(channelPath, out var answer)) || e.TryGet(purposePath, out answer))
        {
            slot.Value = answer;
            return true;
        }
        return false;
    }

    public override Value Read(in Slot slot) => slot.Value;
}

/// <summary>The group of a profile: that of its latest group call.</summary>
public sealed class GroupInput(int index, int groupPath) : Input(index)
{
    public override bool Apply(ref Slot slot, in PackedEvent e)
    {
        slot.Value = e.Get(groupPath);
        return true;
    }

    public override Value Read(in Slot slot) => slot.Value;
}
