using Ciclo.Core;
using Ciclo.Core.Predict.Recommend;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>
/// Trains what to offer on what people bought, and more weakly on what they looked at. Ways to recommend are tried on the past: each learns from what came before a cut and is asked what people
/// bought after it; the best is trained again on everything. Nothing personal is used where it is not clearly better than what is popular.
/// </summary>
internal sealed class OfferTraining(WorkspaceEngine engine, TimeProvider clock, Action<Text> tell)
{
    public const string PopularName = "popular";

    private const int MostIdentifiers = 500_000;
    private const int MostItems = 20_000;
    private const int MostEaseItems = 5_000;
    private const int MostTested = 5_000;
    private const int FewestItems = 5;
    private const int FewestBuyers = 50;
    private const int FewestTested = 20;
    private const int Neighbours = 100;
    private const int PeopleAtOnce = 4_096;
    private const int MostGroups = 200;

    /// <summary>Purchases before the cut, of all.</summary>
    private const double Before = 0.8;

    /// <summary>How much better than what is popular something personal has to be.</summary>
    private const double Better = 1.05;

    /// <summary>Who buys an item once a month sets the pace of what is popular.</summary>
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(30);

    /// <summary>An item that nobody touched for so long before the newest touch of any is not sold any more, as far as events tell.</summary>
    private const long Gone = 180 * Durations.Day;

    private readonly int threads = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>People by number, their touches in the order of time, and the items.</summary>
    /// <param name="Groups">Segments and stages, and of each person the places of those they are in as of now.</param>
    private sealed record World(IReadOnlyList<ShopItem> Items, Touch[] Touches, int People, IReadOnlyList<string> Groups, int[][] GroupsOf);

    public OfferShelf Train(long now, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        tell(new Text("Reading what people bought …", "Leyendo lo que compraron las personas …"));
        var world = Read(cancellation);
        var purchases = world.Touches.Where(touch => touch.Kind == TouchKind.Bought).Select(touch => touch.At).Order().ToArray();
        var buyers = world.Touches.Where(touch => touch.Kind == TouchKind.Bought).Select(touch => touch.Profile).Distinct().Count();
        if (world.Items.Count < FewestItems || buyers < FewestBuyers)
        {
            throw new CannotTrainException(new(
                $"Too little to learn from. Products: {world.Items.Count}, at least {FewestItems} are needed; people who bought one: {buyers}, at least {FewestBuyers}. Send `Order Completed` with `products`, each with its `product_id`.",
                $"Muy poco para aprender. Productos: {world.Items.Count}, hacen falta al menos {FewestItems}; personas que compraron alguno: {buyers}, al menos {FewestBuyers}. Envía `Order Completed` con `products`, cada uno con su `product_id`."));
        }
        var cut = purchases[(int)(purchases.Length * Before)];
        var places = Math.Clamp(world.Items.Count / FewestItems, 3, 20);
        var (tests, tested) = Test(world, cut, places, cancellation);
        var popular = tests[0];
        var best = tests.MaxBy(test => test.Ndcg)!;
        var used = best.Ndcg > popular.Ndcg * Better ? best : popular;
        tell(new Text("Learning from all of it …", "Aprendiendo de todo …"));
        var bought = Pairs(world, long.MaxValue, withSeen: false);
        var model = Make(used, world, long.MaxValue, cancellation);
        var card = new OfferCard(
            buyers, world.Items.Count, purchases.Length, world.Touches.Length - purchases.Length, cut, tested, places, used, tests, BasketLines.Of(bought, world.Items, cancellation),
            (long)clock.GetElapsedTime(began).TotalMilliseconds);
        return new OfferShelf(card, now, world.Items, Offered(world), model, PopularOf(world, long.MaxValue),
            [.. world.Groups.Select((id, group) => (id, world.GroupsOf.Count(of => of.Contains(group))))]);
    }

