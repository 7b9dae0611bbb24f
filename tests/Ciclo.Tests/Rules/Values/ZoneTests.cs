using Ciclo.Core.Time;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules.Values;

public sealed class ZoneTests
{
    [Theory]
    // Summer time began at midnight: the day began at 01:00.
    [InlineData("America/Sao_Paulo", 2018, 11, 4, "2018-11-04T03:00:00.000Z")]
    [InlineData("America/Sao_Paulo", 2018, 11, 5, "2018-11-05T02:00:00.000Z")]
    // Summer time ended at midnight: the last hour of the day before came twice (Brazil), or the first of the day (Cuba).
    [InlineData("America/Sao_Paulo", 2019, 2, 17, "2019-02-17T03:00:00.000Z")]
    [InlineData("America/Havana", 2018, 11, 4, "2018-11-04T04:00:00.000Z")]
    // Samoa had no 30 December 2011.
    [InlineData("Pacific/Apia", 2011, 12, 29, "2011-12-29T10:00:00.000Z")]
    [InlineData("Pacific/Apia", 2011, 12, 30, "2011-12-30T10:00:00.000Z")]
    [InlineData("Pacific/Apia", 2011, 12, 31, "2011-12-30T10:00:00.000Z")]
    [InlineData("Asia/Kathmandu", 2024, 2, 29, "2024-02-28T18:15:00.000Z")]
    [InlineData("Europe/Madrid", 2026, 3, 29, "2026-03-28T23:00:00.000Z")]
    [InlineData("UTC", 2026, 1, 31, "2026-01-31T00:00:00.000Z")]
    public void A_day_begins_at_its_first_instant(string id, int year, int month, int day, string start) =>
        Assert.Equal(start, Instants.Format(Get(id).StartOfDay(year, month, day)));

    [Theory]
    [InlineData("America/Sao_Paulo", 2017)]
    [InlineData("Europe/Madrid", 2026)]
    [InlineData("Asia/Kathmandu", 2024)]
    [InlineData("America/Mexico_City", 2022)]
    [InlineData("Australia/Lord_Howe", 2025)]
    [InlineData("Pacific/Apia", 2012)]
    public void The_start_of_a_day_is_in_it_and_the_millisecond_before_is_not(string id, int year)
    {
        var zone = Get(id);
        var first = zone.DayOf(zone.StartOfDay(year, 1, 1));
        for (var day = first; day < first + 800; day++)
        {
            var start = zone.StartOfDay(day);
            Assert.Equal(day, zone.DayOf(start));
            Assert.Equal(day - 1, zone.DayOf(start - 1));
        }
    }

    [Theory]
    [InlineData("UTC", "2024-02-29T10:00:00Z", "2025-02-28T23:00:00Z", "2025-02-28T10:00:00.000Z")]
    [InlineData("UTC", "2024-02-29T10:00:00Z", "2025-03-01T00:00:00Z", "2026-02-28T10:00:00.000Z")]
    [InlineData("UTC", "2024-02-29T10:00:00Z", "2027-03-01T00:00:00Z", "2028-02-29T10:00:00.000Z")]
    [InlineData("UTC", "1990-05-01", "2026-05-01T23:59:59.999Z", "2026-05-01T00:00:00.000Z")]
    [InlineData("UTC", "1990-05-01", "2026-05-02", "2027-05-01T00:00:00.000Z")]
    [InlineData("America/Mexico_City", "1990-12-31", "2026-01-01T05:59:59.999Z", "2025-12-31T06:00:00.000Z")]
    [InlineData("America/Mexico_City", "1990-12-31", "2026-01-01T06:00:00.000Z", "2026-12-31T06:00:00.000Z")]
    // The time of day falls into the gap of summer time: it moves forward.
    [InlineData("Europe/Madrid", "2020-03-29T02:30", "2026-03-01", "2026-03-29T01:30:00.000Z")]
    public void An_anniversary_is_the_next_yearly_return_today_included(string id, string of, string now, string expected)
    {
        var zone = Get(id);
        Assert.Equal(expected, Instants.Format(zone.Anniversary(Read(of, zone), Read(now, zone))));
    }

