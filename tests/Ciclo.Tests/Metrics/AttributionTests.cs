using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Metrics;

public sealed class AttributionTests
{
    private const int Seed = 20_261_122;

    [Theory]
    [InlineData(AttributionModel.LastNonDirect, new long[] { 0, 0, 0, 100, 0 })]
    [InlineData(AttributionModel.Last, new long[] { 0, 0, 0, 0, 100 })]
    [InlineData(AttributionModel.First, new long[] { 100, 0, 0, 0, 0 })]
    [InlineData(AttributionModel.Linear, new long[] { 0, 34, 33, 33, 0 })]
    [InlineData(AttributionModel.Position, new long[] { 0, 40, 20, 40, 0 })]
    // The weights are 2^-4, 2^-2 and 2^-1: 1, 4 and 8 of 13.
    [InlineData(AttributionModel.TimeDecay, new long[] { 0, 8, 31, 61, 0 })]
    public void Each_model_shares_a_path_as_it_is_defined(AttributionModel model, long[] expected)
    {
        const long at = 100 * Durations.Day;
        Touch[] touches =
        [
            new(0, Channel.Direct, at - (29 * Durations.Day)), new(1, Channel.PaidSocial, at - (28 * Durations.Day)), new(2, Channel.Email, at - (14 * Durations.Day)),
            new(3, Channel.OrganicSearch, at - (7 * Durations.Day)), new(0, Channel.Direct, at),
        ];
        Assert.Equal(expected, Credits(model, touches, at, null, 100));
    }

    [Fact]
    public void A_path_of_direct_visits_alone_gives_all_to_them()
    {
        Touch[] touches = [new(0, Channel.Direct, 0), new(0, Channel.Direct, 10)];
        foreach (var model in Enum.GetValues<AttributionModel>())
        {
            Assert.Equal(100, Credits(model, touches, 10, new AttributionPaths().Effects(), 100).Sum());
        }
    }

    [Fact]
    public void Credits_add_up_to_the_conversion_under_every_model_whatever_the_path_and_the_amount()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 3_000; round++)
        {
            var touches = RandomPath(random, 12);
            var at = touches[^1].At + random.NextInt64(Durations.Day);
            var paths = new AttributionPaths();
            for (var i = 0; i < 5; i++)
            {
                paths.Add(RandomPath(random, 5), random.Next(2) == 0);
            }
            var amount = random.Next(4) == 0 ? -random.NextInt64(1_000_000) : random.NextInt64(long.MaxValue / 2);
            foreach (var model in Enum.GetValues<AttributionModel>())
            {
                var credits = Credits(model, touches, at, paths.Effects(), amount);
                Assert.True(credits.Sum() == amount, $"seed {Seed}, round {round}, {model}: {string.Join('+', credits)} is not {amount}");
                Assert.True(credits.All(credit => credit == 0 || Math.Sign(credit) == Math.Sign(amount)), $"seed {Seed}, round {round}, {model}");
            }
        }
    }

    [Fact]
    public void No_part_of_a_split_is_a_whole_unit_away_from_its_exact_share()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var weights = Enumerable.Range(0, 1 + random.Next(9)).Select(_ => random.NextInt64(1_000)).Append(1).ToArray();
            var amount = random.NextInt64(1_000_000);
            var parts = new long[weights.Length];
            Attribution.Split(amount, weights, parts);
            for (var i = 0; i < parts.Length; i++)
            {
                var exact = (decimal)amount * weights[i] / weights.Sum();
                Assert.True(Math.Abs(parts[i] - exact) < 1, $"seed {Seed}, round {round}: {parts[i]} for {exact}");
            }
        }
    }

    [Fact]
    public void A_removal_effect_is_the_share_of_conversions_that_fall_away_when_the_channel_leads_nowhere()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 60; round++)
        {
            var all = Enumerable.Range(0, 40).Select(_ => (Path: RandomPath(random, 6), IsConverted: random.Next(3) == 0)).ToList();
            var paths = new AttributionPaths();
            foreach (var (path, isConverted) in all)
            {
                paths.Add(path, isConverted);
            }
            var effects = paths.Effects();
            var whole = Converting(all, null);
            foreach (var channel in Enum.GetValues<Channel>())
            {
                var expected = whole == 0 ? 0 : 1 - (Converting(all, channel) / whole);
                Assert.True(Math.Abs(effects.Of(channel) - expected) < 1e-9, $"seed {Seed}, round {round}, {channel}: {effects.Of(channel)} is not {expected}");
            }
        }
    }

    [Fact]
    public void Paths_counted_apart_and_joined_are_those_counted_together()
    {
        var random = new Random(Seed);
        var (one, other, both) = (new AttributionPaths(), new AttributionPaths(), new AttributionPaths());
        for (var i = 0; i < 200; i++)
        {
            var (path, isConverted) = (RandomPath(random, 6), random.Next(2) == 0);
            (i % 2 == 0 ? one : other).Add(path, isConverted);
            both.Add(path, isConverted);
        }
        one.Join(other);
        Assert.All(Enum.GetValues<Channel>(), channel => Assert.Equal(both.Effects().Of(channel), one.Effects().Of(channel)));
    }

    /// <summary>The chance to convert from the start by walking the chain step by step until nothing is left on the way; a removed channel leads nowhere.</summary>
    private static double Converting(IReadOnlyList<(Touch[] Path, bool IsConverted)> paths, Channel? removed)
    {
        var steps = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (path, isConverted) in paths)
        {
            var channels = path.Select(touch => touch.Channel).ToList();
            channels = channels.Exists(channel => channel != Channel.Direct) ? channels.FindAll(channel => channel != Channel.Direct) : channels;
            var names = channels.Select(channel => channel.ToString()).Prepend("start").Append(isConverted ? "won" : "lost").ToList();
            for (var i = 0; i + 1 < names.Count; i++)
            {
                (steps.TryGetValue(names[i], out var to) ? to : steps[names[i]] = []).Add(names[i + 1]);
            }
        }
        var (at, won) = (new Dictionary<string, double>(StringComparer.Ordinal) { ["start"] = 1 }, 0.0);
        for (var i = 0; i < 5_000 && at.Values.Sum() > 1e-15; i++)
        {
            var next = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var (state, chance) in at)
            {
                foreach (var to in steps[state])
                {
                    var share = chance / steps[state].Count;
                    won += to == "won" ? share : 0;
                    if (to is not "won" and not "lost" && to != removed?.ToString())
                    {
                        next[to] = next.GetValueOrDefault(to) + share;
                    }
                }
            }
            at = next;
        }
        return won;
    }

    private static Touch[] RandomPath(Random random, int most)
    {
        var at = random.NextInt64(Durations.Day);
        return [.. Enumerable.Range(0, 1 + random.Next(most)).Select(_ => new Touch(0, (Channel)random.Next(6), at += random.NextInt64(5 * Durations.Day)))];
    }

    private static long[] Credits(AttributionModel model, Touch[] touches, long at, RemovalEffects? effects, long amount)
    {
        var (weights, parts) = (new long[touches.Length], new long[touches.Length]);
        Attribution.Weigh(model, touches, at, effects, weights);
        Attribution.Split(amount, weights, parts);
        return parts;
    }
}
