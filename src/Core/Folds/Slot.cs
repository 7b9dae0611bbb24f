using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>The state of one input for one profile. What each field means is the input's business; all zero is "no event yet".</summary>
public struct Slot
{
    public long Count;
    public long At;
    public Int128 Micros;
    public Value Value;
    public object? Items;
}

/// <summary>The events inside a window, oldest first: their instants, and a number or a value each where the input needs one.</summary>
public sealed class WindowRing
{
    private long[] times = new long[4];
    private Int128[]? numbers;
    private Value[]? values;
    private int head;

    public int Count { get; private set; }

    public long Oldest => times[head];

    public void Clear()
    {
        head = 0;
        Count = 0;
        if (values is not null)
        {
            Array.Clear(values);
        }
    }

    public void Add(long at)
    {
        // Reserving may put a larger array in the place of the old one: it comes before the array is read.
        var slot = Reserve();
        times[slot] = at;
    }

    public void Add(long at, Int128 number)
    {
        var slot = Reserve();
        times[slot] = at;
        numbers ??= new Int128[times.Length];
        numbers[slot] = number;
    }

    public void Add(long at, in Value value)
    {
        var slot = Reserve();
        times[slot] = at;
        values ??= new Value[times.Length];
        values[slot] = value;
    }

    public void RemoveOldest()
    {
        head = (head + 1) & (times.Length - 1);
        Count--;
    }

    public Int128 OldestNumber => numbers![head];

    public long TimeAt(int index) => times[(head + index) & (times.Length - 1)];

    public Int128 NumberAt(int index) => numbers![(head + index) & (times.Length - 1)];

    public Value ValueAt(int index) => values![(head + index) & (times.Length - 1)];

    /// <summary>Takes back the newest entries from <paramref name="index"/> on: what a monotonic window no longer needs.</summary>
    public void Truncate(int index) => Count = index;

    private int Reserve()
    {
        if (Count == times.Length)
        {
            Grow();
        }
        return (head + Count++) & (times.Length - 1);
    }

    private void Grow()
    {
        times = Unrolled(times)!;
        numbers = Unrolled(numbers);
        values = Unrolled(values);
        head = 0;
    }

    private T[]? Unrolled<T>(T[]? items)
    {
        if (items is null)
        {
            return null;
        }
        var larger = new T[items.Length * 2];
        items.AsSpan(head).CopyTo(larger);
        items.AsSpan(0, head).CopyTo(larger.AsSpan(items.Length - head));
        return larger;
    }
}
