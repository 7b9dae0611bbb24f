using System.CommandLine;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Engine.Hosting;

/// <summary>
/// One capability: its commands and routes; its tables are the scripts in its `Schema/`. A new module is one folder and one line in the server's list; modules meet only
/// through each other's `Contracts/`.
/// </summary>
public interface IModule
{
    string Name { get; }

    void AddServices(IServiceCollection services)
    {
    }

    void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }

    IEnumerable<Command> Commands(CommandRunner runner) => [];
}
