using Ciclo.Core.Events;
using Ciclo.Engine.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ciclo.Modules.Collect;

/// <summary>The Segment-compatible tracking API. Another module provides <see cref="Contracts.IWriteKeys"/>.</summary>
public sealed class CollectModule : IModule
{
    public string Name => "collect";

    public void AddServices(IServiceCollection services) => services.AddCollect();

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.MapCollect();
}

/// <summary>The module's services and routes, for hosts that want them alone.</summary>
public static class CollectExtensions
{
    /// <summary>The calls by path under /v1/; null is a batch. The single letters are the browser library's.</summary>
    private static readonly (string Path, CallType? Call)[] Paths =
    [
        ("track", CallType.Track), ("t", CallType.Track),
        ("page", CallType.Page), ("p", CallType.Page),
        ("identify", CallType.Identify), ("i", CallType.Identify),
        ("group", CallType.Group), ("g", CallType.Group),
        ("alias", CallType.Alias), ("a", CallType.Alias),
        ("screen", CallType.Screen), ("s", CallType.Screen),
        ("batch", null), ("b", null), ("import", null),
    ];

    public static IServiceCollection AddCollect(this IServiceCollection services, Action<CollectOptions>? configure = null)
    {
        var options = new CollectOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<CollectMetrics>();
        services.AddSingleton<Endpoints>();
        return services;
    }

    /// <summary>Maps the routes. They are open to anyone who holds a write key, and check it themselves.</summary>
    public static IEndpointRouteBuilder MapCollect(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<Endpoints>();
        var group = routes.MapGroup("/v1").AllowAnonymous();
        foreach (var (path, call) in Paths)
        {
            group.MapPost(path, http => endpoints.CollectAsync(http, call));
            group.MapMethods(path, [HttpMethods.Options], Cors.PreflightAsync);
        }
        const string settings = "projects/{writeKey}/settings";
        group.MapGet(settings, endpoints.SettingsAsync);
        group.MapMethods(settings, [HttpMethods.Options], Cors.PreflightAsync);
        return routes;
    }
}
