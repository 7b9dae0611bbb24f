using Ciclo.Engine.Hosting;
using Ciclo.Modules.Consent.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Consent;

/// <summary>Whether people may be written to, what proves it, and the pages on which they decide.</summary>
public sealed class ConsentModule : IModule
{
    public string Name => "consent";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ISendPolicy>(provider => SendPolicy.Of(provider.GetRequiredService<DataHost>()));
        services.AddSingleton<PublicThrottle>().AddSingleton<PublicEndpoints>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<PublicEndpoints>().Map(routes);
}
