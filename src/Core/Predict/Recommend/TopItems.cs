namespace Ciclo.Core.Predict.Recommend;

/// <summary>The items with the highest scores of all offered; of equal ones, those with the lower number. Used again and again without taking memory.</summary>
public sealed class TopItems(int most)
{
    private readonly int[] items = new int[most];
    private readonly float[] scores = new float[most];
    private int kept = most > 0 ? most : throw new ArgumentOutOfRangeException(nameof(most));

    public int Count { get; private set; }

    /// <summary>The items so far; the order is that of a heap until <see cref="Sort"/>.</summary>
    public ReadOnlySpan<int> Items => items.AsSpan(0, Count);

    public ReadOnlySpan<float> Scores => scores.AsSpan(0, Count);

    public void Clear() => Clear(items.Length);

    /// <summary>Begins anew, and keeps no more than so many of the most that it has room for.</summary>
    public void Clear(int keep) => (Count, kept) = (0, Math.Min(keep, items.Length));

    public void Offer(int item, float score)
    {
        if (Count < kept)
        {
            (items[Count], scores[Count]) = (item, score);
            for (var at = Count++; at > 0 && Falls(at, (at - 1) / 2); at = (at - 1) / 2)
            {
                Swap(at, (at - 1) / 2);
            }
        }
        else if (kept > 0 && (score > scores[0] || (score == scores[0] && item < items[0])))
        {
            (items[0], scores[0]) = (item, score);
            Sink(Count);
        }
    }

    /// <summary>Puts them in order, the highest first. Offers come after a <see cref="Clear()"/> only.</summary>
    public void Sort()
    {
        for (var size = Count - 1; size > 0; size--)
        {
            Swap(0, size);
            Sink(size);
        }
    }

    public (int[] Items, float[] Scores) Sorted()
    {
        Sort();
        return (Items.ToArray(), Scores.ToArray());
    }

    private void Sink(int size)
    {
        for (var at = 0; ;)
        {
            var (left, right, least) = ((2 * at) + 1, (2 * at) + 2, at);
            least = left < size && Falls(left, least) ? left : least;
            least = right < size && Falls(right, least) ? right : least;
            if (least == at)
            {
                return;
            }
            Swap(at, least);
            at = least;
        }
    }

    /// <summary>Whether one stands lower than another.</summary>
    private bool Falls(int one, int other) => scores[one] < scores[other] || (scores[one] == scores[other] && items[one] > items[other]);

    private void Swap(int one, int other)
    {
        (items[one], items[other]) = (items[other], items[one]);
        (scores[one], scores[other]) = (scores[other], scores[one]);
    }
}
