using System.Numerics.Tensors;

namespace Ciclo.Core.Predict.Recommend;

/// <summary>
/// EASE (H. Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019): the weights from item to item that foresee each person's items best from the others, in closed form.
/// </summary>
public sealed class Ease : IRecommender
{
    /// <summary>Its weights take n² numbers: 10,000 items are 400 MB kept and 800 MB more while it is trained.</summary>
    public const int MostItems = 10_000;

    private readonly float[] weights;

    private Ease(float[] weights, int itemCount)
    {
        this.weights = weights;
        ItemCount = itemCount;
    }

    public int ItemCount { get; }

    /// <param name="lambda">The ridge, in people: an item that fewer than about so many people had counts little. Above 0.</param>
    public static Ease Train(Interactions data, double lambda, int threads, CancellationToken cancel)
    {
        var size = data.ItemCount;
        if (size > MostItems)
        {
            throw new ArgumentOutOfRangeException(nameof(data), size, $"EASE takes {MostItems} items at most.");
        }
        var gram = Gram(data);
        for (var item = 0; item < size; item++)
        {
            gram[(item * (long)size) + item] += lambda;
        }
        SymmetricInverse.Invert(gram, size, threads, cancel);
        var (weights, scale) = (new float[gram.LongLength], new double[size]);
        for (var item = 0; item < size; item++)
        {
            scale[item] = -1 / gram[(item * (long)size) + item];
        }
        var line = new double[size];
        for (var item = 0; item < size; item++)
        {
            TensorPrimitives.Multiply(gram.AsSpan(item * size, size), scale, line);
            line[item] = 0;
            TensorPrimitives.ConvertTruncating<double, float>(line, weights.AsSpan(item * size, size));
        }
        return new(weights, size);
    }

    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        scores.Clear();
        foreach (var item in history)
        {
            TensorPrimitives.Add(scores, weights.AsSpan(item * ItemCount, ItemCount), scores);
        }
    }

    public int Because(ReadOnlySpan<int> history, int item)
    {
        var (best, most) = (-1, 0f);
        foreach (var had in history)
        {
            if (weights[(had * ItemCount) + item] is var weight && weight > most)
            {
                (best, most) = (had, weight);
            }
        }
        return best;
    }

    public void Write(BinaryWriter to)
    {
        to.Write(ItemCount);
        to.Put(weights);
    }

    public static Ease Read(BinaryReader from)
    {
        var size = from.ReadInt32();
        return new(from.Floats(), size);
    }

    /// <summary>How many people had both of two items; only the lower half.</summary>
    private static double[] Gram(Interactions data)
    {
        var size = data.ItemCount;
        var gram = new double[(long)size * size];
        for (var person = 0; person < data.People; person++)
        {
            var items = data.Of(person);
            for (var i = 0; i < items.Length; i++)
            {
                var line = gram.AsSpan(items[i] * size, items[i] + 1);
                foreach (var other in items[..(i + 1)])
                {
                    line[other]++;
                }
            }
        }
        return gram;
    }
}
