using System.CommandLine;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Lifecycles and segments: their files, versions, explanations and simulations, and the settings they depend on.</summary>
public sealed class LifecyclesModule : IModule
{
    public string Name => "lifecycles";

    public IEnumerable<Command> Commands(CommandRunner runner) =>
    [
        DefinitionCommands.Lifecycle(runner),
        DefinitionCommands.Segments(runner),
        PlaceCommands.Stages(runner),
        PlaceCommands.Transitions(runner),
        ExplainCommand.Make(runner),
        SettingsCommands.Settings(runner),
        SettingsCommands.Rates(runner),
    ];
}
