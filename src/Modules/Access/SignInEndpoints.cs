using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Access;

/// <summary>The doors: sign-in and sign-out, and what setup links, invitations and links to new passwords open.</summary>
internal sealed class SignInEndpoints(FrontDesk desk, AccountService accounts, EntryService entries, LinkService links)
{
    private static readonly Text PasswordSet = new("Your new password is set. Sign in with it.", "Tu contraseña nueva está guardada. Inicia sesión con ella.");

    public void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").LetAnybodyIn().AddEndpointFilter(BusyFilter.InvokeAsync);
        open.MapReads("/signin", SignInPage);
        open.MapSends("/signin", (Func<HttpContext, Task<IResult>>)SignInAsync);
        foreach (var kind in Enum.GetValues<LinkKind>())
        {
            open.MapReads($"/{kind.Name()}/{{token}}", (HttpContext http, string token) => EntryPage(http, kind, token));
            open.MapSends($"/{kind.Name()}/{{token}}", (HttpContext http, string token) => EnterAsync(http, kind, token));
        }
        routes.MapGroup("").RequireSignIn().MapSends("/signout", (Func<HttpContext, Task<IResult>>)SignOutAsync);
    }

    private IResult SignInPage(HttpContext http)
    {
        var next = NextOf(http.Request.Query["next"]);
        return http.VisitorOrNull() is not null ? Results.Redirect(next) : Show(http, next, "", null, http.Request.Query["done"] == "password" ? PasswordSet : null);
    }

    private async Task<IResult> SignInAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var (email, next) = (form["email"].ToString(), NextOf(form["next"]));
        var came = await accounts.SignInAsync(email, form["password"].ToString(), Origin.Of(http), http.RequestAborted);
        return came.Error is { } error ? Show(http, next, email, error, null) : LetIn(http, came, next);
    }

    private async Task<IResult> SignOutAsync(HttpContext http)
    {
        await accounts.SignOutAsync(http.Visitor(), Actor.Of(http), http.RequestAborted);
        SessionCookie.TakeBack(http);
        return Results.Redirect("/signin");
    }

    private IResult EntryPage(HttpContext http, LinkKind kind, string token) => links.Open(kind, token) is { } open
        ? Show(http, open, token, "", "", null)
        : Dead(http);

    private async Task<IResult> EnterAsync(HttpContext http, LinkKind kind, string token)
    {
        var sent = http.Request.Form;
        var form = new EntryForm(sent["name"], sent["email"], sent["password"].ToString(), sent["again"].ToString(), ReaderLanguage.Of(http.Request));
        var (origin, cancellation) = (Origin.Of(http), http.RequestAborted);
        if (kind == LinkKind.Reset)
        {
            var refused = await entries.ResetAsync(token, form, origin, cancellation);
            return refused is null ? Results.Redirect("/signin?done=password") : Again(http, kind, token, form, refused);
        }
        var came = await (kind == LinkKind.Setup ? entries.SetUpAsync(token, form, origin, cancellation) : entries.AcceptAsync(token, form, origin, cancellation));
        return came.Error is { } error ? Again(http, kind, token, form, error) : LetIn(http, came, "/");
    }

    private IResult Again(HttpContext http, LinkKind kind, string token, EntryForm form, AccessError error) => links.Open(kind, token) is { } open
        ? Show(http, open, token, form.Email ?? "", form.Name ?? "", error)
        : Dead(http);

    private static IResult LetIn(HttpContext http, SignedIn came, string next)
    {
        SessionCookie.Give(http, came.Token);
        if (!http.Request.Cookies.ContainsKey(ReaderLanguage.Cookie))
        {
            ReaderLanguage.Remember(http, came.User!.Language);
        }
        return Results.Redirect(next);
    }

    private IResult Show(HttpContext http, string next, string email, AccessError? error, Text? notice)
    {
        var status = error == AccessError.TooManyTries ? StatusCodes.Status429TooManyRequests : error is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        if (error == AccessError.TooManyTries)
        {
            http.Response.Headers.RetryAfter = (SignInThrottle.WindowMs / Durations.Second).ToString();
        }
        return http.OpenPage<SignInPage>(new SignInModel(next, email, error, notice, desk.IsEmpty), status);
    }

    private static IResult Show(HttpContext http, (OneTimeLink Link, User? User) open, string token, string email, string name, AccessError? error)
    {
        var (link, user) = open;
        var model = new EntryModel(
            link.Kind, token, link.WorkspaceId, link.Role, link.Kind == LinkKind.Setup ? email : user?.Email ?? link.Email, name, user is not null, error);
        return http.OpenPage<EntryPage>(model, PageAnswers.StatusOf(error));
    }

    private static IResult Dead(HttpContext http) =>
        http.OpenPage<NoticePage>(Notice.Of(AccessError.LinkUnknown), StatusCodes.Status404NotFound);

    private static string NextOf(string? next) => next is not null && ReaderLanguage.IsLocal(next) ? next : "/";
}
