using Ciclo.Engine.Hosting;
using Ciclo.Modules.Customers.Changes;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Customers.Search;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Customers;

/// <summary>People as the team sees and works with them: the list and its search, one customer whole, tags, lists and notes.</summary>
public sealed class CustomersModule : IModule
{
    public string Name => "customers";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<CustomerEndpoints>();
        services.AddSingleton<ListEndpoints>();
        services.AddSingleton<PersonEndpoints>();
        services.AddSingleton<PeopleListEndpoints>();
        services.AddSingleton<TraitEndpoints>();
        services.AddSingleton<IdentityEndpoints>();
        services.AddSingleton<PrivacyEndpoints>();
        services.AddSingleton<IPersonScores, SurveyScores>();
        services.AddHostedService<IndexWarmth>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<ListEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<CustomerEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<PersonEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<PeopleListEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<TraitEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<IdentityEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<PrivacyEndpoints>().Map(routes);
    }
}
