using System.Globalization;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Collect;
using Xunit.Abstractions;

namespace Ciclo.Modules.Journeys.Tests;

/// <summary>Many people in waits at a time. `CICLO_CROWD=100000` tries it with so many.</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    private static int Crowd => int.TryParse(Environment.GetEnvironmentVariable("CICLO_CROWD"), NumberStyles.None, CultureInfo.InvariantCulture, out var crowd) ? crowd : 2_500;

    [Fact]
    public async Task A_journey_is_edited_with_many_people_in_waits_and_nobody_skips_repeats_or_is_lost()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync("{journey: crowd, trigger: {event: '\"Joined\"'}, entry: once, steps: [{id: a, wait: 3h}, {id: first, tag: first}, {id: b, wait: 2h}, {id: second, tag: second}]}");
        await world.PassAsync(1_000);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await JoinAsync(world, 0, Crowd);
        await world.SettleAsync();
        output.WriteLine($"{Crowd} people entered in {clock.Elapsed.TotalSeconds:0.0} s");
        await world.PassAsync(4 * Durations.Hour);
        await world.ApplyAsync("{journey: crowd, trigger: {event: '\"Joined\"'}, entry: once, steps: [{id: a, wait: 1h}, {id: other, tag: other}, {id: b, wait: 9h}, {id: second, tag: second}]}");
        await world.PassAsync(1_000);
        await JoinAsync(world, Crowd, Crowd / 10);
        // Who joined before does so again: they were in once, and once is all.
        await JoinAsync(world, 0, Crowd / 10);
        await world.SettleAsync();
        await world.RestartAsync();
        clock.Restart();
        await world.PassAsync(20 * Durations.Hour);
        output.WriteLine($"{Crowd} waits met in {clock.Elapsed.TotalSeconds:0.0} s");

        var counts = world.Host.Database.Read(connection => RunStore.Counts(connection, "default", "crowd"));
        long Of(int version, string step) => counts.Where(count => count.Version == version && count.Step == step && (count.Outcome is "" or "done")).Sum(count => count.Visits);
        Assert.Equal([Crowd, Crowd, Crowd, Crowd], new[] { "a", "first", "b", "second" }.Select(step => Of(1, step)));
        Assert.Equal([Crowd / 10, Crowd / 10, Crowd / 10, Crowd / 10], new[] { "a", "other", "b", "second" }.Select(step => Of(2, step)));
        Assert.Equal(0, Of(1, "other") + Of(2, "first"));
        Assert.Equal(Crowd + (Crowd / 10), world.Host.Database.Read(connection => RunStore.Standing(connection, "default", "crowd")).Where(one => one.Status == RunStatus.Done).Sum(one => one.People));
        Assert.Equal(Crowd / 10, JourneyFigures.Of(world.Host, "default", "crowd").Ends["again"]);
    }

    private static async Task JoinAsync(JourneyWorld world, int from, int count)
    {
        for (var i = from; i < from + count; i += 1_000)
        {
            var first = i;
            await world.AppendAsync(frame =>
            {
                for (var user = first; user < Math.Min(first + 1_000, from + count); user++)
                {
                    OwnEvents.Track(frame, Identifier.UserId("u" + user.ToString(CultureInfo.InvariantCulture)), $"j{world.Host.NowMs}-{user}", "Joined", "{}"u8, false, world.Host.NowMs, world.Host.NowMs);
                }
            });
        }
    }
}
