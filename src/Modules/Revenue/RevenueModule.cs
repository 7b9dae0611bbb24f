using System.CommandLine;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Revenue;

/// <summary>What customers bring: subscriptions and how their MRR moves, orders, and what customers are worth.</summary>
public sealed class RevenueModule : IModule
{
    public string Name => "revenue";

    public void MapEndpoints(IEndpointRouteBuilder routes) => MrrEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<DataHost>());

    public IEnumerable<Command> Commands(CommandRunner runner) => [MrrCommand.Make(runner)];
}
