namespace Ciclo.Bench.Questions;

/// <summary>Our answer to one question over the common data set, in this process.</summary>
internal interface IOurSide : IAsyncDisposable
{
    /// <summary>Not timed: what is there before anybody asks, such as a history made of the events.</summary>
    Task PrepareAsync(BenchEvents events);

    /// <summary>Timed: the answer in the form of <see cref="Question.Expected" />.</summary>
    string Answer();
}
