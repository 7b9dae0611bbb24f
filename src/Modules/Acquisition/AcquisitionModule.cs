using System.CommandLine;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Acquisition;

/// <summary>Where people come from, what it costs to win them, and what they bring.</summary>
public sealed class AcquisitionModule : IModule
{
    public string Name => "acquisition";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<AcquisitionEndpoints>();
        services.AddSingleton<CostEndpoints>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<AcquisitionEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<CostEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => CostCommands.All(runner);
}
