using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Engine.Runtime;

public sealed class StateCacheTests
{
    [Fact]
    public void A_cache_answers_the_last_state_or_none_and_stays_within_its_budget()
    {
        const int budget = 20_000;
        var random = new Random(1);
        var (cache, last) = (new StateCache(budget), new Dictionary<int, byte[]>());
        var held = 0;
        for (var step = 0; step < 50_000; step++)
        {
            var profile = random.Next(300);
            switch (random.Next(5))
            {
                case 0:
                    cache.Remove(profile);
                    last.Remove(profile);
                    break;
                case < 3:
                    var state = new byte[random.Next(1, 200)];
                    random.NextBytes(state);
                    cache.Put(profile, state);
                    last[profile] = state;
                    break;
                default:
                    var known = cache.Get(profile);
                    held += known.IsEmpty ? 0 : 1;
                    Assert.True(known.IsEmpty || known.SequenceEqual(last[profile]), $"step {step}");
                    break;
            }
        }
        Assert.InRange(held, 1_000, 50_000);
        // Some is lost at the ends of pages, and a state can have one of its own.
        Assert.InRange(cache.Size, 1, 2 * budget);
    }

    [Fact]
    public void A_state_larger_than_the_cache_is_not_held_and_neither_is_the_one_before_it()
    {
        var cache = new StateCache(1_000);
        cache.Put(1, new byte[10]);
        cache.Put(1, new byte[600]);
        Assert.True(cache.Get(1).IsEmpty);
    }
}
