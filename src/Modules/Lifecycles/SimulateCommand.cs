using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>`ciclo lifecycle simulate FILE`: what a definition would change, without changing it.</summary>
internal static class SimulateCommand
{
    public static Command Make(CommandRunner runner)
    {
        var file = new Argument<string>("FILE") { Description = "The lifecycle as it might become." };
        var show = new Option<string>("--show")
        {
            Description = "sizes: people per stage under both. over-time: the same at the end of each of the last 12 months. movers: who would be elsewhere.",
            DefaultValueFactory = _ => "sizes",
        };
        show.AcceptOnlyFromAmong("sizes", "over-time", "movers");
        var at = AtOption.Make();
        return runner.Bind(new Command("simulate", "Replay the whole history under another definition, beside the current one, and change nothing.") { file, show, at }, (arguments, context, cancellation) =>
        {
            var files = DefinitionCommands.ReadFiles(context, DefinitionKind.Lifecycle, [arguments.GetValue(file)!]);
            var service = DefinitionCommands.ServiceOf(context);
            if (DefinitionCommands.Print(context, service.Check(files)))
            {
                return Task.FromResult(context.Fail(new Text("Nothing was simulated.", "No se simuló nada.")));
            }
            var instant = AtOption.Read(arguments, at) ?? context.Host.NowMs;
            var simulation = Simulation.Run(context.Engine, context.Host.Clock, service.SetWith(files), files[0].Id!, instant, 1, cancellation);
            Print(context, simulation, arguments.GetValue(show)!);
            return Task.FromResult(0);
        });
    }

    private static void Print(CommandContext context, Simulation simulation, string show)
    {
        switch (show)
        {
            case "movers":
                using (var rows = context.Rows("user_id", "from", "to"))
                {
                    var names = context.Engine.Read(state => Simulation.UserIds(state, simulation.Movers));
                    foreach (var (mover, userId) in simulation.Movers.Zip(names).OrderBy(pair => pair.Second, StringComparer.Ordinal))
                    {
                        rows.Write(userId, simulation.StageName(mover.From), simulation.StageName(mover.To));
                    }
                }
                break;
            case "over-time":
                using (var rows = context.Rows("at", "stage", "current", "simulated"))
                {
                    foreach (var point in simulation.OverTime)
                    {
                        foreach (var size in point.Sizes)
                        {
                            rows.Write(new InstantCell(point.At), size.Stage, size.Current, size.Simulated);
                        }
                    }
                }
                break;
            default:
                using (var rows = context.Rows("stage", "current", "simulated", "change"))
                {
                    foreach (var size in simulation.Sizes)
                    {
                        rows.Write(size.Stage, size.Current, size.Simulated, size.Simulated - size.Current);
                    }
                }
                context.Error.WriteLine(new Text(
                    $"{simulation.Movers.Count} of {simulation.Profiles} people would be in another stage. See them with --show movers.",
                    $"{simulation.Movers.Count} de {simulation.Profiles} personas estarían en otra etapa. Míralas con --show movers.").In(context.Language));
                break;
        }
    }
}
