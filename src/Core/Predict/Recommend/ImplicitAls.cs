using System.Numerics.Tensors;

namespace Ciclo.Core.Predict.Recommend;

/// <summary>How factors are learned.</summary>
/// <param name="Confidence">How much more an item counts that a person had than one that the person had not (their α).</param>
public sealed record AlsOptions(int Factors = 64, double Confidence = 3, double Ridge = 30, int Rounds = 12, int Seed = 1);

/// <summary>
/// Factors of people and items from what people had to do with (Y. Hu, Y. Koren and C. Volinsky, Collaborative filtering for implicit feedback datasets, ICDM 2008), each solved by three
/// steps of conjugate gradient (G. Takács, I. Pilászy and D. Tikk, Applications of the conjugate gradient method for implicit feedback collaborative filtering, RecSys 2011). A person is
/// folded in by the history at the time of asking, so that somebody who came after the training is served as well; the factors of people are not kept.
/// </summary>
public sealed class ImplicitAls : IRecommender
{
    private const int Steps = 3;
    private const int MostFactors = 256;

    private readonly float[] items;
    private readonly float[] gram;
    private readonly AlsOptions options;

    private ImplicitAls(float[] items, float[] gram, AlsOptions options)
    {
        this.items = items;
        this.gram = gram;
        this.options = options;
    }

    public int ItemCount => items.Length / options.Factors;

    public static ImplicitAls Train(Interactions data, AlsOptions options, int threads, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Factors, MostFactors);
        var (turned, dice) = (data.Turned(), new Dice(options.Seed));
        var (people, items) = (new float[data.People * options.Factors], new float[data.ItemCount * options.Factors]);
        foreach (ref var one in items.AsSpan())
        {
            one = (float)((dice.Throw() - 0.5) / Math.Sqrt(options.Factors));
        }
        for (var round = 0; round < options.Rounds; round++)
        {
            Solve(people, items, data, options, threads, cancel);
            Solve(items, people, turned, options, threads, cancel);
        }
        return new(items, Gram(items, options.Factors), options);
    }

    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        Span<float> person = stackalloc float[options.Factors];
        person.Clear();
        Fit(person, items, gram, history, options, Steps * 2);
        for (var item = 0; item < scores.Length; item++)
        {
            scores[item] = TensorPrimitives.Dot(person, items.AsSpan(item * options.Factors, options.Factors));
        }
    }

    public int Because(ReadOnlySpan<int> history, int item)
    {
        var (best, most) = (-1, 0f);
        var wanted = items.AsSpan(item * options.Factors, options.Factors);
        foreach (var had in history)
        {
            var alike = TensorPrimitives.CosineSimilarity<float>(wanted, items.AsSpan(had * options.Factors, options.Factors));
            if (alike > most)
            {
                (best, most) = (had, alike);
            }
        }
        return best;
    }

    public void Write(BinaryWriter to)
    {
        to.Write(options.Factors);
        to.Write(options.Confidence);
        to.Write(options.Ridge);
        to.Put(items);
        to.Put(gram);
    }

    public static ImplicitAls Read(BinaryReader from)
    {
        var learned = new AlsOptions(from.ReadInt32(), from.ReadDouble(), from.ReadDouble());
        return new(from.Floats(), from.Floats(), learned);
    }

    private static void Solve(float[] solved, float[] given, Interactions data, AlsOptions options, int threads, CancellationToken cancel)
    {
        var squares = Gram(given, options.Factors);
        Parallel.For(0, data.People, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, one =>
            Fit(solved.AsSpan(one * options.Factors, options.Factors), given, squares, data.Of(one), options, Steps));
    }

    private static float[] Gram(float[] rows, int factors)
    {
        var sums = new float[factors * factors];
        for (var row = 0; row < rows.Length; row += factors)
        {
            var values = rows.AsSpan(row, factors);
            for (var i = 0; i < factors; i++)
            {
                var line = sums.AsSpan(i * factors, factors);
                TensorPrimitives.MultiplyAdd(values, values[i], line, line);
            }
        }
        return sums;
    }

    /// <summary>Steps towards the x with (YᵀY + α Σ y yᵀ over what was had + ridge) x = (1 + α) Σ y.</summary>
    private static void Fit(Span<float> x, float[] given, float[] squares, ReadOnlySpan<int> had, AlsOptions options, int steps)
    {
        var (factors, alpha, ridge) = (x.Length, (float)options.Confidence, (float)options.Ridge);
        Span<float> left = stackalloc float[factors];
        Span<float> direction = stackalloc float[factors];
        Span<float> image = stackalloc float[factors];
        Apply(x, given, squares, had, alpha, ridge, image);
        TensorPrimitives.Negate(image, left);
        foreach (var one in had)
        {
            TensorPrimitives.MultiplyAdd(given.AsSpan(one * factors, factors), 1 + alpha, left, left);
        }
        left.CopyTo(direction);
        var square = TensorPrimitives.Dot<float>(left, left);
        for (var step = 0; step < steps && square > 1e-12f; step++)
        {
            Apply(direction, given, squares, had, alpha, ridge, image);
            var length = square / TensorPrimitives.Dot<float>(direction, image);
            TensorPrimitives.MultiplyAdd(direction, length, x, x);
            TensorPrimitives.MultiplyAdd(image, -length, left, left);
            var next = TensorPrimitives.Dot<float>(left, left);
            TensorPrimitives.MultiplyAdd(direction, next / square, left, direction);
            square = next;
        }
    }

    private static void Apply(ReadOnlySpan<float> of, float[] given, float[] squares, ReadOnlySpan<int> had, float alpha, float ridge, Span<float> into)
    {
        var factors = of.Length;
        TensorPrimitives.Multiply(of, ridge, into);
        for (var i = 0; i < factors; i++)
        {
            into[i] += TensorPrimitives.Dot(squares.AsSpan(i * factors, factors), of);
        }
        foreach (var one in had)
        {
            var row = given.AsSpan(one * factors, factors);
            TensorPrimitives.MultiplyAdd(row, alpha * TensorPrimitives.Dot(row, of), into, into);
        }
    }
}
