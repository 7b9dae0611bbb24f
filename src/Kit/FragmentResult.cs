using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ciclo.Kit;

/// <summary>
/// A piece of a page, asked for by the page that it goes into. The component has the parameters `L` (a <see cref="Locale"/>) and `Model`;
/// parts of the kit inside it find the locale too.
/// </summary>
public sealed class FragmentResult<TPart>(Locale locale, object model, int status = StatusCodes.Status200OK) : IResult
    where TPart : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Value"] = locale,
            ["IsFixed"] = true,
            ["ChildContent"] = (RenderFragment)(builder =>
            {
                builder.OpenComponent(0, typeof(TPart));
                builder.AddComponentParameter(1, "L", locale);
                builder.AddComponentParameter(2, "Model", model);
                builder.CloseComponent();
            }),
        });
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<CascadingValue<Locale>>(parameters)).ToHtmlString());
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        PageHeaders.Add(response);
        await response.WriteAsync(BasePath.In(html, httpContext.Request.PathBase.ToUriComponent()), httpContext.RequestAborted);
    }
}
