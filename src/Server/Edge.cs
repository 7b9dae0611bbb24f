using Ciclo.Kit;
using Microsoft.AspNetCore.HttpOverrides;

namespace Ciclo.Server;

/// <summary>
/// What holds for every request before anything looks at it: who really sent it, where the program's own root is, and what each answer
/// tells browsers.
/// </summary>
public static class Edge
{
    private const string OneYear = "max-age=31536000";

    public static void Use(WebApplication app, ServerOptions options)
    {
        if (options.Proxies.Count > 0)
        {
            app.UseForwardedHeaders(Forwarded(options));
        }
        app.Use((http, next) =>
        {
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            if (http.Request.IsHttps)
            {
                http.Response.Headers.StrictTransportSecurity = OneYear;
            }
            return next(http);
        });
        if (options.BasePath.Length > 0)
        {
            app.Use((http, next) => UnderAsync(options.BasePath, http, next));
        }
    }

    /// <summary>Headers are read from the nearest proxy outwards, as long as each is one of those named: what a client wrote itself stays unread.</summary>
    private static ForwardedHeadersOptions Forwarded(ServerOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.Proxies)
        {
            forwarded.KnownIPNetworks.Add(proxy);
        }
        return forwarded;
    }

    /// <summary>
    /// Takes the base path off an address, for proxies that leave it on, and remembers it for links. A redirect that the program made from its
    /// own root is led under it.
    /// </summary>
    private static Task UnderAsync(string basePath, HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments(basePath, StringComparison.Ordinal, out var rest))
        {
            http.Request.Path = rest.HasValue ? rest : "/";
        }
        http.Request.PathBase = basePath;
        http.Response.OnStarting(() =>
        {
            if (http.Response.Headers.Location is [{ } location])
            {
                http.Response.Headers.Location = BasePath.Of(basePath, location);
            }
            return Task.CompletedTask;
        });
        return next(http);
    }
}
