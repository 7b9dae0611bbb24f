namespace Ciclo.Core.Predict.Recommend;

/// <summary>How well a ranking foresaw what people had to do with later.</summary>
/// <param name="Recall">The share of a person's later items that stand among the first k; the mean over people.</param>
/// <param name="Ndcg">Items found, counted less the lower they stand, against the best order (K. Järvelin and J. Kekäläinen 2002, binary, log₂); the mean over people.</param>
/// <param name="People">Who had later items: all others are left out.</param>
public sealed record RankingTest(double Recall, double Ndcg, int People)
{
    /// <summary>
    /// Ranks all items that a person had not before, and compares the first k with what the person had afterwards. Later items that were had before are left out.
    /// </summary>
    public static RankingTest Of(IRecommender model, Interactions before, Interactions after, int k, CancellationToken cancel) => Of(model, before, before, after, k, cancel);

    /// <summary>The same where people are known by more than what they had: <paramref name="known"/> is what the ranking goes by, such as what they looked at.</summary>
    public static RankingTest Of(IRecommender model, Interactions known, Interactions before, Interactions after, int k, CancellationToken cancel)
    {
        var (recall, ndcg, people) = (0.0, 0.0, 0);
        var (scores, top, wanted) = (new float[model.ItemCount], new TopItems(k), new HashSet<int>());
        for (var person = 0; person < after.People; person++)
        {
            cancel.ThrowIfCancellationRequested();
            var history = before.Of(person);
            wanted.Clear();
            foreach (var item in after.Of(person))
            {
                if (history.BinarySearch(item) < 0)
                {
                    wanted.Add(item);
                }
            }
            if (wanted.Count == 0)
            {
                continue;
            }
            people++;
            model.Score(known.Of(person), scores);
            foreach (var item in history)
            {
                scores[item] = float.NegativeInfinity;
            }
            top.Clear();
            for (var item = 0; item < scores.Length; item++)
            {
                top.Offer(item, scores[item]);
            }
            top.Sort();
            var (found, gain, ideal) = (0, 0.0, 0.0);
            for (var place = 0; place < top.Count; place++)
            {
                var worth = 1 / Math.Log2(place + 2);
                ideal += place < wanted.Count ? worth : 0;
                if (wanted.Contains(top.Items[place]))
                {
                    found++;
                    gain += worth;
                }
            }
            recall += (double)found / wanted.Count;
            ndcg += gain / ideal;
        }
        return people == 0 ? new(0, 0, 0) : new(recall / people, ndcg / people, people);
    }
}
