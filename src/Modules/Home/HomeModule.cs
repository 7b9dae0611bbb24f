using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Home;

/// <summary>The plain pages: the cycle, the customers, one customer.</summary>
public sealed class HomeModule : IModule
{
    public string Name => "home";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(provider => new KeptReadings<HomeReading>(provider.GetRequiredService<DataHost>().Clock));
        services.AddSingleton(provider => new KeptReadings<StageReading>(provider.GetRequiredService<DataHost>().Clock));
        services.AddHostedService<HomeWarmth>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => Endpoints.Map(routes);

    /// <summary>Gives a person whose address leads nowhere a page instead of an empty 404; programs and strangers get the empty one.</summary>
    public static async Task NotFoundPageAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        var isBare = http.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentType: null };
        if (isBare && HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal) && await http.FindVisitorAsync() is { } visitor)
        {
            await Endpoints.NotFound(http, visitor.Engine).ExecuteAsync(http);
        }
    }
}
