using System.Globalization;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Journeys.Tests;

/// <summary>The same machine leads people live, in a simulation and in a test run: they come to the same.</summary>
public sealed class CourseTests
{
    private const string Mixed = """
        journey: mixed
        trigger: { event: '"A"' }
        entry: { again_after: 6h }
        exits: [{ event: '"X"' }, { when: 'count("B", 12h) >= 4' }]
        goal: { event: '"G"', within: 5d }
        steps:
          - { id: w1, wait: 90m }
          - id: i1
            if: count("B") > 1
            then:
              - { id: t1, tag: many }
              - { id: h1, wait_for_hour: '10:00', days: [mon, wed, sun] }
            else:
              - id: u1
                wait_until: { event: '"B"' }
                for: 1d
                met: [{ id: t2, tag: met }]
                timeout: [{ id: s1, stop: true }]
          - id: sp
            split:
              - { share: 2, steps: [{ id: t3, tag: a }] }
              - { share: 1, steps: [{ id: w2, wait: 2h }] }
          - id: u2
            wait_until: { when: 'since("B") > 20h' }
            for: 3d
            met: [{ id: t4, tag: quiet }]
          - { id: t5, tag: end }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Led_live_people_come_by_what_a_simulation_of_their_history_says(int seed)
    {
        var random = new Random(seed);
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync(Mixed);
        await world.PassAsync(1_000);
        var from = JourneyWorld.Start;
        for (var i = 0; i < 160; i++)
        {
            var user = "u" + random.Next(12).ToString(CultureInfo.InvariantCulture);
            await world.DoAsync(user, "AABBBXG"[random.Next(7)].ToString());
            await world.PassAsync(random.Next(3) switch { 0 => 1_000, 1 => random.Next(1, 60) * Durations.Minute, _ => random.Next(1, 12) * Durations.Hour });
            if (random.Next(40) == 0)
            {
                await world.RestartAsync();
            }
        }
        var program = world.Host.Database.Read(connection => JourneyShelf.Of(world.Host).InForce(connection, "default"))[0].Program;
        var runs = world.Runs("mixed").ToLookup(run => run.Person, StringComparer.Ordinal);
        Assert.True(runs.Sum(group => group.Count()) > 15, "too few entries to show anything");
        world.Engine.Read(state =>
        {
            var rules = JourneyShelf.Of(world.Host).RulesOf(state, program)!;
            using var desk = new Ciclo.Engine.Runtime.Analysis.PersonDesk(state, rules);
            for (var i = 0; i < 12; i++)
            {
                var person = "user_id:u" + i.ToString(CultureInfo.InvariantCulture);
                var profile = PersonFacts.ProfileOf(state, person);
                if (profile < 0)
                {
                    continue;
                }
                var live = runs[person].OrderBy(run => run.EnteredAt).ToList();
                var turns = JourneySimulation.TurnsOf(desk, program, profile, world.Host.NowMs);
                var entries = JourneyCourse.Entries(program, new PersonFacts(state, world.Engine.Journal, program, desk, new BestReach(world.Host, "default")).Of(profile), n => Run.SeedOf("mixed", 1, person, live[n - 1].Entry), turns, from, world.Host.NowMs);
                Assert.Equal(entries.Select(entry => entry.At), live.Select(run => run.EnteredAt));
                foreach (var ((_, course), run) in entries.Zip(live))
                {
                    Assert.Equal(course.Visits.Select(visit => (program.Nodes[visit.Node].Step.Id, visit.Way, visit.At)), world.Visits(run).Select(visit => (visit.Step, visit.Way, visit.At)));
                    Assert.Equal(course.End.Length == 0 ? "active" : course.End == "done" ? "done" : "left", Run.StatusName(run.Status));
                }
            }
            return 0;
        });
    }

    [Fact]
    public async Task A_test_run_passes_all_waits_and_lets_happen_what_the_tester_says()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.DoAsync("ana", "A");
        await world.SettleAsync();
        var journey = JourneyFile.Read(Mixed, "test").Journey!;
        var from = world.Host.NowMs;
        var course = world.Engine.Read(state => JourneyTrial.Run(
            state, world.Engine.Journal, new JourneyShelf(), new BestReach(world.Host, "default"), journey, PersonFacts.ProfileOf(state, "user_id:ana"), from, [("B", """{"n":1}""", 2 * Durations.Hour)]))!;
        Assert.Equal("done", course.End);
        Assert.Equal(["w1", "i1", "u1", "u1", "t2", "sp"], course.Steps.Take(6).Select(step => step.Step));
        Assert.Equal(from + (2 * Durations.Hour), course.Steps[3].At);
        Assert.Contains(course.Steps, step => step.Step == "t4" && step.At == from + (22 * Durations.Hour) + 1);
        Assert.Empty(world.Runs("mixed"));
    }

    [Fact]
    public async Task A_simulation_counts_people_at_each_step_and_changes_nothing()
    {
        await using var world = await JourneyWorld.OpenAsync();
        for (var i = 0; i < 30; i++)
        {
            await world.DoAsync($"u{i % 10}", i % 3 == 0 ? "B" : "A", agoMs: (40 - i) * Durations.Day);
        }
        await world.SettleAsync();
        var answer = JourneySimulation.Run(world.Engine, new JourneyShelf(), new BestReach(world.Host, "default"), JourneyFile.Read(Mixed, "test").Journey!, 90, default)!;
        Assert.Equal(20, answer.Entered);
        Assert.Equal(answer.Entered, answer.Steps["w1"].Visits);
        Assert.Equal(answer.Entered, answer.Inside + answer.Ends.Values.Sum());
        Assert.Equal(answer.Steps["i1"].Ways.Values.Sum(), answer.Steps["i1"].Visits);
        Assert.Empty(world.Runs("mixed"));
    }

    [Fact]
    public async Task A_simulated_schedule_takes_the_members_of_each_round()
    {
        await using var world = await JourneyWorld.OpenAsync();
        await world.ApplyAsync("{segment: buyers, when: 'count(\"Order Completed\") >= 1'}");
        await world.DoAsync("ana", "Order Completed", agoMs: 20 * Durations.Day);
        await world.DoAsync("bea", "Order Completed", agoMs: 10 * Durations.Day);
        await world.DoAsync("carl", "A", agoMs: 20 * Durations.Day);
        await world.SettleAsync();
        const string Weekly = "{journey: weekly, trigger: {schedule: {every: week, on: mon, at: '09:00', segment: buyers}}, steps: [{tag: weekly}]}";
        // 1 January 2026 was a Thursday: Mondays were 3, 10 and 17 days before, at nine o'clock. Ana is there at all three, Bea at the later two.
        Assert.Equal(5, JourneySimulation.Run(world.Engine, new JourneyShelf(), new BestReach(world.Host, "default"), JourneyFile.Read(Weekly, "test").Journey!, 19, default)!.Entered);
    }
}
