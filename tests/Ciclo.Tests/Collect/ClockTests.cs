using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Collect;

public sealed class ClockTests
{
    private const long Now = Admitted.Now;
    private const long Hour = Durations.Hour;

    [Theory]
    [InlineData("original and sent: the age by the client's clock", """ "originalTimestamp":"2001-01-01T00:00:00Z","sentAt":"2001-01-01T01:00:00Z" """, -Hour, EventFlags.None)]
    [InlineData("original wins over timestamp", """ "timestamp":"2026-01-01T00:00:00Z","originalTimestamp":"2026-11-21T11:00:00Z" """, -Hour, EventFlags.None)]
    [InlineData("timestamp and sent", """ "timestamp":"2099-01-01T00:00:00Z","sentAt":"2099-01-01T02:00:00.500Z" """, (-2 * Hour) - 500, EventFlags.None)]
    [InlineData("no sent: no correction", """ "timestamp":"2026-11-21T11:00:00Z" """, -Hour, EventFlags.None)]
    [InlineData("the future is the moment of receipt", """ "timestamp":"2099-01-01T00:00:00Z" """, 0, EventFlags.Clamped)]
    [InlineData("sent before it happened", """ "timestamp":"2026-11-21T11:00:00Z","sentAt":"2026-11-21T10:59:59Z" """, 0, EventFlags.Clamped)]
    [InlineData("unreadable", """ "timestamp":"yesterday" """, 0, EventFlags.UnreadableTime)]
    [InlineData("wrong type", """ "timestamp":{"a":[1]} """, 0, EventFlags.UnreadableTime)]
    [InlineData("unreadable original, though timestamp is", """ "originalTimestamp":"31/12/2026","timestamp":"2026-11-21T11:00:00Z" """, 0, EventFlags.UnreadableTime)]
    [InlineData("half a surrogate pair in no field of ours is another test", """ "timestamp":"2026-11-21T11:00:00\u005a" """, -Hour, EventFlags.None)]
    [InlineData("unreadable sent is absent", """ "timestamp":"2026-11-21T11:00:00Z","sentAt":"now" """, -Hour, EventFlags.None)]
    [InlineData("null and empty are absent", """ "timestamp":null,"originalTimestamp":"","sentAt":null """, 0, EventFlags.None)]
    [InlineData("milliseconds", """ "timestamp":1795258800000 """, -Hour, EventFlags.None)]
    [InlineData("seconds", """ "timestamp":1795258800 """, -Hour, EventFlags.None)]
    [InlineData("seconds with decimals", """ "timestamp":1795258800.25 """, -Hour + 250, EventFlags.None)]
    [InlineData("digits as text", """ "timestamp":"1795258800000" """, -Hour, EventFlags.None)]
    [InlineData("a number beyond all years", """ "timestamp":1e300 """, 0, EventFlags.UnreadableTime)]
    [InlineData("an offset", """ "timestamp":"2026-11-21T05:00:00.000-06:00" """, -Hour, EventFlags.None)]
    public void The_timestamp_is_corrected_for_the_clients_clock(string why, string fields, long offset, EventFlags flags)
    {
        var seen = Admitted.Single(CallType.Track, $$"""{"userId":"u","event":"E",{{fields}}}""").Event;
        Assert.True(seen.Timestamp == Now + offset, $"{why}: {Instants.Format(seen.Timestamp)}");
        Assert.Equal(flags, seen.Flags);
        Assert.Equal(Now, seen.ReceivedAt);
    }

    [Fact]
    public void What_the_client_said_is_kept_beside_the_correction()
    {
        var seen = Admitted.Single(CallType.Track, """{"userId":"u","event":"E","timestamp":"2099-01-01T00:00:00Z","sentAt":"2098-12-31T23:00:00Z"}""").Event;
        Assert.Equal(("2099-01-01T00:00:00.000Z", "2098-12-31T23:00:00.000Z"), (Instants.Format(seen.Original), Instants.Format(seen.SentAt)));
        Assert.Equal((Now, EventFlags.Clamped), (seen.Timestamp, seen.Flags));
    }

    [Fact]
    public void A_batchs_sentAt_holds_for_items_without_one_and_its_timestamp_for_none()
    {
        var seen = Admitted.Batch("""
            {"batch":[
              {"type":"track","userId":"u","event":"A","timestamp":"2026-11-21T14:00:00Z"},
              {"type":"track","userId":"u","event":"B","timestamp":"2026-11-21T14:00:00Z","sentAt":"2026-11-21T14:00:10Z"},
              {"type":"track","userId":"u","event":"C","timestamp":"2026-11-21T14:00:00Z","sentAt":"?"},
              {"type":"track","userId":"u","event":"D"}],
             "timestamp":"2020-01-01T00:00:00Z","sentAt":"2026-11-21T15:00:00Z"}
            """);
        Assert.Equal([Now - Hour, Now - 10_000, Now - Hour, Now], seen.Events.Select(e => e.Timestamp));
        Assert.All(seen.Events, e => Assert.Equal(EventFlags.None, e.Flags));
    }

    [Fact]
    public void The_furthest_clocks_there_are_make_no_instant_out_of_range()
    {
        var seen = Admitted.Single(CallType.Track, """{"userId":"u","event":"E","timestamp":"0001-01-01T00:00:00Z","sentAt":"9999-12-31T23:59:59Z"}""").Event;
        Assert.Equal(Instants.MinMs, seen.Timestamp);
    }
}
