using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ciclo.Kit;

/// <summary>
/// A page rendered whole on the server from its model. The component has the parameters `L` (a <see cref="Locale"/>), `Here` (the
/// request's path and query) and `Model`. Nothing but our own style sheet may run or load.
/// </summary>
public sealed class PageResult<TPage>(Locale locale, object model, int status = StatusCodes.Status200OK) : IResult
    where TPage : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var here = httpContext.Request.PathBase + httpContext.Request.Path + httpContext.Request.QueryString;
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) { ["L"] = locale, ["Here"] = here, ["Model"] = model });
        services.GetRequiredService<ReaderTheme>().Read(httpContext.Request);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(parameters)).ToHtmlString());
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        PageHeaders.Add(response);
        await response.WriteAsync("<!DOCTYPE html>\n" + html, httpContext.RequestAborted);
    }
}

/// <summary>What every page says to the browser: load nothing from elsewhere, run nothing, keep nothing, be framed by nobody.</summary>
public static class PageHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Add(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept-Language, Cookie";
    }
}
