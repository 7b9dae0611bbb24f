using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Revenue;

/// <summary>What customers bring: subscriptions and how their MRR moves, orders, and what customers are worth.</summary>
public sealed class RevenueModule : IModule
{
    public string Name => "revenue";

    public void AddServices(IServiceCollection services) => services.AddSingleton<IMetricSource, RevenueSource>();

    public void MapEndpoints(IEndpointRouteBuilder routes) => MrrEndpoint.Map(routes);

    public IEnumerable<Command> Commands(CommandRunner runner) => [MrrCommand.Make(runner)];
}
