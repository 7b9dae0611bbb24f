using System.Net;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Engine.Hosting;

/// <summary>
/// Tells whoever sits at this machine from the rest: for the demo, which asks for no password, and for scrapers beside the server. Both the connection and the Host header must
/// be loopback: with the connection alone, a page elsewhere could point a name of its own at 127.0.0.1 and read ours through the
/// visitor's browser (DNS rebinding). A request that came through a proxy is refused too, for then the connection says nothing.
/// </summary>
public static class LoopbackOnly
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Original-For", "X-Real-IP"];

    public static bool Allows(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } peer && IsLoopback(peer)
        && IsLoopbackName(http.Request.Host.Host)
        && !ProxyHeaders.Any(http.Request.Headers.ContainsKey);

    /// <summary>`localhost`, or an address of 127.0.0.0/8 or ::1.</summary>
    public static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsLoopback(address));

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
