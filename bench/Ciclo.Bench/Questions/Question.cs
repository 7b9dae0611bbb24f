using Ciclo.Bench.Peers;

namespace Ciclo.Bench.Questions;

/// <summary>A question over the common data set that our side and peers answer.</summary>
/// <param name="Id">As peers know it.</param>
/// <param name="Work">In words, for the results.</param>
/// <param name="Expected">The answer by plain loops; <see cref="Answers" /> says what the question means.</param>
/// <param name="Goals">The peers, and how many times our CPU time each is to need; 0: shown without a target.</param>
internal sealed record Question(string Id, string Work, Func<ProfileOrder, string> Expected, IReadOnlyList<(string Peer, double AtLeast)> Goals)
{
    public static readonly Question Framework = new(
        "P5", "end state of six stages and 3 windowed segments over all histories (peers: SQL for the end state; ours also finds every move)",
        Answers.Framework, [(PeerPool.DuckDb, 0), (PeerPool.Chdb, 0), (PeerPool.PostgreSql, 0)]);

    public static readonly Question Funnel = new(
        "P6", "4-step 7-day funnel with a property filter on its first step",
        Answers.Funnel, [(PeerPool.Chdb, 3), (PeerPool.DuckDb, 20), (PeerPool.PostgreSql, 200)]);

    public static readonly Question Retention = new(
        "P7-retention", "weekly retention matrix since the first sign-up",
        Answers.Retention, [(PeerPool.Chdb, 10), (PeerPool.DuckDb, 0), (PeerPool.PostgreSql, 0)]);

    public static readonly Question Segment = new(
        "P7-segment", "ad-hoc segment count: three orders in 90 days and 200 spent",
        Answers.Segment, [(PeerPool.Chdb, 4), (PeerPool.DuckDb, 0), (PeerPool.PostgreSql, 0)]);

    public static readonly IReadOnlyList<Question> All = [Framework, Funnel, Retention, Segment];
}
