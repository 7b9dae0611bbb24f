using Ciclo.Engine.Hosting;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Onsite;

/// <summary>Content for slots of sites and apps, chosen by the live profile of whoever looks.</summary>
public sealed class OnsiteModule : IModule
{
    public string Name => "onsite";

    public void AddServices(IServiceCollection services) => services.AddSingleton<IChannel, OnsiteChannel>().AddSingleton<SiteMessages>().AddSingleton<PublicOnsite>().AddSingleton<OnsiteEndpoints>();

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<PublicOnsite>().Map(routes);
        routes.ServiceProvider.GetRequiredService<OnsiteEndpoints>().Map(routes);
    }
}
