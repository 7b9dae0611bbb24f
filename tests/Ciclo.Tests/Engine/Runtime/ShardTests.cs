using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Engine;

public sealed class ShardTests
{
    [Fact]
    public void Timers_that_mean_nothing_any_more_do_not_pile_up_and_each_live_one_fires_at_its_instant()
    {
        const int profiles = 64;
        var (shard, places, random) = (new Shard(1_000), new PlaceTable(), new Random(1));
        places.Reserve(profiles);
        var most = 0;
        for (var now = 0L; now < 200_000; now++)
        {
            var profile = random.Next(profiles);
            // Far ahead, and later with each event, as a deadline after silence is.
            places.Set(profile, [], [], now + 1_000_000 + random.Next(100));
            shard.Await(profile, places.DeadlineOf(profile));
            shard.TakeTimers(places, now);
            most = Math.Max(most, shard.Timers);
        }
        Assert.Empty(shard.Due);
        Assert.InRange(most, profiles, 2_000);
        var fired = new Dictionary<int, long>();
        for (var next = shard.NextDeadline(places); next != Instants.Never; next = shard.NextDeadline(places))
        {
            shard.TakeTimers(places, next);
            foreach (var profile in shard.Due)
            {
                fired.Add(profile, next);
                Assert.Equal(places.DeadlineOf(profile), next);
                places.SetDeadline(profile, Instants.Never);
            }
            shard.Due.Clear();
        }
        Assert.Equal(profiles, fired.Count);
    }
}
