using System.CommandLine;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Profiles;

/// <summary>People: who they are, what they did, what was refused.</summary>
public sealed class ProfilesModule : IModule
{
    public string Name => "profiles";

    public void MapEndpoints(IEndpointRouteBuilder routes) => Endpoints.Map(routes);

    public IEnumerable<Command> Commands(CommandRunner runner) =>
        [ProfileCommands.Events(runner), ProfileCommands.Rejected(runner), ProfileCommands.Identity(runner)];
}
