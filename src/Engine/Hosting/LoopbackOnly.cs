using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Engine.Hosting;

/// <summary>Marks a route that answers at this machine alone; the inventory of routes reads it.</summary>
public sealed record LoopbackRoute;

/// <summary>
/// Serves a route only to whoever sits at this machine, for as long as nobody can sign in. Both the connection and the Host header must
/// be loopback: with the connection alone, a page elsewhere could point a name of its own at 127.0.0.1 and read ours through the
/// visitor's browser (DNS rebinding). A request that came through a proxy is refused too, for then the connection says nothing.
/// </summary>
public static class LoopbackOnly
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];

    /// <summary>Guards routes; others than local requests get <paramref name="refusal"/>, by default one line of text, with 403.</summary>
    public static TBuilder RequireLoopback<TBuilder>(this TBuilder routes, Func<HttpContext, IResult>? refusal = null)
        where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new LoopbackRoute()).AddEndpointFilter(async (context, next) => Allows(context.HttpContext)
            ? await next(context)
            : (refusal ?? Refuse)(context.HttpContext));

    public static bool Allows(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } peer && IsLoopback(peer)
        && IsLoopbackName(http.Request.Host.Host)
        && !ProxyHeaders.Any(http.Request.Headers.ContainsKey);

    /// <summary>`localhost`, or an address of 127.0.0.0/8 or ::1.</summary>
    public static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsLoopback(address));

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static IResult Refuse(HttpContext http) => Results.Text(
        "This answers only on the machine where Ciclo runs. Esto solo responde en la máquina donde corre Ciclo.", statusCode: StatusCodes.Status403Forbidden);
}
