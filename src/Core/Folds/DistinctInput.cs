using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>`distinct(E.p)`: how often each value stands in the window; the elements of a list count one by one.</summary>
internal sealed class DistinctInput(int path) : Input
{
    private sealed class State
    {
        public readonly Dictionary<Value, int> Times = [];
        public readonly WindowRing Ring = new();

        public void Clear()
        {
            Times.Clear();
            Ring.Clear();
        }
    }

    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        var value = e.Get(path);
        if (value.IsNull || value.Kind == ValueKind.Object)
        {
            return false;
        }
        var held = (State)(slot.Items ??= new State());
        if (value.Kind == ValueKind.List)
        {
            foreach (var item in value.AsList)
            {
                Add(held, e.At, item);
            }
        }
        else
        {
            Add(held, e.At, value);
        }
        return true;
    }

    internal override bool OnlyFalls(in Slot slot) => true;

    internal override Value Read(FoldState state, ref Slot slot) => Value.Of(slot.Items is State held ? held.Times.Count : 0);

    internal override bool Expire(FoldState state, ref Slot slot, long now)
    {
        if (slot.Items is not State held)
        {
            return false;
        }
        var before = held.Ring.Count;
        while (held.Ring.Count > 0 && held.Ring.Oldest + WindowMs <= now)
        {
            var value = held.Ring.ValueAt(0);
            if (--held.Times[value] == 0)
            {
                held.Times.Remove(value);
            }
            held.Ring.RemoveOldest();
        }
        return held.Ring.Count != before;
    }

    internal override long NextExpiry(FoldState state, in Slot slot) =>
        slot.Items is State { Ring.Count: > 0 } held ? held.Ring.Oldest + WindowMs : Instants.Never;

    internal override void Clear(ref Slot slot) => ((State?)slot.Items)?.Clear();

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        if (slot.Items is not State held)
        {
            writer.Add(0);
            return;
        }
        if (!IsWindowed)
        {
            writer.Add(held.Times.Count);
            foreach (var value in held.Times.Keys)
            {
                writer.AddValue(value);
            }
            return;
        }
        writer.Add(held.Ring.Count);
        for (var i = 0; i < held.Ring.Count; i++)
        {
            writer.Add((ulong)(state.Now - held.Ring.TimeAt(i)));
            writer.AddValue(held.Ring.ValueAt(i));
        }
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        var held = (State)(slot.Items ??= new State());
        for (var left = reader.NextInt(); left > 0; left--)
        {
            var at = IsWindowed ? state.Now - (long)reader.Next() : 0;
            Add(held, at, reader.NextValue());
        }
    }

    private void Add(State held, long at, in Value value)
    {
        held.Times[value] = held.Times.GetValueOrDefault(value) + 1;
        if (IsWindowed)
        {
            held.Ring.Add(at, value);
        }
    }
}

/// <summary>Instants with a value each, oldest first.</summary>
public sealed class WindowRing
{
    private long[] times = new long[4];
    private Value[] values = new Value[4];
    private int head;

    public int Count { get; private set; }

    public long Oldest => times[head];

    public void Clear()
    {
        head = 0;
        Count = 0;
        Array.Clear(values);
    }

    public void Add(long at, in Value value = default)
    {
        if (Count == times.Length)
        {
            (times, values, head) = (Unrolled(times), Unrolled(values), 0);
        }
        var slot = (head + Count++) & (times.Length - 1);
        times[slot] = at;
        values[slot] = value;
    }

    public void RemoveOldest()
    {
        head = (head + 1) & (times.Length - 1);
        Count--;
    }

    public long TimeAt(int index) => times[(head + index) & (times.Length - 1)];

    public Value ValueAt(int index) => values[(head + index) & (times.Length - 1)];

    private T[] Unrolled<T>(T[] items)
    {
        var larger = new T[items.Length * 2];
        items.AsSpan(head).CopyTo(larger);
        items.AsSpan(0, head).CopyTo(larger.AsSpan(items.Length - head));
        return larger;
    }
}
