using Ciclo.Core.Time;

namespace Ciclo.Core.Folds;

/// <summary>A binary heap of (instant, item). Items whose deadline moved are left in and recognised as stale by their owner.</summary>
internal sealed class DeadlineQueue
{
    private (long At, int Item)[] heap = new (long, int)[16];
    private int count;

    public int Count => count;

    public void Clear() => count = 0;

    public (long At, int Item)? Peek() => count == 0 ? null : heap[0];

    public void Add(long at, int item)
    {
        if (at == Instants.Never)
        {
            return;
        }
        if (count == heap.Length)
        {
            Array.Resize(ref heap, count * 2);
        }
        var hole = count++;
        while (hole > 0 && heap[(hole - 1) / 2].At > at)
        {
            heap[hole] = heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        heap[hole] = (at, item);
    }

    public void Remove()
    {
        var last = heap[--count];
        var hole = 0;
        while (hole * 2 + 1 is var child && child < count)
        {
            if (child + 1 < count && heap[child + 1].At < heap[child].At)
            {
                child++;
            }
            if (heap[child].At >= last.At)
            {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = last;
    }
}
