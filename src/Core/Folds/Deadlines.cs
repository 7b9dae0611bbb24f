using Ciclo.Core.Time;

namespace Ciclo.Core.Folds;

/// <summary>
/// One deadline an item, the soonest first. A deadline that moves later, as that of a `since` does with each event, costs nothing until
/// its old place comes to the top: a heap key is a lower bound of what is due.
/// </summary>
internal sealed class Deadlines
{
    private readonly long[] due;
    private readonly long[] keys;
    private readonly int[] places;
    private readonly int[] heap;
    private int count;

    public Deadlines(int items)
    {
        due = new long[items];
        keys = new long[items];
        places = new int[items];
        heap = new int[items];
        Array.Fill(due, Instants.Never);
        Array.Fill(places, -1);
    }

    /// <summary>No deadline is sooner than this.</summary>
    public long Bound => count == 0 ? Instants.Never : keys[heap[0]];

    public long this[int item] => due[item];

    public void Clear()
    {
        for (var i = 0; i < count; i++)
        {
            due[heap[i]] = Instants.Never;
            places[heap[i]] = -1;
        }
        count = 0;
    }

    public void Set(int item, long at)
    {
        due[item] = at;
        if (places[item] < 0)
        {
            if (at != Instants.Never)
            {
                keys[item] = at;
                Rise(count++, item);
            }
        }
        else if (at < keys[item])
        {
            keys[item] = at;
            Rise(places[item], item);
        }
    }

    /// <summary>The soonest deadline with its item; <see cref="Instants.Never"/> if there is none.</summary>
    public long Peek(out int item)
    {
        while (count > 0)
        {
            item = heap[0];
            if (keys[item] == due[item])
            {
                return due[item];
            }
            if (due[item] == Instants.Never)
            {
                places[item] = -1;
                if (--count > 0)
                {
                    Sink(heap[count]);
                }
                continue;
            }
            keys[item] = due[item];
            Sink(item);
        }
        item = -1;
        return Instants.Never;
    }

    private void Rise(int hole, int item)
    {
        var key = keys[item];
        while (hole > 0 && keys[heap[(hole - 1) / 2]] > key)
        {
            heap[hole] = heap[(hole - 1) / 2];
            places[heap[hole]] = hole;
            hole = (hole - 1) / 2;
        }
        heap[hole] = item;
        places[item] = hole;
    }

    /// <summary>Puts an item in from the top.</summary>
    private void Sink(int item)
    {
        var key = keys[item];
        var hole = 0;
        while (hole * 2 + 1 is var child && child < count)
        {
            if (child + 1 < count && keys[heap[child + 1]] < keys[heap[child]])
            {
                child++;
            }
            if (keys[heap[child]] >= key)
            {
                break;
            }
            heap[hole] = heap[child];
            places[heap[hole]] = hole;
            hole = child;
        }
        heap[hole] = item;
        places[item] = hole;
    }
}
