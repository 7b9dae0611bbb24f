using System.Globalization;
using Ciclo.Core.Predict.Recommend;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Predict;

/// <summary>Recommendations against published references and their definitions.</summary>
public sealed class RecommendTests
{
    [PublishedDataFact("ml100k")]
    public void Rankings_of_MovieLens_100K_agree_with_an_independent_computation()
    {
        var (before, after) = (Movies("u1.base"), Movies("u1.test"));
        Agree(Popular.Train(before), 0.1482, 0.3004);
        Agree(ItemKnn.Train(before, 100, CancellationToken.None), 0.2697, 0.4779);
        Agree(Ease.Train(before, 300, 2, CancellationToken.None), 0.3075, 0.5386);
        var factors = RankingTest.Of(ImplicitAls.Train(before, new AlsOptions(Factors: 32, Rounds: 6), 2, CancellationToken.None), before, after, 20, CancellationToken.None);
        Assert.True(factors.Recall > 0.27, factors.ToString());

        void Agree(IRecommender model, double recall, double ndcg)
        {
            var found = RankingTest.Of(model, before, after, 20, CancellationToken.None);
            Assert.Equal((recall, ndcg, 459), (Math.Round(found.Recall, 4), Math.Round(found.Ndcg, 4), found.People));
        }
    }

