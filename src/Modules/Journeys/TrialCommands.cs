using System.CommandLine;
using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Journeys;

/// <summary>`ciclo journeys simulate` and `ciclo journeys test`: what a file would do, and nothing is changed.</summary>
internal static class TrialCommands
{
    private static readonly Text Broken = new(
        "The journey names a segment or a lifecycle that is not there. `ciclo journeys validate` says which.", "El recorrido nombra un segmento o un ciclo de vida que no existe. `ciclo journeys validate` dice cuál.");

    public static Command Simulate(CommandRunner runner)
    {
        var file = new Argument<string>("FILE") { Description = "The journey's YAML file." };
        var days = new Option<int>("--days") { Description = "How many days back, 1 to 365.", DefaultValueFactory = _ => 90 };
        return runner.Bind(new Command("simulate", "Lead the history of the last days through a journey.") { file, days }, (arguments, context, cancellation) =>
        {
            if (Read(context, arguments.GetValue(file)!) is not { } journey)
            {
                return Task.FromResult(1);
            }
            if (arguments.GetValue(days) is not (>= 1 and <= JourneySimulation.MostDays and var back))
            {
                return Task.FromResult(context.Fail(new Text($"--days is 1 to {JourneySimulation.MostDays}.", $"--days va de 1 a {JourneySimulation.MostDays}.")));
            }
            if (JourneySimulation.Run(context.Engine, JourneyShelf.Of(context.Host), new BestReach(context.Host, context.Engine.Id), journey, back, cancellation) is not { } answer)
            {
                return Task.FromResult(context.Fail(Broken));
            }
            using var rows = context.Rows("step", "people", "here", "way", "took");
            rows.Write("entered", answer.Entered, answer.Inside, null, null);
            foreach (var (step, figures) in answer.Steps)
            {
                rows.Write(step, figures.Visits, figures.Here, null, null);
                foreach (var (way, people) in figures.Ways.OrderBy(way => way.Key))
                {
                    rows.Write(step, null, null, way, people);
                }
            }
            foreach (var (end, people) in answer.Ends)
            {
                rows.Write(end, people, null, null, null);
            }
            rows.Write("messages", answer.Messages, null, null, null);
            if (MessageCosts.Read(context.Host, context.Engine.Id).Of(answer.Sent) is { } cost)
            {
                rows.Write("cost", cost, null, null, null);
            }
            return Task.FromResult(0);
        });
    }

    public static Command Test(CommandRunner runner)
    {
        var file = new Argument<string>("FILE") { Description = "The journey's YAML file." };
        var user = new Option<string>("--user") { Description = "Who goes through it: a user id, prf_…, user_id:V, anonymous_id:V or email:V.", Required = true };
        var events = new Option<string[]>("--event") { Description = "An event that happens on the way and when after the entry, such as 'Order Completed@2h'; several in any order." };
        return runner.Bind(new Command("test", "Lead one person through a journey in virtual time.") { file, user, events }, (arguments, context, _) =>
        {
            if (Read(context, arguments.GetValue(file)!) is not { } journey)
            {
                return Task.FromResult(1);
            }
            var meanwhile = new List<(string, string, long)>();
            foreach (var text in arguments.GetValue(events) ?? [])
            {
                var at = text.LastIndexOf('@');
                if (at < 1 || !Durations.TryParse(text[(at + 1)..], out var after) || after <= 0 || meanwhile.Count >= JourneyTrial.MostEvents)
                {
                    return Task.FromResult(context.Fail(new Text(
                        $"'{text}' is no event with its time, such as 'Order Completed@2h'; at most {JourneyTrial.MostEvents}.",
                        $"'{text}' no es un evento con su momento, como 'Order Completed@2h'; {JourneyTrial.MostEvents} como máximo.")));
                }
                meanwhile.Add((text[..at], "{}", after));
            }
            var (isKnown, course) = context.Engine.Read(state =>
            {
                var name = arguments.GetValue(user)!;
                var profile = PersonFacts.ProfileOf(state, name);
                profile = profile >= 0 ? profile : PersonFacts.ProfileOf(state, "user_id:" + name);
                return (profile >= 0, profile < 0 ? null : JourneyTrial.Run(state, context.Engine.Journal, JourneyShelf.Of(context.Host), new BestReach(context.Host, context.Engine.Id), journey, profile, state.Now, meanwhile));
            });
            if (!isKnown)
            {
                return Task.FromResult(context.Fail(new Text("Nobody is known by that name.", "No se conoce a nadie con ese nombre.")));
            }
            if (course is null)
            {
                return Task.FromResult(context.Fail(Broken));
            }
            using var rows = context.Rows("at", "step", "way", "chosen", "why");
            foreach (var step in course.Steps)
            {
                rows.Write(new InstantCell(step.At), step.Step, step.Way < 0 ? null : step.Way, step.Chosen.Length > 0 ? step.Chosen : null, step.Why == default ? null : step.Why.In(context.Language));
            }
            rows.Write(new InstantCell(course.EndedAt), course.End.Length == 0 ? "waiting" : course.End, null, null, null);
            return Task.FromResult(0);
        });
    }

    private static Journey? Read(CommandContext context, string path)
    {
        var files = DefinitionCommands.ReadFiles(context, DefinitionKind.Journey, [path]);
        DefinitionCommands.Print(context, DefinitionCommands.ServiceOf(context).Check(files));
        return files[0].Journey;
    }
}