    private World Read(CancellationToken cancellation)
    {
        var one = Math.Max(1, (engine.Read(state => state.Staged.Identity.NodeCount) + MostIdentifiers - 1) / MostIdentifiers);
        var folds = new SlicedScan(engine, clock).Run(() => new TouchFold(one), cancellation)
            ?? throw new CannotTrainException(new("Everything is being counted anew. It is tried again tomorrow, or when you train it.", "Todo se está contando de nuevo. Se intenta otra vez mañana, o cuando lo entrenes."));
        var (items, times) = (new Dictionary<string, ShopItem>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var fold in folds)
        {
            foreach (var item in fold.Items)
            {
                items[item.Id] = items.TryGetValue(item.Id, out var other) ? TouchFold.Newer(item, other) : item;
            }
            foreach (var touch in fold.Touches)
            {
                var id = fold.Items[touch.Item].Id;
                times[id] = times.GetValueOrDefault(id) + 1;
            }
        }
        // In an order that does not depend on threads; of more items than can be held, those that people had most to do with.
        ShopItem[] kept = [.. items.Values.OrderByDescending(item => times[item.Id]).ThenBy(item => item.Id, StringComparer.Ordinal).Take(MostItems)];
        var places = kept.Select((item, place) => (item.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place, StringComparer.Ordinal);
        var touches = new List<Touch>();
        foreach (var fold in folds)
        {
            var to = fold.Items.Select(item => places.GetValueOrDefault(item.Id, -1)).ToArray();
            touches.AddRange(fold.Touches.Where(touch => to[touch.Item] >= 0).Select(touch => touch with { Item = to[touch.Item] }));
        }
        var people = touches.Select(touch => touch.Profile).Distinct().Order().Select((profile, person) => (profile, person)).ToDictionary(pair => pair.profile, pair => pair.person);
        var (groups, groupsOf) = Groups([.. people.Keys.Order()], cancellation);
        return new World(
            kept, [.. touches.Select(touch => touch with { Profile = people[touch.Profile] }).OrderBy(touch => touch.At).ThenBy(touch => touch.Profile).ThenBy(touch => touch.Item)], people.Count, groups, groupsOf);
    }

    /// <summary>The segments and stages that people are in, so many people at a time.</summary>
    private (IReadOnlyList<string> Groups, int[][] Of) Groups(int[] profiles, CancellationToken cancellation)
    {
        var (names, found) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<int[]>(profiles.Length));
        foreach (var some in profiles.Chunk(PeopleAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            engine.Read(state =>
            {
                found.AddRange(some.Select(profile => OfferGroups.Of(state, profile).Select(PlaceOf).Where(place => place >= 0).ToArray()));
                return 0;
            });
        }
        return ([.. names.OrderBy(pair => pair.Value).Select(pair => pair.Key)], [.. found]);

        int PlaceOf(string id)
        {
            if (!names.TryGetValue(id, out var place))
            {
                place = names.Count < MostGroups ? names.Count : -1;
                if (place >= 0)
                {
                    names.Add(id, place);
                }
            }
            return place;
        }
    }

    /// <summary>What is popular comes first of the tests.</summary>
    private (List<OfferTest> Tests, int Tested) Test(World world, long cut, int places, CancellationToken cancellation)
    {
        var (before, seen) = (Pairs(world, cut, withSeen: false), Pairs(world, cut, withSeen: true));
        var after = Later(world, before, cut);
        var (tests, tested) = (new List<OfferTest>(), 0);
        foreach (var way in Ways(world))
        {
            cancellation.ThrowIfCancellationRequested();
            tell(new Text($"Testing on a later time: {OfferWords.Algorithm(way.Algorithm).En} …", $"Probando en un tiempo posterior: {OfferWords.Algorithm(way.Algorithm).Es} …"));
            var result = RankingTest.Of(Make(way, world, cut, cancellation), way.WithSeen ? seen : before, before, after, places, cancellation);
            tested = result.People;
            if (tested < FewestTested)
            {
                throw new CannotTrainException(new(
                    $"Too few people to test on: {tested} bought something new after {Instants.Format(cut)[..10]} who had bought before; at least {FewestTested} are needed. Wait for more orders, or import older ones.",
                    $"Muy pocas personas para probar: {tested} compraron algo nuevo después del {Instants.Format(cut)[..10]} y ya habían comprado antes; hacen falta al menos {FewestTested}. Espera más pedidos o importa anteriores."));
            }
            tests.Add(way with { Recall = result.Recall, Ndcg = result.Ndcg });
        }
        return (tests, tested);
    }

    private static IEnumerable<OfferTest> Ways(World world)
    {
        yield return new(PopularName, false, 0, 0);
        var isSeen = Array.Exists(world.Touches, touch => touch.Kind != TouchKind.Bought);
        foreach (var algorithm in world.Items.Count <= MostEaseItems ? new[] { "item-knn", "ease", "als" } : ["item-knn", "als"])
        {
            yield return new(algorithm, false, 0, 0);
            if (isSeen)
            {
                yield return new(algorithm, true, 0, 0);
            }
        }
    }

    private IRecommender Make(OfferTest way, World world, long until, CancellationToken cancellation)
    {
        if (way.Algorithm == PopularName)
        {
            return PopularOf(world, until);
        }
        var data = Pairs(world, until, way.WithSeen);
        return way.Algorithm switch
        {
            "item-knn" => ItemKnn.Train(data, Neighbours, cancellation),
            "ease" => Ease.Train(data, Math.Clamp(data.People / 20.0, 10, 300), threads, cancellation),
            _ => ImplicitAls.Train(data, new AlsOptions(Factors: Math.Clamp(data.ItemCount / 4, 8, 64)), threads, cancellation),
        };
    }

    private static Popular PopularOf(World world, long until)
    {
        var known = world.Touches.Where(touch => touch.At <= until).ToList();
        return Popular.Train(
            known.Select(touch => new ItemTouch(touch.Item, touch.Profile, DateTimeOffset.FromUnixTimeMilliseconds(touch.At), WeightOf(touch.Kind))), world.GroupsOf, world.Items.Count, world.Groups.Count,
            DateTimeOffset.FromUnixTimeMilliseconds(known[^1].At), HalfLife);
    }

    /// <summary>Of many who look, few put it into the cart, and of these not all buy.</summary>
    private static double WeightOf(TouchKind kind) => kind switch { TouchKind.Bought => 1, TouchKind.Added => 0.3, _ => 0.1 };

    private static Interactions Pairs(World world, long until, bool withSeen) => Interactions.From(
        [.. world.Touches.Where(touch => touch.At <= until && (withSeen || touch.Kind == TouchKind.Bought)).Select(touch => (touch.Profile, touch.Item))], world.People, world.Items.Count);

    /// <summary>What people bought after the cut who had bought before; of many people every so many.</summary>
    private static Interactions Later(World world, Interactions before, long cut)
    {
        var later = world.Touches.Where(touch => touch.At > cut && touch.Kind == TouchKind.Bought && before.Of(touch.Profile).Length > 0).ToList();
        var step = Math.Max(1, later.Select(touch => touch.Profile).Distinct().Count() / MostTested);
        return Interactions.From([.. later.Where(touch => touch.Profile % step == 0).Select(touch => (touch.Profile, touch.Item))], world.People, world.Items.Count);
    }

    private static bool[] Offered(World world)
    {
        var newest = world.Touches[^1].At;
        var offered = new bool[world.Items.Count];
        foreach (var touch in world.Touches)
        {
            offered[touch.Item] |= touch.At > newest - Gone;
        }
        return offered;
    }
}
