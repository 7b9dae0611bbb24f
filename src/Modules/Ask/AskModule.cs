using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Ask.Export;
using Ciclo.Modules.Ask.Parts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Ask;

/// <summary>Questions in SQL over the whole history, and exports: page, API and commands.</summary>
public sealed class AskModule : IModule
{
    public string Name => "ask";

    public void AddServices(IServiceCollection services) => services.AddSingleton<SqlPages>();

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        SqlApi.Map(routes);
        ExportApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<SqlPages>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [SqlCommand.Make(runner), ExportCommand.Make(runner), PartsCommands.Make(runner)];
}
