using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Templates;

/// <summary>Templates of messages: blocks or HTML with Liquid, in several languages, with versions; pages, API and commands.</summary>
public sealed class TemplatesModule : IModule
{
    public string Name => "templates";

    public void AddServices(IServiceCollection services) => services
        .AddSingleton(provider => TemplateService.Of(provider.GetRequiredService<DataHost>()))
        .AddSingleton<ITemplates>(provider => provider.GetRequiredService<TemplateService>()).AddSingleton<ITemplateLibrary>(provider => provider.GetRequiredService<TemplateService>())
        .AddSingleton<Previews>().AddSingleton<TemplateEndpoints>().AddSingleton<EditEndpoints>();

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        TemplateApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<TemplateEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<EditEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [TemplateCommands.Make(runner)];
}
