using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Customers;

/// <summary>People as the team sees and works with them: the list and its search, one customer whole, tags, lists and notes.</summary>
public sealed class CustomersModule : IModule
{
    public string Name => "customers";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(provider => new LiveStreams(provider.GetRequiredService<DataHost>().Clock, provider.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>()));
        services.AddSingleton<CustomerEndpoints>();
        services.AddSingleton<ListEndpoints>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<ListEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<CustomerEndpoints>().Map(routes);
    }
}
