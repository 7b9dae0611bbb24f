using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Reaching;
using Ciclo.Modules.Predict.Recommending;
using Ciclo.Modules.Predict.Views;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Predict;

/// <summary>Who is worth what, who will buy or leave, and whom a message moves.</summary>
public sealed class PredictModule : IModule
{
    public string Name => "predict";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ModelEndpoints>().AddSingleton<IPersonScores, ModelScores>();
        services.AddSingleton<OfferEndpoints>().AddSingleton<ChurnEndpoints>().AddSingleton<LeadEndpoints>().AddSingleton<LiftEndpoints>().AddSingleton<ReachEndpoints>();
        services.AddSingleton(new ExperimentSlot("/models/lift/{id}")).AddSingleton(new PersonSlot("/customers/{id}/reach"));
        services.AddHostedService<ModelWatch>().AddHostedService<OfferWatch>().AddHostedService<ReachWatch>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<ModelEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<OfferEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<ChurnEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<LeadEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<LiftEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<ReachEndpoints>().Map(routes);
        OfferApi.Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [ModelCommands.Make(runner)];
}
