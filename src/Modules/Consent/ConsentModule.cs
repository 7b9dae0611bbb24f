using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Consent;

/// <summary>Whether people may be written to, what proves it, and the pages on which they decide.</summary>
public sealed class ConsentModule : IModule
{
    public string Name => "consent";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ISendPolicy>(provider => SendPolicy.Of(provider.GetRequiredService<DataHost>()));
        services.AddSingleton<PublicThrottle>().AddSingleton<PublicEndpoints>().AddSingleton<SettingsEndpoints>().AddSingleton<SuppressionEndpoints>().AddSingleton<PersonEndpoints>();
        services.AddHostedService(provider => new Confirmations(provider.GetRequiredService<DataHost>(), provider.GetService<ITemplateLibrary>(), provider.GetRequiredService<ILogger<Confirmations>>()));
        services.AddSingleton(new PersonSlot("/customers/{id}/consent"));
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<PublicEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<SettingsEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<SuppressionEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<PersonEndpoints>().Map(routes);
        ConsentApi.Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => ConsentCommands.All(runner);
}
