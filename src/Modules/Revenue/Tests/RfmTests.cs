using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Revenue.Tests;

public sealed class RfmTests
{
    private const string Now = "2025-02-12T15:30:00Z";

    [Theory]
    [InlineData(1, 60, 220)]
    [InlineData(2, 40, 60)]
    [InlineData(3, 3, 8)]
    public async Task The_rules_of_a_group_hold_for_its_members_and_for_nobody_else(int seed, int people, int orders)
    {
        var random = new Random(seed);
        var deeds = Enumerable.Range(0, orders).Select(i => new Deed(
            i.ToString(CultureInfo.InvariantCulture), $"u{(int)(people * random.NextDouble() * random.NextDouble())}", random.Next(12) == 0 ? "Page Seen" : "Order Completed",
            RevenueWorld.Instant("2024-02-01") + (random.Next(370) * Durations.Day) + (random.Next(3) == 0 ? random.Next(3_000) : 0)) { Cents = random.Next(8) == 0 ? null : random.Next(1, 90) * 500 });
        await using var world = await RevenueWorld.OpenAsync(Now, deeds);
        var (model, members) = world.Engine.Read(state => (
            RfmReading.Of(state, state.Now),
            RfmScan.Answer(state, new RfmQuestion("\"Order Completed\"", "revenue", state.Now)).GroupBy(score => score.Group).ToDictionary(group => group.Key, group => group.Select(one => one.Values.Profile).Order().ToList())));
        Assert.Equal(members.Keys.Order(), model.Groups.Select(row => row.Group).Order());
        Assert.Equal(model.People, model.Groups.Sum(row => row.People));
        Assert.Equal(model.Amount, model.Groups.Sum(row => row.Amount));
        foreach (var row in model.Groups)
        {
            Assert.Equal(members[row.Group].Count, row.People);
            Assert.True(members[row.Group].SequenceEqual(Holds(world, row.Rule)), $"seed {seed}: {row.Group}: {row.Rule}");
            Assert.True(members[row.Group].SequenceEqual(Holds(world, row.Lasting)), $"seed {seed}: {row.Group}: {row.Lasting}");
        }
    }

    private static IEnumerable<int> Holds(RevenueWorld world, string rule) => world.Engine.Read(state =>
        new SegmentCount(state, rule, RevenueWorld.Zone, state.Now).Within(0, state.Staged.Identity.NodeCount, CancellationToken.None).Order().ToList());
}
