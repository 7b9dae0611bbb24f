using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Sources;

/// <summary>What comes in, as people see it: the first run, the health of the server, the events seen, aliases, what was refused, who is who.</summary>
public sealed class SourcesModule : IModule
{
    public string Name => "sources";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<StartEndpoints>();
        services.AddSingleton<SourceEndpoints>();
        services.AddSingleton<RejectedEndpoints>();
        services.AddSingleton(provider => SchemaSurveys.Of(provider.GetRequiredService<DataHost>()));
        services.AddSingleton<RetryService>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<StartEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<SourceEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<RejectedEndpoints>().Map(routes);
    }
}
