using Ciclo.Core.Time;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>Quiet hours over changes of clocks, and the place that a cap gives again.</summary>
public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("Europe/Madrid", "2026-03-28T23:30:00Z", 22 * 60, 8 * 60, "2026-03-29T06:00:00Z")]
    [InlineData("Europe/Madrid", "2026-10-24T23:30:00Z", 22 * 60, 8 * 60, "2026-10-25T07:00:00Z")]
    [InlineData("Europe/Madrid", "2026-03-29T00:30:00Z", 60, 150, "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Madrid", "2026-10-25T01:10:00Z", 60, 150, "2026-10-25T01:30:00Z")]
    [InlineData("Europe/Madrid", "2026-06-01T12:00:00Z", 22 * 60, 8 * 60, "2026-06-01T12:00:00Z")]
    [InlineData("America/Mexico_City", "2026-06-01T03:00:00Z", 21 * 60, 9 * 60, "2026-06-01T15:00:00Z")]
    public void Quiet_ends_when_the_clock_of_the_person_says_so(string zoneId, string now, int from, int to, string expected)
    {
        Assert.True(Zone.TryGet(zoneId, out var zone) & Instants.TryParse(now, Zone.Utc, out var at));
        Assert.Equal(expected.Replace("Z", ".000Z", StringComparison.Ordinal), Instants.Format(new QuietHours(from, to).NextAllowed(zone!, at)));
    }

    [Fact]
    public void It_is_what_moving_the_clock_minute_by_minute_finds()
    {
        var random = new Random(7);
        string[] zones = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "America/Mexico_City", "Asia/Kathmandu", "Africa/Casablanca", "UTC"];
        string[] changes = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"];
        var near = Array.ConvertAll(changes, text => Instants.TryParse(text, Zone.Utc, out var at) ? at : 0);
        for (var i = 0; i < 3_000; i++)
        {
            var quiet = new QuietHours(random.Next(1_440), random.Next(1_440));
            if (quiet.From == quiet.To)
            {
                continue;
            }
            Zone.TryGet(zones[random.Next(zones.Length)], out var zone);
            var now = near[random.Next(near.Length)] + (long)((random.NextDouble() - 0.5) * 2 * Durations.Day);
            var expected = now;
            if (PolicyReference.IsQuiet(quiet, zone!, now))
            {
                expected = (now / Durations.Minute * Durations.Minute) + Durations.Minute;
                while (PolicyReference.IsQuiet(quiet, zone!, expected))
                {
                    expected += Durations.Minute;
                }
            }
            Assert.True(expected == quiet.NextAllowed(zone!, now), $"{zone!.Id} {Instants.Format(now)} quiet {quiet.From}-{quiet.To}: {Instants.Format(expected)} expected, {Instants.Format(quiet.NextAllowed(zone, now))} found");
        }
    }

    [Fact]
    public void A_cap_says_when_the_place_is_free_that_lets_one_more_in()
    {
        var random = new Random(11);
        var now = 1_800_000_000_000;
        for (var i = 0; i < 3_000; i++)
        {
            var cap = new FrequencyCap("", random.Next(1, 5), random.Next(1, 8));
            var sent = Enumerable.Range(0, random.Next(8)).Select(_ => now - random.NextInt64(9 * Durations.Day)).ToList();
            Assert.Equal(PolicyReference.FreeAt(cap, sent, now), cap.FreeAt(sent, now));
        }
        Assert.Equal(now, new FrequencyCap("", 1, 1).FreeAt([now - Durations.Day + 1], now) - 1);
        Assert.Equal(0, new FrequencyCap("", 1, 1).FreeAt([now - Durations.Day], now));
    }
}
