using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ciclo.Kit;

/// <summary>
/// A page rendered whole on the server from its model. The component has the parameters `L` (a <see cref="Locale"/>), `Here` (the
/// request's path and query) and `Model`. Only our own files may load or run.
/// </summary>
public sealed class PageResult<TPage>(Locale locale, object model, int status = StatusCodes.Status200OK) : IResult
    where TPage : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        // From the program's own root: what a proxy puts before it is added to the whole page at the end.
        var here = httpContext.Request.Path + httpContext.Request.QueryString;
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) { ["L"] = locale, ["Here"] = here, ["Model"] = model });
        services.GetRequiredService<ReaderTheme>().Read(httpContext.Request);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(parameters)).ToHtmlString());
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        PageHeaders.Add(response);
        await response.WriteAsync("<!DOCTYPE html>\n" + BasePath.In(html, httpContext.Request.PathBase.ToUriComponent()), httpContext.RequestAborted);
    }
}

/// <summary>What every page says to the browser: load and run only what is ours, nothing inline, keep nothing, be framed by nobody.</summary>
public static class PageHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Add(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept-Language, Cookie";
    }
}
