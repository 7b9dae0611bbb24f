using Ciclo.Core;
using Ciclo.Core.Predict;
using Ciclo.Core.Predict.Recommend;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Predict.Kept;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>What is asked for.</summary>
/// <param name="Limit">At most <see cref="Offers.Most"/>.</param>
/// <param name="Group">The segment or stage whose popular items fill what the person's own history leaves open; null for the person's own.</param>
/// <param name="Diversity">From 0, the best scores, to 1, each category once before any comes again.</param>
internal readonly record struct OfferRequest(int Limit, string? Category = null, double? LeastPrice = null, double? MostPrice = null, bool BoughtToo = false, double Diversity = 0, string? Group = null);

/// <summary>An item for a person.</summary>
/// <param name="Because">The item of the person's history that speaks most for it; null where it is popular.</param>
/// <param name="WasBought">Whether the person bought that, or only looked at it.</param>
/// <param name="Among">Of what is popular: in which segment or stage; null for among everybody.</param>
public sealed record PersonOffer(ShopItem Item, double Score, ShopItem? Because, bool WasBought, Text? Among = null);

/// <summary>
/// What was trained, in memory: answers what to offer to a person, for many threads at a time. One that is replaced is left to whoever still reads it, not disposed. It knows items, how often people
/// had to do with them together, and how many people each group has; of no person anything but what events say of an item.
/// </summary>
internal sealed class OfferShelf : IKept<OfferShelf, OfferCard>, IDisposable
{
    private readonly IReadOnlyList<ShopItem> items;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> categories = new(StringComparer.Ordinal);
    private readonly Offers offers;
    private readonly IRecommender model;
    private readonly Popular popular;
    private readonly IReadOnlyList<(string Id, int People)> groups;
    private readonly bool[] isOffered;

    /// <param name="groups">Segments and stages in the order of <paramref name="popular"/>, with their people who had to do with an item.</param>
    /// <param name="isOffered">Of each item, whether it is still sold as far as events tell.</param>
    public OfferShelf(OfferCard card, long trainedAt, IReadOnlyList<ShopItem> items, bool[] isOffered, IRecommender model, Popular popular, IReadOnlyList<(string Id, int People)> groups)
    {
        (Card, TrainedAt, this.items, this.model, this.popular, this.groups, this.isOffered) = (card, trainedAt, items, model, popular, groups, isOffered);
        var (category, price) = (new int[items.Count], new double[items.Count]);
        for (var item = 0; item < items.Count; item++)
        {
            places.Add(items[item].Id, item);
            categories.TryAdd(items[item].Category, categories.Count);
            category[item] = categories[items[item].Category];
            price[item] = items[item].Price is { } said ? (double)said.Micros / Number.Scale : double.NaN;
        }
        offers = new Offers(model, popular, new Catalogue(isOffered, category, price));
    }

    public OfferCard Card { get; }

    public long TrainedAt { get; }

    public IEnumerable<string> Categories => categories.Keys.Where(name => name.Length > 0).Order(StringComparer.Ordinal);

    /// <summary>What to offer, the best first, by everything known of the person at this moment. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    public IReadOnlyList<PersonOffer> For(EngineState state, int profile, OfferRequest request)
    {
        if (request.Category is { } name && !categories.ContainsKey(name))
        {
            return [];
        }
        var fold = TouchFold.Of(state, profile);
        var bought = Places(fold, isBoughtOnly: true);
        var history = Card.Used.WithSeen ? Places(fold, isBoughtOnly: false) : bought;
        var group = GroupOf(state, profile, request.Group);
        var among = group < 0 ? (Text?)null : OfferGroups.LabelOf(state, groups[group].Id);
        Span<Offer> into = stackalloc Offer[request.Limit];
        var filter = new OfferFilter(request.Category is { } asked ? categories[asked] : null, request.LeastPrice, request.MostPrice, request.BoughtToo);
        var count = offers.For(history, bought, group, filter, request.Diversity, into);
        var found = new List<PersonOffer>(count);
        foreach (var offer in into[..count])
        {
            found.Add(new PersonOffer(items[offer.Item], offer.Score, offer.Because < 0 ? null : items[offer.Because], Array.BinarySearch(bought, offer.Because) >= 0, offer.Because < 0 ? among : null));
        }
        return found;
    }

    public bool Knows(string group) => groups.Any(one => one.Id == group);

    /// <summary>What is popular in each segment and stage with people enough, the largest first. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    public IReadOnlyList<GroupTaste> Tastes(EngineState state, int most)
    {
        var scores = new float[items.Count];
        var found = new List<GroupTaste>();
        for (var group = 0; group < groups.Count; group++)
        {
            if (groups[group].People >= OfferGroups.Fewest)
            {
                popular.ScoreOfSegment(group, scores);
                found.Add(new GroupTaste(
                    groups[group].Id, OfferGroups.LabelOf(state, groups[group].Id), groups[group].People,
                    [.. Enumerable.Range(0, scores.Length).Where(item => isOffered[item]).OrderByDescending(item => scores[item]).ThenBy(item => item).Take(most).Select(item => items[item])]));
            }
        }
        return [.. found.OrderByDescending(one => one.People)];
    }

    /// <summary>The smallest of the person's groups that has people enough says most of them; −1 for everybody.</summary>
    private int GroupOf(EngineState state, int profile, string? asked)
    {
        var own = asked is null ? OfferGroups.Of(state, profile) : [asked];
        var best = -1;
        for (var group = 0; group < groups.Count; group++)
        {
            if (own.Contains(groups[group].Id) && (asked is not null || groups[group].People >= OfferGroups.Fewest) && (best < 0 || groups[group].People < groups[best].People))
            {
                best = group;
            }
        }
        return best;
    }

    /// <summary>What a person bought last, the newest first. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    public static IReadOnlyList<(ShopItem Item, long At)> BoughtOf(EngineState state, int profile, int most)
    {
        var fold = TouchFold.Of(state, profile);
        return [.. fold.Touches.Where(touch => touch.Kind == TouchKind.Bought).GroupBy(touch => touch.Item)
            .Select(one => (fold.Items[one.Key], one.Max(touch => touch.At))).OrderByDescending(one => one.Item2).Take(most)];
    }

    public void Write(BinaryWriter to)
    {
        to.Put(items, item => item.Write(to));
        to.Put(isOffered);
        RecommenderBytes.Write(to, model);
        popular.Write(to);
        to.Put(groups, group =>
        {
            to.Write(group.Id);
            to.Write(group.People);
        });
    }

    public static OfferShelf Read(BinaryReader from, OfferCard card, long trainedAt) => new(
        card, trainedAt, from.List(() => ShopItem.Read(from)), from.Bools(), RecommenderBytes.Read(from), Popular.Read(from), from.List(() => (from.ReadString(), from.ReadInt32())));

    public void Dispose() => offers.Dispose();

    private int[] Places(TouchFold fold, bool isBoughtOnly)
    {
        var found = new SortedSet<int>();
        foreach (var touch in fold.Touches)
        {
            // What came after the training is not known to it.
            if ((!isBoughtOnly || touch.Kind == TouchKind.Bought) && places.TryGetValue(fold.Items[touch.Item].Id, out var place))
            {
                found.Add(place);
            }
        }
        return [.. found];
    }
}
