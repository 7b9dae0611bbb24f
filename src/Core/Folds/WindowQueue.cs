namespace Ciclo.Core.Folds;

/// <summary>What a <see cref="WindowQueue"/> keeps: the candidates for the largest or the smallest number, or the calendar days.</summary>
internal enum QueueOrder
{
    Largest = 0,
    Smallest = 1,
    Days = 2,
}

/// <summary>
/// A monotonic queue of (instant, number), shared by all windows over the same numbers: an entry that a newer one beats can never again be
/// the answer of any of them, and the answer of a window is its oldest entry. With days: the last instant of each day that has an event.
/// </summary>
internal sealed class WindowQueue(QueueOrder order)
{
    private long[] times = new long[8];
    private Int128[] numbers = new Int128[8];

    /// <summary>Entries are numbered from the first ever taken in; those before this one are gone.</summary>
    public long Start { get; private set; }

    public long End { get; private set; }

    public bool IsFull => End - Start == times.Length;

    public void Clear()
    {
        Start = 0;
        End = 0;
    }

    public long TimeAt(long position) => times[position & (times.Length - 1)];

    public Int128 NumberAt(long position) => numbers[position & (times.Length - 1)];

    public void DropBefore(long position) => Start = Math.Min(position, End);

    public void Add(long at, Int128 number)
    {
        while (End > Start && IsBeaten(NumberAt(End - 1), number))
        {
            End--;
        }
        Append(at, number);
    }

    public void Save(BlockWriter writer, long from, long now)
    {
        writer.Add((ulong)(End - from));
        for (var position = from; position < End; position++)
        {
            writer.Add((ulong)(now - TimeAt(position)));
            writer.AddNumber(NumberAt(position));
        }
    }

    public void Load(ref BlockReader reader, long now)
    {
        Clear();
        for (var left = reader.NextInt(); left > 0; left--)
        {
            var at = now - (long)reader.Next();
            Append(at, reader.NextNumber());
        }
    }

    private void Append(long at, Int128 number)
    {
        if (IsFull)
        {
            Grow();
        }
        var slot = End++ & (times.Length - 1);
        times[slot] = at;
        numbers[slot] = number;
    }

    private bool IsBeaten(Int128 old, Int128 fresh) => order switch
    {
        QueueOrder.Largest => old <= fresh,
        QueueOrder.Smallest => old >= fresh,
        _ => old == fresh,
    };

    private void Grow()
    {
        var (oldTimes, oldNumbers, mask) = (times, numbers, times.Length - 1);
        times = new long[oldTimes.Length * 2];
        numbers = new Int128[times.Length];
        for (var position = Start; position < End; position++)
        {
            times[position & (times.Length - 1)] = oldTimes[position & mask];
            numbers[position & (times.Length - 1)] = oldNumbers[position & mask];
        }
    }
}