    [Fact]
    public void An_anniversary_is_on_or_after_today_and_within_a_year_of_it()
    {
        const int Seed = 3;
        var dice = new Dice(Seed);
        foreach (var id in new[] { "UTC", "America/Mexico_City", "Pacific/Apia", "America/Sao_Paulo", "Europe/Madrid" })
        {
            var zone = Get(id);
            for (var i = 0; i < 2_000; i++)
            {
                var of = dice.Between(-1_000_000_000_000, 1_800_000_000_000);
                var now = dice.Between(1_000_000_000_000, 1_800_000_000_000);
                var next = zone.Anniversary(of, now);
                var days = zone.DayOf(next) - zone.DayOf(now);
                Assert.True(days is >= 0 and <= 366, $"seed {Seed}, {id}: {Instants.Format(of)} at {Instants.Format(now)} gave {Instants.Format(next)}");
            }
        }
    }

    [Fact]
    public void Every_zone_answers_for_every_readable_instant()
    {
        foreach (var id in Zone.Ids)
        {
            var zone = Get(id);
            foreach (var ms in new[] { Instants.MinMs, Instants.MaxMs })
            {
                zone.DayOf(ms);
                zone.Anniversary(ms, 1_700_000_000_000);
                zone.Anniversary(ms * 2, 1_700_000_000_000);
            }
            foreach (var text in new[] { "0001-01-01", "0001-01-01T00:00:00", "9999-12-31", "9999-12-31T23:59:59.999", "1900-01-01", "2011-12-30", "2018-11-04" })
            {
                if (Instants.TryParse(text, zone, out var ms))
                {
                    Assert.True(ms is >= Instants.MinMs and <= Instants.MaxMs, $"{text} in {id} is {ms}");
                    Assert.NotEqual("", Instants.Format(ms));
                    zone.DayOf(ms);
                    zone.Anniversary(ms, 1_700_000_000_000);
                }
            }
        }
    }

    [Theory]
    [InlineData("2026-01-31T10:00:00.123456-06:00", "2026-01-31T16:00:00.123Z")]
    [InlineData("2026-01-31 10:00:00Z", "2026-01-31T10:00:00.000Z")]
    [InlineData("2026-01-31T10:00+0530", "2026-01-31T04:30:00.000Z")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z")]
    [InlineData(" 2026-01-31 ", "2026-01-31T06:00:00.000Z")]
    [InlineData("2026-01-31T10:00:00", "2026-01-31T16:00:00.000Z")]
    public void An_instant_is_read_from_text(string text, string expected)
    {
        Assert.True(Instants.TryParse(text, Get("America/Mexico_City"), out var ms));
        Assert.Equal(expected, Instants.Format(ms));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("0000-01-01")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T10:60:00Z")]
    [InlineData("2026-01-31T10:00:00.Z")]
    [InlineData("2026-01-31T10:00:00+19:00")]
    [InlineData("2026-01-31T10:00:00Zx")]
    [InlineData("26-01-31")]
    [InlineData("31/01/2026")]
    [InlineData("2026-01-31T")]
    [InlineData("٢٠٢٦-01-31")]
    [InlineData("0001-01-01T00:00:00+18:00")]
    [InlineData("9999-12-31T23:59:59-18:00")]
    public void What_is_no_instant_is_not_read(string text) => Assert.False(Instants.TryParse(text, Zone.Utc, out _));

    private static Zone Get(string id) => Zone.TryGet(id, out var zone) ? zone : throw new ArgumentException(id, nameof(id));

    private static long Read(string text, Zone zone) => Instants.TryParse(text, zone, out var ms) ? ms : throw new FormatException(text);
}
