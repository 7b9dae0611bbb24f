using System.CommandLine;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Lifecycles and segments: their files, versions, explanations and simulations, and the settings they depend on.</summary>
public sealed class LifecyclesModule : IModule
{
    public string Name => "lifecycles";

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        Endpoints.Map(routes);
        var host = routes.ServiceProvider.GetRequiredService<DataHost>();
        new LifecycleEndpoints(host).Map(routes);
        new SegmentEndpoints(host).Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) =>
    [
        DefinitionCommands.Lifecycle(runner),
        DefinitionCommands.Segments(runner),
        PlaceCommands.Stages(runner),
        PlaceCommands.Transitions(runner),
        ExplainCommand.Make(runner),
        SettingsCommands.Settings(runner),
        SettingsCommands.Rates(runner),
    ];
}
