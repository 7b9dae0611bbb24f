using Ciclo.Core.Time;
using Ciclo.Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>How endpoints answer a visitor: in their language, with the times of their workspace's zone.</summary>
public static class PageAnswers
{
    private static readonly string[] Reads = ["GET", "HEAD"];

    /// <summary>How the visitor reads.</summary>
    public static Locale Locale(this HttpContext http) => new(ReaderLanguage.Of(http.Request), http.Visitor().Engine.Rules.Zone);

    /// <summary>A whole page.</summary>
    public static PageResult<TPage> Page<TPage>(this HttpContext http, object model, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(http.Locale(), model, status);

    /// <summary>A page for whoever it may be: strangers have no workspace, and so no zone.</summary>
    public static PageResult<TPage> OpenPage<TPage>(this HttpContext http, object model, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(new Locale(ReaderLanguage.Of(http.Request), Zone.Utc), model, status);

    /// <summary>A piece that goes into a page which is there already.</summary>
    public static FragmentResult<TPart> Part<TPart>(this HttpContext http, object model)
        where TPart : IComponent => new(http.Locale(), model);

    /// <summary>The status of a page that a form leads back to: 400 with a refusal.</summary>
    public static int StatusOf(object? refusal) => refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;

    /// <summary>A page's address: read by GET, and by HEAD for whoever wants to know that it is there.</summary>
    public static IEndpointConventionBuilder MapReads(this IEndpointRouteBuilder routes, string pattern, Delegate handler) => routes.MapMethods(pattern, Reads, WhenAsked(routes, handler));

    /// <summary>What a page's form or button sends.</summary>
    public static IEndpointConventionBuilder MapSends(this IEndpointRouteBuilder routes, string pattern, Delegate handler) => routes.MapPost(pattern, WhenAsked(routes, handler));

    /// <summary>Reading a handler's parameters is compiled when it is first asked for: for all pages at once it would take most of a server's start.</summary>
    private static RequestDelegate WhenAsked(IEndpointRouteBuilder routes, Delegate handler)
    {
        var compiled = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(handler, new RequestDelegateFactoryOptions { ServiceProvider = routes.ServiceProvider }).RequestDelegate);
        return http => compiled.Value(http);
    }
}
