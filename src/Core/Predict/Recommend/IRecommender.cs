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
}
