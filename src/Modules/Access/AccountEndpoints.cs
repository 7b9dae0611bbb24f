using Ciclo.Core;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Access;

/// <summary>`/account`: what everybody may do with their own account.</summary>
internal sealed class AccountEndpoints(AccountService accounts)
{
    private static readonly Dictionary<string, Text> DoneTexts = new(StringComparer.Ordinal)
    {
        ["profile"] = new("Saved.", "Guardado."),
        ["password-strong"] = new("Your password is changed, and is strong. Your other sessions are ended.", "Tu contraseña cambió y es fuerte. Tus otras sesiones se cerraron."),
        ["password-good"] = new("Your password is changed, and is good. Your other sessions are ended.", "Tu contraseña cambió y es buena. Tus otras sesiones se cerraron."),
        ["password-weak"] = new(
            "Your password is changed. It is weak: few different characters. Your other sessions are ended.", "Tu contraseña cambió. Es débil: tiene pocos caracteres distintos. Tus otras sesiones se cerraron."),
        ["sessions"] = new("Ended.", "Cerrada."),
        ["workspace"] = new("You look at another workspace now.", "Ahora ves otro espacio de trabajo."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/account").RequireSignIn().AddEndpointFilter(BusyFilter.InvokeAsync);
        group.MapReads("", (HttpContext http) => Show(http, null));
        group.MapSends("/profile", (Func<HttpContext, Task<IResult>>)ProfileAsync);
        group.MapSends("/password", (Func<HttpContext, Task<IResult>>)PasswordAsync);
        group.MapSends("/sessions/end", (Func<HttpContext, Task<IResult>>)EndSessionsAsync);
        group.MapSends("/workspace", (Func<HttpContext, Task<IResult>>)WorkspaceAsync);
    }

    private async Task<IResult> ProfileAsync(HttpContext http)
    {
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        var language = form["language"] == "es" ? Language.Es : Language.En;
        if (!visitor.IsDemo && await accounts.SetProfileAsync(visitor, form["name"], language, http.RequestAborted) is { } error)
        {
            return Show(http, error);
        }
        ReaderLanguage.Remember(http, language);
        return Results.Redirect("/account?done=profile");
    }

    private async Task<IResult> PasswordAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var password = form["password"].ToString();
        var error = await accounts.ChangePasswordAsync(http.Visitor(), form["current"].ToString(), password, form["again"].ToString(), Origin.Of(http), http.RequestAborted);
        return error is null ? Results.Redirect($"/account?done=password-{PasswordRules.StrengthOf(password).Label().En}") : Show(http, error);
    }

    private async Task<IResult> EndSessionsAsync(HttpContext http)
    {
        var (visitor, id, by) = (http.Visitor(), http.Request.Form["id"].ToString(), Actor.Of(http));
        if (id.Length == 0)
        {
            await accounts.EndOtherSessionsAsync(visitor, by, http.RequestAborted);
        }
        else if (!await accounts.EndSessionAsync(visitor, id, by, http.RequestAborted))
        {
            return Results.NotFound();
        }
        return Results.Redirect("/account?done=sessions");
    }

    private async Task<IResult> WorkspaceAsync(HttpContext http) =>
        await accounts.LookAtAsync(http.Visitor(), http.Request.Form["workspace"].ToString(), http.RequestAborted)
            ? Results.Redirect("/account?done=workspace")
            : Results.NotFound();

    private IResult Show(HttpContext http, AccessError? error)
    {
        var visitor = http.Visitor();
        var model = new AccountModel(
            visitor, accounts.Find(visitor), accounts.Sessions(visitor), accounts.Memberships(visitor), error,
            DoneTexts.TryGetValue(http.Request.Query["done"].ToString(), out var done) ? done : null);
        return http.Page<AccountPage>(model, PageAnswers.StatusOf(error));
    }
}
