namespace Ciclo.Core.Predict.Recommend;

/// <summary>
/// The items most alike each item by the people who had both (cosine; B. Sarwar, G. Karypis, J. Konstan and J. Riedl, Item-based collaborative filtering, WWW 2001), a fixed number of
/// neighbours each. Takes catalogues of any size.
/// </summary>
public sealed class ItemKnn : IRecommender
{
    private readonly int[][] neighbours;
    private readonly float[][] likeness;

    private ItemKnn(int[][] neighbours, float[][] likeness)
    {
        this.neighbours = neighbours;
        this.likeness = likeness;
    }

    public int ItemCount => neighbours.Length;

    /// <param name="k">Neighbours kept of each item.</param>
    public static ItemKnn Train(Interactions data, int k, CancellationToken cancel)
    {
        var (turned, counts) = (data.Turned(), data.PeopleOfItems());
        var (neighbours, likeness) = (new int[data.ItemCount][], new float[data.ItemCount][]);
        var (together, touched) = (new int[data.ItemCount], new List<int>());
        var top = new TopItems(k);
        for (var item = 0; item < data.ItemCount; item++)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var person in turned.Of(item))
            {
                foreach (var other in data.Of(person))
                {
                    if (together[other]++ == 0)
                    {
                        touched.Add(other);
                    }
                }
            }
            top.Clear();
            foreach (var other in touched)
            {
                if (other != item)
                {
                    top.Offer(other, (float)(together[other] / Math.Sqrt((double)counts[item] * counts[other])));
                }
                together[other] = 0;
            }
            touched.Clear();
            (neighbours[item], likeness[item]) = top.Sorted();
        }
        return Turned(neighbours, likeness);
    }

    /// <summary>An item is scored by its own neighbours among the history, so that what everybody has does not fill each answer: they are kept by the item of the history.</summary>
    private static ItemKnn Turned(int[][] neighbours, float[][] likeness)
    {
        var (items, alike) = (new List<int>[neighbours.Length], new List<float>[neighbours.Length]);
        for (var item = 0; item < neighbours.Length; item++)
        {
            (items[item], alike[item]) = ([], []);
        }
        for (var item = 0; item < neighbours.Length; item++)
        {
            for (var i = 0; i < neighbours[item].Length; i++)
            {
                items[neighbours[item][i]].Add(item);
                alike[neighbours[item][i]].Add(likeness[item][i]);
            }
        }
        return new(Array.ConvertAll(items, list => list.ToArray()), Array.ConvertAll(alike, list => list.ToArray()));
    }

    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        scores.Clear();
        foreach (var item in history)
        {
            var (near, alike) = (neighbours[item], likeness[item]);
            for (var i = 0; i < near.Length; i++)
            {
                scores[near[i]] += alike[i];
            }
        }
    }

    public void Write(BinaryWriter to)
    {
        to.Put(neighbours, to.Put);
        to.Put(likeness, to.Put);
    }

    public static ItemKnn Read(BinaryReader from) => new(from.List(from.Ints), from.List(from.Floats));

    public int Because(ReadOnlySpan<int> history, int item)
    {
        var (best, most) = (-1, 0f);
        foreach (var had in history)
        {
            var place = Array.IndexOf(neighbours[had], item);
            if (place >= 0 && likeness[had][place] > most)
            {
                (best, most) = (had, likeness[had][place]);
            }
        }
        return best;
    }
}