    [PublishedDataFact("groceries")]
    public void The_rules_of_the_groceries_are_as_many_as_published()
    {
        var items = new Dictionary<string, int>(StringComparer.Ordinal);
        var pairs = new List<(int, int)>();
        using var packed = new System.IO.Compression.GZipStream(
            File.OpenRead(Path.Combine(PublishedDataFactAttribute.Folder("groceries"), "groceries_long.csv.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        reader.ReadLine();
        while (reader.ReadLine()?.Split(',') is { } cells)
        {
            items.TryAdd(cells[1], items.Count);
            pairs.Add((int.Parse(cells[0].Trim('"'), CultureInfo.InvariantCulture) - 1, items[cells[1]]));
        }
        var baskets = Interactions.From([.. pairs], 9_835, items.Count);
        Assert.Equal(5_668, Baskets.Rules(baskets, 0.001, 0.5, 10, CancellationToken.None).Count);
        var (milk, other) = (items["\"whole milk\""], items["\"other vegetables\""]);
        var pair = Baskets.Rules(baskets, 0.05, 0.1, 2, CancellationToken.None).Single(rule => rule.Given is [var given] && given == other && rule.Then == milk);
        Assert.Equal(0.07483477, pair.Support, 8);
        Assert.Equal(pair.Confidence / (2_513 / 9_835.0), pair.Lift, 9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void A_matrix_times_its_inverse_is_one(int size)
    {
        var random = new Random(size);
        var matrix = new double[size * size];
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                matrix[(row * size) + column] = matrix[(column * size) + row] = row == column ? size + random.NextDouble() : random.NextDouble() - 0.5;
            }
        }
        var inverse = matrix.ToArray();
        SymmetricInverse.Invert(inverse, size, 2, CancellationToken.None);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var product = Enumerable.Range(0, size).Sum(k => matrix[(row * size) + k] * inverse[(k * size) + column]);
                Assert.Equal(row == column ? 1 : 0, product, 10);
            }
        }
        matrix[0] = -1;
        Assert.Throws<ArithmeticException>(() => SymmetricInverse.Invert(matrix, size, 1, CancellationToken.None));
    }

    [Fact]
    public void Offers_keep_to_stock_category_price_and_what_was_not_bought_and_say_because_of_what()
    {
        // Two kinds of people: some have 0 to 4, others 5 to 9; nobody has all of theirs.
        var pairs = Enumerable.Range(0, 200).SelectMany(person => Enumerable.Range(0, 5).Where(item => (person + item) % 3 != 0).Select(item => (person, ((person % 2) * 5) + item))).ToArray();
        var data = Interactions.From(pairs, 200, 10);
        var catalogue = new Catalogue([true, true, true, false, true, true, true, true, true, true], [0, 0, 1, 1, 1, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        using var offers = new Offers(ItemKnn.Train(data, 10, CancellationToken.None), Popular.Train(data), catalogue);
        Assert.Equal(2, Ask([0, 1], new())[0].Item is var first && first is 2 or 4 ? 2 : first);
        Assert.DoesNotContain(Ask([0, 1], new()), offer => offer.Item is 0 or 1 or 3);
        Assert.Contains(Ask([0, 1], new(BoughtToo: true)), offer => offer.Item is 0 or 1);
        Assert.All(Ask([0, 1], new(Category: 1)), offer => Assert.Equal(1, catalogue.Category[offer.Item]));
        Assert.Equal([2], Ask([0, 1], new(LeastPrice: 3, MostPrice: 5, Category: 1))[..1].Select(offer => offer.Item is 2 or 4 ? 2 : offer.Item));
        Assert.Contains(Ask([0, 1], new())[0].Because, new[] { 0, 1 });
        // What was only looked at may be offered.
        var looked = new Offer[8];
        Assert.Contains(looked[..offers.For([0, 1], [1], 0, new(), 0, looked)], offer => offer.Item == 0);
        Assert.DoesNotContain(looked[..offers.For([0, 1], [1], 0, new(), 0, looked)], offer => offer.Item == 1);
        Assert.All(Ask([], new()), offer => Assert.Equal(-1, offer.Because));
        Assert.NotEmpty(Ask([], new()));
        Assert.Equal(Ask([0, 1], new()).Select(offer => offer.Item).Distinct().Count(), Ask([0, 1], new()).Length);

        var into = new Offer[8];
        var allocated = Allocated.By(() => offers.For([0, 1], 0, new(), 0.5, into));
        Assert.Equal(0, allocated);

        Offer[] Ask(int[] history, OfferFilter filter)
        {
            var found = new Offer[8];
            return found[..offers.For(history, 0, filter, 0, found)];
        }
    }

    [Fact]
    public void Diversity_brings_the_second_category_forward()
    {
        var data = Interactions.From([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0), (3, 3)], 4, 4);
        using var offers = new Offers(ItemKnn.Train(data, 4, CancellationToken.None), Popular.Train(data), new([true, true, true, true], [0, 0, 0, 1], [1, 1, 1, 1]));
        var into = new Offer[2];
        offers.For([0], 0, new(), 0, into);
        Assert.Equal([1, 2], into.Select(offer => offer.Item));
        offers.For([0], 0, new(), 0.6, into);
        Assert.Equal([1, 3], into.Select(offer => offer.Item));
    }

    [Fact]
    public void What_was_popular_long_ago_gives_way_and_a_segment_has_its_own()
    {
        var now = new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);
        var touches = Enumerable.Repeat(new ItemTouch(0, 0, now.AddDays(-60)), 10).Concat(Enumerable.Repeat(new ItemTouch(1, 0, now), 40))
            .Concat(Enumerable.Repeat(new ItemTouch(2, 1, now), 30)).Append(new(0, 0, now.AddDays(1)));
        var popular = Popular.Train(touches, 3, 2, now, TimeSpan.FromDays(30));
        var scores = new float[3];
        popular.Score([], scores);
        Assert.Equal([2.5 / 72.5, 40 / 72.5, 30 / 72.5], scores.Select(score => (double)score), (one, other) => Math.Abs(one - other) < 1e-6);
        popular.ScoreOfSegment(1, scores);
        Assert.Equal(2, Array.IndexOf(scores, scores.Max()));
        popular.ScoreOfSegment(99, scores);
        Assert.Equal(1, Array.IndexOf(scores, scores.Max()));
    }

    private static Interactions Movies(string file) => Interactions.From(
        [.. File.ReadLines(Path.Combine(PublishedDataFactAttribute.Folder("ml100k"), "ml-100k", file)).Select(line => line.Split('\t'))
            .Select(cells => (int.Parse(cells[0], CultureInfo.InvariantCulture) - 1, int.Parse(cells[1], CultureInfo.InvariantCulture) - 1))], 943, 1_682);
}
