using System.CommandLine;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Journeys.TeamTasks;
using Ciclo.Modules.Lifecycles.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Journeys;

/// <summary>Journeys: what happens to people step by step, from a move, an event or a date, with waits, branches, messages and what they changed.</summary>
public sealed class JourneysModule : IModule
{
    public string Name => "journeys";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<Conductor>();
        services.AddSingleton<JourneyEndpoints>().AddSingleton<TaskEndpoints>().AddSingleton(new PersonSlot("/customers/{id}/tasks"));
        services.AddHostedService<JourneyWatch>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        JourneyApi.Map(routes);
        TaskApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<TaskEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<JourneyEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var journeys = DefinitionCommands.Common(runner, DefinitionKind.Journey, "journeys", "Journeys: check, apply, list, show, simulate, test.", List);
        journeys.Subcommands.Add(TrialCommands.Simulate(runner));
        journeys.Subcommands.Add(TrialCommands.Test(runner));
        yield return journeys;
    }

    private static int List(CommandContext context)
    {
        var (settings, inForce) = context.Host.Database.Read(connection =>
            (RecordStore.Settings(connection, context.Engine.Id), JourneyShelf.Of(context.Host).InForce(connection, context.Engine.Id)));
        using var rows = context.Rows("id", "version", "label", "state", "inside", "entered", "applied_at");
        foreach (var version in inForce)
        {
            var figures = JourneyFigures.Of(context.Host, context.Engine.Id, version.Journey.Id);
            rows.Write(
                version.Journey.Id, version.Version, version.Journey.Label.In(context.Language), settings.GetValueOrDefault(version.Journey.Id).IsPaused ? "paused" : "live", figures.Inside,
                figures.Entered, new InstantCell(version.AppliedAt));
        }
        return 0;
    }
}
