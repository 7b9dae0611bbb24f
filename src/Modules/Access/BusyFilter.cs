using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Pages;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Access;

/// <summary>Turns a hasher that is full into a page that says so, for every address that checks passwords.</summary>
internal static class BusyFilter
{
    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (PasswordsBusyException)
        {
            context.HttpContext.Response.Headers.RetryAfter = "5";
            return context.HttpContext.OpenPage<NoticePage>(Notice.Busy, StatusCodes.Status503ServiceUnavailable);
        }
    }
}
