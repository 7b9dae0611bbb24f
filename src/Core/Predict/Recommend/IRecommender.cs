namespace Ciclo.Core.Predict.Recommend;

/// <summary>Scores every item for a person from what the person had to do with. Trained once, read by many threads at a time.</summary>
public interface IRecommender
{
    int ItemCount { get; }

    /// <summary>
    /// Writes a score for each item; a higher one fits better, and scores of one call only compare among themselves. Takes no memory of its own.
    /// </summary>
    /// <param name="history">Items, each once.</param>
    /// <param name="scores">One place an item.</param>
    void Score(ReadOnlySpan<int> history, Span<float> scores);

    /// <summary>The item of the history that speaks most for an item; −1 where none does. Takes no memory of its own.</summary>
    int Because(ReadOnlySpan<int> history, int item);

    /// <summary>What <see cref="RecommenderBytes.Read"/> reads again, to the last bit.</summary>
    void Write(BinaryWriter to);
}

/// <summary>A trained recommender with its kind before it, so that what is read scores the same. It tells of items by number, and of no person.</summary>
public static class RecommenderBytes
{
    private const byte OfPopular = 1;
    private const byte OfKnn = 2;
    private const byte OfEase = 3;
    private const byte OfAls = 4;

    public static void Write(BinaryWriter to, IRecommender model)
    {
        to.Write(model switch { Popular => OfPopular, ItemKnn => OfKnn, Ease => OfEase, ImplicitAls => OfAls, _ => throw new ArgumentException($"{model.GetType().Name} has no number yet.", nameof(model)) });
        model.Write(to);
    }

    public static IRecommender Read(BinaryReader from) => from.ReadByte() switch
    {
        OfPopular => Popular.Read(from), OfKnn => ItemKnn.Read(from), OfEase => Ease.Read(from), OfAls => ImplicitAls.Read(from),
        var other => throw new InvalidDataException($"A recommender of kind {other} is not known."),
    };
}
