using Ciclo.Core.Analytics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Measure.Tests;

public sealed class StepRateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_share_that_goes_on_is_what_a_plain_count_says(int seed)
    {
        var random = new Random(seed);
        var deeds = Enumerable.Range(0, 400).Select(i => new Deed($"p{i % 60}", random.Next(2) == 0 ? "Setup Started" : "Setup Done", MeasureWorld.Start + random.NextInt64(60 * Durations.Day))).ToList();
        await using var world = await MeasureWorld.StartAsync(deeds);
        var periods = Periods.Of(PeriodKind.Week, Zone.Utc, MeasureWorld.Start, MeasureWorld.Start + (60 * Durations.Day));
        var answer = world.Values("step_rate", periods, ("step", "Setup Started"), ("next", "Setup Done"));
        for (var period = 0; period < periods.Count; period++)
        {
            var firsts = deeds.Where(deed => deed.Event == "Setup Started" && periods.Find(deed.At) == period).GroupBy(deed => deed.Person).Select(person => person.MinBy(deed => deed.At)!).ToList();
            var went = firsts.Count(first => deeds.Exists(deed => deed.Person == first.Person && deed.Event == "Setup Done" && deed.At >= first.At && deed.At <= first.At + Durations.Day));
            Assert.Equal(firsts.Count == 0 ? null : (decimal)went / firsts.Count, answer[(Contracts.PeriodOptions.NameOf(periods, period), "")]);
        }
    }
}
