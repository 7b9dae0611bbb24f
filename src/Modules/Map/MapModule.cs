using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Map;

/// <summary>The journey map: touchpoints by stage and channel, and the paths as they were really gone.</summary>
public sealed class MapModule : IModule
{
    public string Name => "map";

    public void AddServices(IServiceCollection services) => services.AddSingleton<Endpoints>();

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<Endpoints>().Map(routes);
}
