using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Funnels;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Measure;

/// <summary>The catalogue of numbers, the rows behind them, funnels and cohorts: pages, API and commands.</summary>
public sealed class MeasureModule : IModule
{
    public string Name => "measure";

    public void AddServices(IServiceCollection services) =>
        services.AddHostedService<MeasureWarmth>().AddSingleton<Endpoints>().AddSingleton<FunnelEndpoints>().AddSingleton<CohortEndpoints>().AddSingleton(new AttentionSlot("/numbers/attention"));

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        MetricApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<Endpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<FunnelEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<CohortEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [MetricsCommand.Make(runner), FlowCommands.Funnel(runner), FlowCommands.Cohorts(runner)];
}
