using Ciclo.Core.Time;

namespace Ciclo.Modules.Demo.Tests;

public sealed class DemoDeterminismTests
{
    private static readonly DemoOptions Small = new(DemoStream.Afternoon) { Customers = 400 };

    [Fact]
    public void The_same_options_give_the_same_bytes_whatever_the_frame_size()
    {
        var expected = DemoStream.HashOf(Small);
        Assert.Equal(expected, DemoStream.HashOf(Small));
        Assert.Equal(expected, DemoStream.HashOf(Small with { EventsPerFrame = 1 }));
        Assert.Equal(expected, DemoStream.HashOf(Small with { EventsPerFrame = 100_000 }));
    }

    [Fact]
    public void Two_starts_within_one_hour_give_one_shop_and_the_next_hour_gives_another()
    {
        var hour = Small.Until - Small.Until % Durations.Hour;
        Assert.Equal(DemoStream.HashOf(Small with { Until = hour }), DemoStream.HashOf(Small with { Until = hour + Durations.Hour - 1 }));
        Assert.NotEqual(DemoStream.HashOf(Small with { Until = hour }), DemoStream.HashOf(Small with { Until = hour + Durations.Hour }));
    }

    [Fact]
    public void Another_seed_is_another_shop() =>
        Assert.NotEqual(DemoStream.HashOf(Small), DemoStream.HashOf(Small with { Seed = 2 }));

    [Fact]
    public void A_person_is_the_same_in_a_run_of_any_size()
    {
        var few = DemoStream.HashByPerson(Small with { Customers = 290 });
        var many = DemoStream.HashByPerson(Small with { Customers = 700 });
        Assert.True(few.Count > 290 * 5, $"{few.Count} people");
        Assert.All(few, person => Assert.Equal(person.Value, many[person.Key]));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_customers()
    {
        Allocated(100);
        var small = Allocated(1_000);
        var large = Allocated(6_000);
        var events = large.Events - small.Events;
        var each = (large.Bytes - small.Bytes) / (double)events;
        // Buffers double when a longer life comes by, once. The smallest object has 24 bytes: one for each second event would break this.
        Assert.True(each < 12, $"{each:0.00} bytes were allocated for each of {events} more events; the budget is 12.");
    }

    [Fact]
    public void A_shop_runs_once_and_tells_its_numbers_only_at_the_end()
    {
        var shop = new DemoShop(Small with { Customers = 3 });
        Assert.Throws<InvalidOperationException>(() => shop.Counts());
        foreach (var frame in shop.Frames())
        {
            Assert.NotEqual(0, frame.Length);
        }
        Assert.Equal(3, shop.Counts().Customers);
        Assert.Throws<InvalidOperationException>(() => shop.Frames());
    }

    [Theory]
    [InlineData(0, 18, "MXN", "America/Mexico_City", "customers")]
    [InlineData(5_000_001, 18, "MXN", "America/Mexico_City", "customers")]
    [InlineData(10, 11, "MXN", "America/Mexico_City", "months")]
    [InlineData(10, 61, "MXN", "America/Mexico_City", "months")]
    [InlineData(10, 18, "peso", "America/Mexico_City", "currency")]
    [InlineData(10, 18, "MXN", "Mexico", "zone")]
    public void Options_out_of_bounds_are_refused_by_name_in_both_languages(int customers, int months, string currency, string zone, string named)
    {
        // "Mexico" alone names no zone; only "Mexico/General" and the like do.
        var options = new DemoOptions(DemoStream.Afternoon) { Customers = customers, Months = months, Currency = currency, Zone = zone };
        var refusal = options.Refusal();
        Assert.NotNull(refusal);
        Assert.StartsWith(named, refusal.Value.En, StringComparison.Ordinal);
        Assert.StartsWith(named, refusal.Value.Es, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DemoShop(options));
    }

    [Theory]
    [InlineData(12, "Europe/Madrid")]
    [InlineData(60, "Asia/Tokyo")]
    [InlineData(14, "UTC")]
    public void Other_lengths_and_zones_work_too(int months, string zone)
    {
        var shop = new DemoShop(Small with { Customers = 60, Months = months, Zone = zone, Seed = 7 });
        DemoStream.Each(shop, (in Ciclo.Core.Events.EventRecord record) => Assert.InRange(record.Timestamp, shop.From, shop.Until - 1));
        Assert.Equal(60, shop.Counts().Customers);
    }

    private static (long Bytes, long Events) Allocated(int customers)
    {
        var shop = new DemoShop(Small with { Customers = customers });
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var frame in shop.Frames())
        {
            GC.KeepAlive(frame);
        }
        return (GC.GetAllocatedBytesForCurrentThread() - before, shop.Counts().Events);
    }
}
