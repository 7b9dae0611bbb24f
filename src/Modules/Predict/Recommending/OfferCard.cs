namespace Ciclo.Modules.Predict.Recommending;

/// <summary>How well one way to recommend foresaw what people bought after the cut.</summary>
/// <param name="Algorithm">`popular`, `item-knn`, `ease` or `als`.</param>
/// <param name="WithSeen">Whether it went by what people looked at too, or only by what they bought.</param>
/// <param name="Recall">Of what a person then bought for the first time, the share among the first places; from 0 to 1, the mean over people.</param>
/// <param name="Ndcg">The same, counted less the lower it stands.</param>
public sealed record OfferTest(string Algorithm, bool WithSeen, double Recall, double Ndcg);

/// <summary>Who had <paramref name="Given"/> also has <paramref name="Then"/>.</summary>
/// <param name="People">Who has both.</param>
/// <param name="Confidence">Their share of those with the first.</param>
/// <param name="Lift">How many times more often than people in general.</param>
public sealed record BasketLine(string Given, string Then, int People, double Confidence, double Lift);

/// <summary>What a training found. Instants in Unix milliseconds.</summary>
/// <param name="People">Who bought something.</param>
/// <param name="Bought">Purchases of an item.</param>
/// <param name="Seen">Times that an item was looked at or put into a cart.</param>
/// <param name="CutAt">The test asks for what was bought after it, of models that know nothing later.</param>
/// <param name="Places">How many places were looked at: the k of recall@k.</param>
/// <param name="Used">The best of <paramref name="Tests"/>; what is popular where nothing personal is clearly better.</param>
public sealed record OfferCard(
    int People, int Items, long Bought, long Seen, long CutAt, int Tested, int Places, OfferTest Used, IReadOnlyList<OfferTest> Tests, IReadOnlyList<BasketLine> Baskets, long TookMs)
{
    public bool IsPersonal => Used.Algorithm != OfferTraining.PopularName;
}
