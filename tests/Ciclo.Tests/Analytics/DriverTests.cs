using Ciclo.Core.Analytics;

namespace Ciclo.Tests.Analytics;

public sealed class DriverTests
{
    [Fact]
    public void A_planted_trait_comes_first_and_its_interval_holds_the_difference()
    {
        var ranking = DriverRanking.Of([new("android", 250, 193), new("mail", 100, 60), new("few", 29, 29)], 492, 310);
        var driver = Assert.Single(ranking.Drivers);
        Assert.Equal(("android", 250, 2, 492, 310), (driver.Trait, driver.People, ranking.Tried, ranking.People, ranking.Hits));
        Assert.Equal(0.772, driver.Share, 3);
        Assert.Equal(0.4835, driver.ShareOfOthers, 4);
        Assert.InRange(driver.Difference, driver.Low, driver.High);
        // Newcombe's method 10, by R's DescTools::BinomDiffCI(193, 250, 117, 242, method = "score").
        Assert.Equal(0.2049, driver.Low, 3);
        Assert.Equal(0.3671, driver.High, 3);
    }

    [Fact]
    public void Among_traits_that_mean_nothing_hardly_ever_one_is_claimed()
    {
        var claimed = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var hits = Enumerable.Range(0, 600).Select(_ => random.Next(2) == 0).ToArray();
            var counts = Enumerable.Range(0, 40).Select(trait =>
            {
                var with = hits.Where(_ => random.Next(3) == 0).ToList();
                return new TraitCount($"t{trait}", with.Count, with.Count(hit => hit));
            });
            claimed += DriverRanking.Of(counts, hits.Length, hits.Count(hit => hit)).Drivers.Count > 0 ? 1 : 0;
        }
        // 5 % of 400 would be 20; three standard errors above it.
        Assert.InRange(claimed, 0, 33);
    }

    [Fact]
    public void Traits_of_the_very_same_people_are_one() =>
        Assert.Equal(["$os=Android"], DriverRanking.Of([new("platform=android", 250, 193), new("$os=Android", 250, 193)], 492, 310).Drivers.Select(driver => driver.Trait));

    [Fact]
    public void Two_sides_of_one_finding_are_told_once_by_the_one_that_names_the_outcome()
    {
        // Of 492 people 250 have Chrome and 230 Safari; 12 have neither. iOS is no other side of Chrome: it is another property.
        TraitCount chrome = new("$browser=Chrome", 250, 193, "$browser"), safari = new("$browser=Safari", 230, 109, "$browser"), ios = new("$os=iOS", 230, 108, "$os");
        Assert.Equal(["$browser=Chrome", "$os=iOS"], Told(chrome, safari, ios));
        // Of a property of which more than a few people have a third value, each value is a finding; and so are things that one person may do both of.
        Assert.Equal(["$browser=Chrome", "$browser=Safari"], Told(chrome, new("$browser=Safari", 200, 90, "$browser")));
        Assert.Equal(["did:A", "did:B"], Told(new("did:A", 250, 193), new("did:B", 230, 109)));

        static IEnumerable<string> Told(params TraitCount[] counts) => DriverRanking.Of(counts, 492, 310).Drivers.Select(driver => driver.Trait).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void The_product_limit_estimate_equals_the_one_by_its_definition()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var all = Enumerable.Range(0, random.Next(1, 40)).Select(_ => new Duration(random.Next(20), random.Next(3) > 0)).ToList();
            foreach (var share in new[] { 0.5, 0.25 })
            {
                Assert.True(Plain(all, share) == KaplanMeier.Quantile(all, share), $"seed {seed}, {share}");
            }
        }
    }

    private static long? Plain(List<Duration> all, double share) => all.Where(one => one.IsEnded).Select(one => one.Ms).Distinct().Order()
        .Cast<long?>().FirstOrDefault(ms => Surviving(all, ms!.Value) <= share + 1e-9);

    private static double Surviving(List<Duration> all, long ms) => all.Where(one => one.IsEnded && one.Ms <= ms).Select(one => one.Ms).Distinct()
        .Aggregate(1.0, (left, at) => left * (1 - ((double)all.Count(one => one.IsEnded && one.Ms == at) / all.Count(one => one.Ms >= at))));
}
