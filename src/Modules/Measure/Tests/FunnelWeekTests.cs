using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Measure.Funnels;

namespace Ciclo.Modules.Measure.Tests;

public sealed class FunnelWeekTests
{
    [Fact]
    public async Task The_share_that_goes_on_week_by_week_is_that_of_a_funnel_over_each_week()
    {
        var shift = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / Durations.Minute * Durations.Minute) - MeasureWorld.Start - (100 * Durations.Day);
        var deeds = MetricTests.Random(20_261_124, 3_000, 80, 100).Select(deed => deed with { At = deed.At + shift });
        await using var world = await MeasureWorld.StartAsync(deeds);
        var asked = new FunnelAsked(["Signed Up", "page", "Order Completed"], "3d", FunnelMode.Ordered, 60, "");
        var weeks = new FunnelReading(world.Engine, TimeProvider.System).Drivers(asked, 2, default).Weeks;
        Assert.True(weeks.Count(week => week.People > 10 && week.WentOn > 0) > 8);
        for (var i = 0; i + 1 < weeks.Count; i++)
        {
            var question = new FunnelQuestion(["page", "\"Order Completed\""]) { WindowMs = 3 * Durations.Day, From = weeks[i].From, To = weeks[i + 1].From };
            var found = world.Engine.Read(state => new FunnelScan(state, question).Answer(default));
            Assert.Equal((found.Steps[0].Profiles, found.Steps[1].Profiles), (weeks[i].People, weeks[i].WentOn));
        }
    }
}
