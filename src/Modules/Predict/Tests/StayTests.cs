using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Core.Predict.Survival;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Journeys.Tests;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Views;

namespace Ciclo.Modules.Predict.Tests;

/// <summary>How long people stay, read from their histories.</summary>
public sealed class StayTests
{
    [Fact]
    public void The_group_that_leaves_three_times_as_fast_is_told_so_and_a_group_that_nobody_left_has_no_pace()
    {
        var random = new Random(3);
        var (times, ended, groups) = (new List<double>(), new List<bool>(), new List<string>());
        foreach (var (name, count, pace) in new[] { ("monthly", 400, 3.0), ("yearly", 600, 1.0), ("gift", 30, 0.0) })
        {
            for (var i = 0; i < count; i++)
            {
                var time = pace == 0 ? double.PositiveInfinity : -Math.Log(1 - random.NextDouble()) * 200 / pace;
                // Seen for a year at most, some for less.
                var seen = 30 + (random.NextDouble() * 335);
                times.Add(Math.Min(time, seen));
                ended.Add(time <= seen);
                groups.Add(name);
            }
        }
        var found = GroupedSurvival.Of([.. times], [.. ended], groups);

        Assert.Equal(["yearly", "monthly", "gift"], found.Groups.Select(group => group.Name));
        var monthly = found.Groups[1].Ratio!.Value;
        Assert.InRange(3, monthly.Low, monthly.High);
        Assert.InRange(monthly.Ratio, 2.4, 3.7);
        Assert.True(monthly.IsClear);
        Assert.Null(found.Groups[0].Ratio);
        Assert.Null(found.Groups[2].Ratio);
        Assert.Equal(1, found.Groups[2].Curve.At(200));
        Assert.True(found.Test!.Value.Probability < 1e-6);
        Assert.Equal(["a", "a", GroupedSurvival.Others], GroupedSurvival.Joined([.. Enumerable.Repeat("a", 10), "b"]).Skip(8));
    }

    [Fact]
    public async Task Stays_begin_and_end_by_events_or_by_a_rule_and_are_grouped_by_what_was_known_then()
    {
        await using var world = await JourneyWorld.OpenAsync();
        var now = world.Host.NowMs;
        await world.AppendAsync(frame =>
        {
            void Did(string who, int daysAgo, string name, string properties) =>
                OwnEvents.Track(frame, Identifier.UserId(who), $"{who}-{name}-{daysAgo}", name, Encoding.UTF8.GetBytes(properties), false, now - (daysAgo * Durations.Day), now);
            Did("ana", 100, "Subscription Started", """{"plan":"small"}""");
            Did("ana", 40, "Subscription Cancelled", "{}");
            Did("ana", 10, "Subscription Started", """{"plan":"large"}""");
            Did("bea", 50, "Subscription Started", """{"plan":"large"}""");
            Did("carl", 60, "Subscription Cancelled", "{}");
            Did("dora", 200, "Order Completed", """{"order_id":"1"}""");
            Did("dora", 180, "Order Completed", """{"order_id":"2"}""");
            Did("eva", 50, "Order Completed", """{"order_id":"3"}""");
        });
        var reading = new StayReading(world.Engine, world.Host.Clock);
        var cancels = PredictModel.New("default", now, "test") with { Goal = "\"Subscription Cancelled\"" };

        var byPlan = reading.Read(cancels, "\"Subscription Started\"", new StayGrouping("property", "plan"), now, default)!;
        // Ana left once and came back: her first time counts, with the plan of then.
        Assert.Equal([("small", 60, true), ("large", 50, false)], byPlan.Rows.Select(stay => (stay.Group!, (int)(((stay.EndedAt ?? now) - stay.StartedAt) / Durations.Day), stay.EndedAt is not null)));

        var silent = cancels with { Kind = ModelKind.Rule, Goal = "ever(\"Order Completed\") and count(\"Order Completed\", 90d) == 0" };
        var all = reading.Read(silent, "\"Order Completed\"", StayGrouping.All, now, default)!;
        // Dora was silent for 90 days after her second order, 20 days after the first.
        Assert.Equal([110, 50], all.Rows.Select(stay => (int)(((stay.EndedAt ?? now) - stay.StartedAt) / Durations.Day)));
        Assert.Equal([true, false], all.Rows.Select(stay => stay.EndedAt is not null));
    }
}
