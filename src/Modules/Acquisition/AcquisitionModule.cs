using System.CommandLine;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Acquisition;

/// <summary>Where people come from, what it costs to win them, and what they bring.</summary>
public sealed class AcquisitionModule : IModule
{
    public string Name => "acquisition";

    public IEnumerable<Command> Commands(CommandRunner runner) => CostCommands.All(runner);
}
