using Ciclo.Kit;

namespace Ciclo.Tests.Kit;

public sealed class KeptReadingTests
{
    private readonly HandClock clock = new();
    private int reads;

    [Fact]
    public void What_was_read_at_a_version_is_given_again_for_a_minute()
    {
        var kept = new KeptReadings<string>(clock);
        Assert.Equal("1", kept.Of("a", 7, () => Read(1)));
        clock.Advance(59_000);
        Assert.Equal("1", kept.Of("a", 7, () => Read(1)));
        clock.Advance(2_000);
        Assert.Equal("2", kept.Of("a", 7, () => Read(1)));
    }

    [Fact]
    public void What_is_quick_is_read_anew_at_another_version()
    {
        var kept = new KeptReadings<string>(clock);
        kept.Of("a", 7, () => Read(1));
        Assert.Equal("2", kept.Of("a", 8, () => Read(1)));
    }

    [Fact]
    public async Task What_took_long_is_given_while_a_new_one_is_made_and_never_after_a_minute()
    {
        var kept = new KeptReadings<string>(clock);
        kept.Of("a", 1, () => Read(500));
        clock.Advance(KeptReadings<string>.FreshMs - 600);
        Assert.Equal("1", kept.Of("a", 2, () => Read(500)));
        Assert.Equal(1, reads);
        clock.Advance(10_000);
        var renewed = new TaskCompletionSource();
        Assert.Equal("1", kept.Of("a", 3, () =>
        {
            var value = Read(500);
            renewed.SetResult();
            return value;
        }));
        await renewed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, reads);
        clock.Advance(61_000);
        Assert.Equal("3", kept.Of("a", 4, () => Read(500)));
    }

    [Fact]
    public void Answers_under_other_keys_are_others_and_their_number_is_bounded()
    {
        var kept = new KeptReadings<string>(clock);
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal($"{i + 1}", kept.Of($"key {i}", 1, () => Read(1)));
        }
        Assert.Equal("1000", kept.Of("key 999", 1, () => Read(1)));
        Assert.Equal("1001", kept.Of("key 0", 1, () => Read(1)));
    }

    private string Read(long takesMs)
    {
        clock.Advance(takesMs);
        return $"{Interlocked.Increment(ref reads)}";
    }

    private sealed class HandClock : TimeProvider
    {
        private long now = 1_700_000_000_000;

        public override long TimestampFrequency => 1_000;

        public void Advance(long ms) => Interlocked.Add(ref now, ms);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref now));

        public override long GetTimestamp() => Interlocked.Read(ref now);
    }
}
