using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules;

/// <summary>Worlds that chance does not find, engine and twin together, each with the answer that rules.md gives.</summary>
public sealed class EdgeTests
{
    private const long Start = 1_772_323_200_000;
    private const long Day = 86_400_000;

    [Theory]
    // Calendars end; a text of the data must not end the engine.
    [InlineData("anniversary(traits.end) != null", "{\"end\":\"9999-12-31T23:59:59.999Z\"}", true)]
    [InlineData("anniversary(traits.end) != null", "{\"end\":\"0001-01-01\"}", true)]
    [InlineData("instant(traits.end) > now", "{\"end\":\"9999-12-31T23:59:59\"}", false)]
    [InlineData("instant(traits.end) + 365000d > now", "{\"end\":\"9999-12-30\"}", true)]
    [InlineData("anniversary(@9999-12-30 + 365000d) > now", "{}", true)]
    [InlineData("now + 365000d * 999999999999999 > now", "{}", false)]
    [InlineData("365000d * 20 * 20 > 1d", "{}", false)]
    // A property may have any name.
    [InlineData("ever(identify where `true`) and not ever(identify where false)", "{\"true\":true}", true)]
    [InlineData("ever(identify where true) and not ever(identify where `true`)", "{\"true\":false}", true)]
    // Rounding.
    [InlineData("traits.x * 0.5 == 0.000002", "{\"x\":0.000003}", true)]
    [InlineData("traits.x == 0.000002", "{\"x\":0.0000025}", true)]
    [InlineData("traits.x / 0 == null and traits.x + traits.y == null", "{\"x\":999999999999999,\"y\":1}", true)]
    [InlineData("2s / 3 + 1s / 3 == 1s", "{}", true)]
    // Null and types.
    [InlineData("not null", "{}", true)]
    [InlineData("traits.x != 5 or traits.x == 5", "{\"x\":\"5\"}", false)]
    [InlineData("traits.x == traits.y or traits.x != traits.y", "{\"x\":null}", false)]
    [InlineData("traits.x != null and not (traits.x == \"\") and not traits.x", "{\"x\":{}}", true)]
    [InlineData("traits.x != null", "{\"x\":1e15}", false)]
    // Reserved traits are one in both spellings, wherever they are read.
    [InlineData("traits.firstName == \"Ana\" and traits.first_name == \"Ana\"", "{\"firstName\":\"Ana\"}", true)]
    [InlineData("ever(identify where firstName == \"Ana\") and last(identify.first_name) == \"Ana\" and last(identify.firstName) == \"Ana\"", "{\"firstName\":\"Ana\"}", true)]
    public void A_rule_at_an_edge_is_answered(string rule, string traits, bool holds)
    {
        foreach (var zone in new[] { "America/Mexico_City", "Pacific/Kiritimati" })
        {
            if (rule.Contains("instant(traits.end) > now", StringComparison.Ordinal) && zone != "America/Mexico_City")
            {
                continue;
            }
            var world = new World([], [new SegmentSource("s", zone, rule)], [new TwinEvent(CallType.Identify, "", Start, "m", Origin.Customer, traits)], Start);
            Assert.Equal(holds, Twin(world).Memberships.Count == 1);
            Assert.Equal(Twin(world).Say(), EngineAdapter.History(world).Say());
        }
    }

    [Fact]
    public void Since_first_holds_one_millisecond_after_its_days_and_a_window_is_left_at_exactly_its_end()
    {
        var world = new World([], [new SegmentSource("since", "UTC", "since(\"A\") > 60d"), new SegmentSource("window", "UTC", "count(\"A\", 90d) > 0")],
            [new TwinEvent(CallType.Track, "A", Start, "m", Origin.Customer, "")], Start + 100 * Day);
        TwinMembership[] expected = [new("window", true, Start), new("since", true, Start + 60 * Day + 1), new("window", false, Start + 90 * Day)];
        Assert.Equal(expected, Twin(world).Memberships);
        Assert.Equal(expected, EngineAdapter.History(world).Memberships);
    }

    [Fact]
    public void A_rule_that_chases_itself_is_stopped_at_the_stage_already_held_and_warned_of()
    {
        StageSource[] stages = [new("a", "stage == \"b\"", [], []), new("b", "stage == \"a\"", [], [])];
        var world = new World([new LifecycleSource("l", "UTC", Movement.Free, stages, [])], [],
            [new TwinEvent(CallType.Track, "A", Start, "m", Origin.Customer, "")], Start + Day);
        const string Expected = "l: 2026-03-01T00:00:00.000Z - -> a\nl: 2026-03-01T00:00:00.000Z a -> b\nloop in l: 2026-03-01T00:00:00.000Z";
        Assert.Equal(Expected, Twin(world).Say());
        Assert.Equal(Expected, EngineAdapter.History(world).Say());
    }

    private static TwinHistory Twin(World world) => TwinTimeline.History(world.Compile(), world.Events, world.Clock);
}
