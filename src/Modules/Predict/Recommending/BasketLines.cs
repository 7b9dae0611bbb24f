using Ciclo.Core.Predict.Recommend;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>Which items go together, as the page shows them.</summary>
internal static class BasketLines
{
    private const int Shown = 25;
    private const int FewestPeople = 10;
    private const int MostItems = 1_000;
    private const int MostPeople = 200_000;
    private const double Z95 = 1.96;

    /// <summary>
    /// Pairs that people have together more often than chance would bring about (the lower end of the lift's interval of 95 % is above 1), the highest lift first. Of a pair, the way that holds
    /// for the larger share.
    /// </summary>
    /// <param name="bought">Items by the number of people are read, the first of <paramref name="items"/>.</param>
    public static IReadOnlyList<BasketLine> Of(Interactions bought, IReadOnlyList<ShopItem> items, CancellationToken cancellation)
    {
        var pairs = new List<(int, int)>();
        var people = 0;
        for (var person = 0; person < bought.People && people < MostPeople; person++)
        {
            if (bought.Of(person) is { Length: > 0 } mine)
            {
                foreach (var item in mine)
                {
                    // Items stand in the order of how much people had to do with them.
                    if (item < MostItems)
                    {
                        pairs.Add((people, item));
                    }
                }
                people++;
            }
        }
        var baskets = Interactions.From([.. pairs], people, Math.Min(MostItems, items.Count));
        var rules = Baskets.Rules(baskets, Math.Max((double)FewestPeople / people, 0.0005), 0.01, 2, cancellation);
        return [.. rules.Where(rule => rule.Given.Count == 1 && IsSure(rule, people)).GroupBy(rule => (Math.Min(rule.Given[0], rule.Then), Math.Max(rule.Given[0], rule.Then)))
            .Select(both => both.MaxBy(rule => rule.Confidence)!).OrderByDescending(rule => rule.Lift).Take(Shown)
            .Select(rule => new BasketLine(OfferWords.NameOf(items[rule.Given[0]]), OfferWords.NameOf(items[rule.Then]), rule.Count, rule.Confidence, rule.Lift))];
    }

    private static bool IsSure(BasketRule rule, int people) => Math.Log(rule.Lift) > Z95 * Math.Sqrt((1.0 / rule.Count) - (1.0 / people));
}
