using System.CommandLine;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Safety;

/// <summary>What keeps data safe, and what takes it away for good: `erase`, `backup`, `restore`.</summary>
public sealed class SafetyModule : IModule
{
    public string Name => "safety";

    public void MapEndpoints(IEndpointRouteBuilder routes) => Endpoints.Map(routes);

    public IEnumerable<Command> Commands(CommandRunner runner) => [EraseCommands.Erase(runner), BackupCommands.Backup(runner), BackupCommands.Restore(runner)];
}
