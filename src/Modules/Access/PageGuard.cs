using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ciclo.Modules.Access;

/// <summary>Decides on one request to a page: it may go on (null), or is answered with what is in the way and the next step.</summary>
public sealed class PageGuard(FrontDesk desk, IAntiforgery antiforgery)
{
    /// <summary>A stranger's form is a few fields.</summary>
    private const long LargestOpenForm = 16 * 1024;

    public async ValueTask<IResult?> RefuseAsync(HttpContext http, PageRule rule)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (desk.IsShut(http))
        {
            return http.OpenPage<DemoOnlyPage>(http.Connection.LocalPort, StatusCodes.Status403Forbidden);
        }
        var visitor = await desk.FindAsync(http);
        if (!rule.IsOpen && visitor is null)
        {
            return ToSignIn(http);
        }
        if (rule.Permission is { } permission && !visitor!.May(permission))
        {
            // Who may not see the cycle begins where they work.
            return http.Request.Path == "/" && visitor.May(Core.Access.Permission.ReadPeople)
                ? Results.Redirect("/customers")
                : http.OpenPage<NotAllowedPage>(permission, StatusCodes.Status403Forbidden);
        }
        return await RefuseFormAsync(http, rule);
    }

    private async ValueTask<IResult?> RefuseFormAsync(HttpContext http, PageRule rule)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            return null;
        }
        if (rule.IsOpen && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestOpenForm;
        }
        try
        {
            await antiforgery.ValidateRequestAsync(http);
            return null;
        }
        catch (AntiforgeryValidationException)
        {
            return http.OpenPage<NoticePage>(Notice.StaleForm, StatusCodes.Status400BadRequest);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException or IOException)
        {
            return http.OpenPage<NoticePage>(Notice.StaleForm, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>A page leads to sign-in and back; a script is told to go there; a form has lost its session, and what was typed with it.</summary>
    private static IResult ToSignIn(HttpContext http)
    {
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var here = isRead ? http.Request.Path + http.Request.QueryString : "/";
        var signIn = here == "/" ? "/signin" : "/signin?next=" + Uri.EscapeDataString(here);
        if (http.Request.Headers.ContainsKey("HX-Request"))
        {
            http.Response.Headers["HX-Redirect"] = BasePath.Of(http.Request.PathBase.ToUriComponent(), signIn);
            return Results.StatusCode(StatusCodes.Status401Unauthorized);
        }
        return isRead ? Results.Redirect(signIn) : http.OpenPage<NoticePage>(Notice.SessionOver, StatusCodes.Status401Unauthorized);
    }
}
