using System.CommandLine;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Revenue;

/// <summary>What customers bring: subscriptions and how their MRR moves, orders, and what customers are worth.</summary>
public sealed class RevenueModule : IModule
{
    public string Name => "revenue";

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var host = routes.ServiceProvider.GetRequiredService<DataHost>();
        MrrEndpoint.Map(routes, host);
        new Endpoints(host).Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [MrrCommand.Make(runner)];
}
