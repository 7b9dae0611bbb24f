using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Boards.Links;
using Ciclo.Modules.Boards.Mails;
using Ciclo.Modules.Boards.Schedules;
using Ciclo.Modules.Messages.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ciclo.Modules.Boards;

/// <summary>Dashboards: arranged and shared by people, on paper and on a schedule; pages, API and commands.</summary>
public sealed class BoardsModule : IModule
{
    public string Name => "boards";

    public void AddServices(IServiceCollection services) => services
        .AddSingleton<BoardService>().AddSingleton<BoardEndpoints>().AddSingleton<EditEndpoints>().AddSingleton<ShareEndpoints>().AddSingleton<ShareThrottle>()
        .AddSingleton<SharedEndpoints>().AddSingleton<LeaveEndpoints>()
        .AddHostedService(provider => new BoardMailer(provider.GetRequiredService<DataHost>(), provider.GetService<ITeamMail>(), provider.GetRequiredService<ILogger<BoardMailer>>()))
        .AddSingleton<ReportMaker>().AddSingleton<ReportTimer>().AddHostedService(provider => provider.GetRequiredService<ReportTimer>());

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        BoardApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<BoardEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<EditEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<ShareEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<SharedEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<LeaveEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner) => [BoardCommands.Make(runner)];
}
