using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Access;

/// <summary>`/settings/users`: who is in the workspace, as what; invitations, links to new passwords, ended access.</summary>
internal sealed class UserEndpoints(MemberService members, LinkService links)
{
    private static readonly Dictionary<string, Text> DoneTexts = new(StringComparer.Ordinal)
    {
        ["role"] = new("The role is changed.", "El rol cambió."),
        ["end"] = new("Their access is ended, and the invitations they sent.", "Ya no tiene acceso, y sus invitaciones quedaron revocadas."),
        ["restore"] = new("They have access again.", "Vuelve a tener acceso."),
        ["sessions"] = new("They are signed out everywhere.", "Todas sus sesiones se cerraron."),
        ["revoke"] = new("The invitation is revoked.", "La invitación está revocada."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings").RequirePermission(Permission.Users);
        group.MapReads("/users", (HttpContext http) => Show(http, null, null));
        group.MapSends("/users/invite", (Func<HttpContext, Task<IResult>>)InviteAsync);
        group.MapSends("/users/{id}/role", (HttpContext http, string id) =>
            DoneAsync(http, members.SetRoleAsync(http.Visitor().WorkspaceId, id, http.Request.Form["role"], Actor.Of(http), http.RequestAborted), "role"));
        group.MapSends("/users/{id}/end", (HttpContext http, string id) =>
            DoneAsync(http, members.EndAccessAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted), "end"));
        group.MapSends("/users/{id}/restore", (HttpContext http, string id) =>
            DoneAsync(http, members.RestoreAccessAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted), "restore"));
        group.MapSends("/users/{id}/sessions/end", async (HttpContext http, string id) =>
            await members.EndSessionsAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted) ? Done("sessions") : Results.NotFound());
        group.MapSends("/users/{id}/reset", ResetAsync);
        group.MapSends("/invitations/{id}/revoke", async (HttpContext http, string id) =>
            await links.RevokeAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), http.RequestAborted) ? Done("revoke") : Results.NotFound());
    }

    private async Task<IResult> InviteAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var made = await links.InviteAsync(http.Visitor().WorkspaceId, form["email"], form["role"], Actor.Of(http), http.RequestAborted);
        return made.Error is { } error ? Show(http, null, error) : Show(http, Shown(http, made, new Text(
            $"The invitation for {made.Link!.Email}", $"La invitación para {made.Link.Email}")), null);
    }

    private async Task<IResult> ResetAsync(HttpContext http, string id)
    {
        var made = await links.ResetAsync(http.Visitor(), id, Actor.Of(http), http.RequestAborted);
        return made.Error == AccessError.NoSuchUser ? Results.NotFound()
            : made.Error is { } error ? Show(http, null, error)
            : Show(http, Shown(http, made, new Text("The link to a new password", "El enlace para una contraseña nueva")), null);
    }

    private async Task<IResult> DoneAsync(HttpContext http, Task<AccessError?> work, string done)
    {
        var error = await work;
        return error is null ? Done(done) : error == AccessError.NoSuchUser ? Results.NotFound() : Show(http, null, error);
    }

    private static IResult Done(string what) => Results.Redirect("/settings/users?done=" + what);

    /// <summary>The whole address, as the person who reads this page reaches the server.</summary>
    private static ShownLink Shown(HttpContext http, MadeLink made, Text title) =>
        new(title, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}{made.Path}", made.Link!.ExpiresAt);

    private IResult Show(HttpContext http, ShownLink? link, AccessError? error)
    {
        var visitor = http.Visitor();
        var email = error is not null && http.Request.HasFormContentType ? http.Request.Form["email"].ToString() : "";
        var model = new UsersModel(
            visitor, members.List(visitor.WorkspaceId), members.Invitations(visitor.WorkspaceId), link, email, error,
            DoneTexts.TryGetValue(http.Request.Query["done"].ToString(), out var done) ? done : null);
        return http.Page<UsersPage>(model, PageAnswers.StatusOf(error));
    }
}
