using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Engine.Runtime;

public sealed class PulseTests
{
    [Fact]
    public void It_tells_what_came_in_during_the_last_sixty_seconds_and_nothing_older()
    {
        var random = new Random(5);
        var (pulse, all, now) = (new Pulse(), new List<(long Second, int Events)>(), 1_700_000_000_000L);
        for (var i = 0; i < 2_000; i++)
        {
            now += random.Next(20) == 0 ? random.Next(90_000) : random.Next(900);
            var events = random.Next(50);
            pulse.Count(events, now);
            all.Add((now / 1_000, events));
            Assert.Equal(events > 0 ? now : pulse.LastAt, pulse.LastAt);
            Assert.Equal(all.Where(one => one.Second > (now / 1_000) - 60).Sum(one => (long)one.Events), pulse.LastMinute(now));
        }
        Assert.Equal(0, pulse.LastMinute(now + 60_000));
    }

    [Fact]
    public void A_call_without_events_is_no_event()
    {
        var pulse = new Pulse();
        pulse.Count(0, 1_000);
        Assert.Null(pulse.LastAt);
        pulse.Count(2, 2_000);
        pulse.Count(0, 3_000);
        Assert.Equal(2_000, pulse.LastAt);
    }

    [Fact]
    public void Each_source_has_a_pulse_of_its_own_and_keeps_it()
    {
        var sources = new SourcePulses();
        sources.OfKey("shop").Count(3, 1_000);
        sources.OfFiles("shop").Count(5, 1_000);
        Assert.Equal((3L, 5L, 0L), (sources.OfKey("shop").LastMinute(1_000), sources.OfFiles("shop").LastMinute(1_000), sources.OfKey("other").LastMinute(1_000)));
    }
}
