using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>`ciclo stages` and `ciclo transitions`: where everyone is, and the whole history of moves.</summary>
internal static class PlaceCommands
{
    public static Command Stages(CommandRunner runner) => Make(runner, "stages", "Everyone's stage in a lifecycle, and since when.", (context, lifecycle, at) =>
    {
        if (context.Engine.Read(state => IndexOf(state, lifecycle) is >= 0 and var index ? Queries.Stages(state, index, at) : null) is not { } found)
        {
            return context.Fail(DefinitionCommands.NoneOf(lifecycle));
        }
        using var rows = context.Rows("user_id", "stage", "since");
        foreach (var row in found)
        {
            rows.Write(row.UserId, row.Stage, new InstantCell(row.Since));
        }
        return 0;
    });

    public static Command Transitions(CommandRunner runner) => Make(runner, "transitions", "Every move of everyone in a lifecycle, by user and time.", (context, lifecycle, at) =>
    {
        if (context.Engine.Read(state => IndexOf(state, lifecycle) is >= 0 and var index ? Queries.Transitions(state, index, at) : null) is not { } found)
        {
            return context.Fail(DefinitionCommands.NoneOf(lifecycle));
        }
        using var rows = context.Rows("user_id", "from", "to", "at");
        foreach (var row in found)
        {
            rows.Write(row.UserId, row.From, row.To, new InstantCell(row.At));
        }
        return 0;
    });

    private static int IndexOf(EngineState state, string lifecycle) => state.Placement.Plan.LifecycleIndex(lifecycle);

    private static Command Make(CommandRunner runner, string name, string description, Func<CommandContext, string, long?, int> run)
    {
        var lifecycle = new Option<string>("--lifecycle") { Description = "The lifecycle's id.", Required = true };
        var at = AtOption.Make();
        return runner.Bind(new Command(name, description) { lifecycle, at }, (arguments, context, _) =>
            Task.FromResult(run(context, arguments.GetValue(lifecycle)!, AtOption.Read(arguments, at))));
    }
}
