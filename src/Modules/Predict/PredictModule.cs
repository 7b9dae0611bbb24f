using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Recommending;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Predict;

/// <summary>Who is worth what, who will buy or leave, and whom a message moves.</summary>
public sealed class PredictModule : IModule
{
    public string Name => "predict";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ModelEndpoints>().AddSingleton<IPersonScores, ModelScores>().AddSingleton(new AttentionSlot("/models/attention"));
        services.AddSingleton<OfferEndpoints>();
        services.AddHostedService<ModelWatch>().AddHostedService<OfferWatch>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<ModelEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<OfferEndpoints>().Map(routes);
        OfferApi.Map(routes);
        ModelApi.Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [ModelCommands.Make(runner), ModelsCommand.Make(runner)];
}
