using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>
/// A step that a test run came by. <paramref name="Way"/>: the branch taken, -1 for none; <paramref name="Does"/>: whether the step does something to the person; <paramref name="Chosen"/>: the
/// channel or the hour (`18:00`) that it chose for the person, empty for none, and <paramref name="Why"/>.
/// </summary>
public sealed record TrialStep(string Step, long At, int Way, bool Does, string Chosen = "", Text Why = default);

/// <summary>A test run. <paramref name="End"/>: `done`, `exit`, `goal`, or empty where it still waits at the last instant; <paramref name="EndedAt"/> goes with it.</summary>
public sealed record TrialCourse(IReadOnlyList<TrialStep> Steps, string End, long EndedAt);

/// <summary>
/// Leads one person through a journey in virtual time: enters now, lets all waits pass, and lets happen meanwhile what the tester says. Nothing is changed and nothing is sent.
/// </summary>
internal static class JourneyTrial
{
    /// <summary>How far ahead a test run looks.</summary>
    public const int Days = 800;

    public const int MostEvents = 20;

    /// <summary>Null where the journey names a segment or lifecycle that is not there. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
    /// <param name="state">The workspace.</param>
    /// <param name="journal">The workspace's.</param>
    /// <param name="shelf">Of plans.</param>
    /// <param name="reach">By what channel and at what hour people are reached.</param>
    /// <param name="journey">As it is being written.</param>
    /// <param name="profile">Who goes through it.</param>
    /// <param name="from">The instant of the entry, Unix milliseconds.</param>
    /// <param name="meanwhile">Track events that happen on the way: name, properties as JSON, and how long after the entry.</param>
    public static TrialCourse? Run(EngineState state, Journal journal, JourneyShelf shelf, BestReach reach, Journey journey, int profile, long from, IReadOnlyList<(string Event, string Properties, long AfterMs)> meanwhile)
    {
        var program = new JourneyProgram(journey);
        if (shelf.RulesOf(state, program) is not { } rules)
        {
            return null;
        }
        using var desk = new PersonDesk(state, rules, [.. meanwhile.Select(one => (one.Event, one.Properties, At: from + one.AfterMs)).OrderBy(one => one.At)]);
        var facts = new PersonFacts(state, journal, program, desk, reach).Of(profile);
        var until = from + (Days * Durations.Day);
        var turns = JourneySimulation.TurnsOf(desk, program, profile, until);
        var course = JourneyCourse.Follow(program, facts, Journeys.Run.SeedOf(journey.Id, 0, state.Staged.Identity.PublicId(profile), 1), from, turns, until);
        return new TrialCourse([.. course.Visits.Select(visit =>
        {
            var step = program.Nodes[visit.Node].Step;
            var trial = new TrialStep(step.Id, visit.At, visit.Way, Deeds.Acts(step));
            return step switch
            {
                // A test draws nothing by chance: it shows what is best.
                SendStep { Channel: SendStep.Best } send when reach.Channel(state, profile, send.Channels, send.Purpose, 1) is { } choice => trial with { Chosen = choice.Channel, Why = choice.Why },
                HourStep { Minute: HourStep.Best } when reach.NextAt(state, profile, facts.Zone, visit.At) is { } hour => trial with { Chosen = BestReach.Clock(hour.Hour), Why = hour.Why },
                HourStep { Minute: HourStep.Best } => trial with { Why = BestReach.NotUsed },
                _ => trial,
            };
        })], course.End, course.EndedAt);
    }
}
