using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>What a journey would have done: people entered and still inside, figures of each step, ends by reason, messages by channel.</summary>
public sealed record SimulationAnswer(long Entered, long Inside, IReadOnlyDictionary<string, StepFigures> Steps, IReadOnlyDictionary<string, long> Ends, IReadOnlyDictionary<string, long> Sent)
{
    public long Messages => Sent.Values.Sum();
}

/// <summary>
/// Leads everybody's history through a journey, changing nothing: each entry of the days asked about and what would have followed by now, by the same machine that leads people live. What
/// people would have done because of its messages is not known, and not guessed.
/// </summary>
internal static class JourneySimulation
{
    public const int MostDays = 365;

    /// <summary>People looked at in one reading of the state: those who wait to write wait no longer than that.</summary>
    private const int PeopleAtOnce = 2_000;

    /// <summary>Null where the journey names a segment or lifecycle that is not there.</summary>
    public static SimulationAnswer? Run(WorkspaceEngine engine, JourneyShelf shelf, BestReach reach, Journey journey, int days, CancellationToken cancellation)
    {
        var program = new JourneyProgram(journey);
        var tally = new Tally(program);
        for (int from = 0, next; from >= 0; from = next)
        {
            cancellation.ThrowIfCancellationRequested();
            next = engine.Read(state => shelf.RulesOf(state, program) is { } rules ? Slice(state, engine.Journal, rules, reach, program, days, from, tally) : -2);
            if (next == -2)
            {
                return null;
            }
        }
        return tally.ToAnswer();
    }

    /// <summary>Leads the people of a stretch of profile numbers; answers where to go on, -1 where that was all.</summary>
    private static int Slice(EngineState state, Journal journal, PersonRules rules, BestReach reach, JourneyProgram program, int days, int from, Tally tally)
    {
        var identity = state.Staged.Identity;
        var to = Math.Min(from + PeopleAtOnce, identity.NodeCount);
        using var desk = new PersonDesk(state, rules);
        var facts = new PersonFacts(state, journal, program, desk, reach);
        for (var profile = from; profile < to; profile++)
        {
            if (identity.IsProfile(profile))
            {
                var turns = TurnsOf(desk, program, profile, state.Now);
                var scheduled = program.Journey.Trigger is ScheduleTrigger;
                var since = state.Now - (days * Durations.Day);
                foreach (var (_, course) in JourneyCourse.Entries(
                    program, facts.Of(profile), entry => Journeys.Run.SeedOf(program.Journey.Id, 0, identity.PublicId(profile), entry),
                    scheduled ? WithSchedule(turns, program, facts, since, state.Now) : turns, since, state.Now))
                {
                    tally.Add(course, send => send.Channel != SendStep.Best ? send.Channel : reach.Channel(state, profile, send.Channels, send.Purpose, 1)?.Channel ?? SendStep.Email);
                }
            }
        }
        return to < identity.NodeCount ? to : -1;
    }

    internal static IReadOnlyList<WatchTurn> TurnsOf(PersonDesk desk, JourneyProgram program, int profile, long until) =>
    [
        .. desk.Turns(profile, until).Where(turn => turn.Rule >= program.Conditions.Count)
            .Select(turn => new WatchTurn(turn.Rule - program.Conditions.Count, turn.Began, turn.At)),
    ];

    /// <summary>The instants of a schedule at which the person is a member, as turns of the start.</summary>
    private static List<WatchTurn> WithSchedule(IReadOnlyList<WatchTurn> turns, JourneyProgram program, PersonFacts facts, long since, long now)
    {
        var schedule = (ScheduleTrigger)program.Journey.Trigger;
        var all = turns.Where(turn => turn.Watch != JourneyProgram.Start).ToList();
        for (var at = ScheduleBoard.NextAt(schedule, program.Journey.Zone, since); at <= now; at = ScheduleBoard.NextAt(schedule, program.Journey.Zone, at))
        {
            if (facts.IsOn(JourneyProgram.Start, at))
            {
                all.Add(new WatchTurn(JourneyProgram.Start, true, at));
            }
        }
        return [.. all.OrderBy(turn => turn.At)];
    }

    private sealed class Tally(JourneyProgram program)
    {
        private readonly Dictionary<string, long> ends = new(StringComparer.Ordinal);
        private readonly long[] visits = new long[program.Nodes.Count];
        private readonly long[] here = new long[program.Nodes.Count];
        private readonly Dictionary<int, long>[] ways = [.. program.Nodes.Select(_ => new Dictionary<int, long>())];
        private readonly Dictionary<string, long> sent = new(StringComparer.Ordinal);
        private long entered;
        private long inside;

        public void Add(JourneyCourse course, Func<SendStep, string> channelOf)
        {
            entered++;
            foreach (var visit in course.Visits)
            {
                if (visit.Way >= 0)
                {
                    ways[visit.Node][visit.Way] = ways[visit.Node].GetValueOrDefault(visit.Way) + 1;
                }
                if (visit.Way < 0 || program.Nodes[visit.Node].Step is not UntilStep)
                {
                    visits[visit.Node]++;
                }
                if (program.Nodes[visit.Node].Step is SendStep send)
                {
                    var channel = channelOf(send);
                    sent[channel] = sent.GetValueOrDefault(channel) + 1;
                }
            }
            if (course.End.Length == 0)
            {
                inside++;
                here[course.Position.Node]++;
            }
            else
            {
                ends[course.End] = ends.GetValueOrDefault(course.End) + 1;
            }
        }

        public SimulationAnswer ToAnswer() => new(
            entered, inside,
            program.Nodes.Select((node, i) => (node.Step.Id, Figures: new StepFigures(visits[i], here[i], ways[i], StepFigures.None.Outcomes))).ToDictionary(step => step.Id, step => step.Figures, StringComparer.Ordinal),
            ends, sent);
    }
}
