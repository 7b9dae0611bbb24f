using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Keys;

/// <summary>What the page of keys shows; <paramref name="NewText"/> is that of a key that was just made, shown this once.</summary>
public sealed record KeysModel(Visitor Visitor, IReadOnlyList<ApiKey> Keys, string? NewText, KeyError? Error, Text? Done);

/// <summary>`/settings/keys`: keys are made, rotated and revoked by people.</summary>
internal sealed class KeyEndpoints(DataHost host, KeyService keys)
{
    private static readonly Text Revoked = new("The key is revoked: requests with it are refused from now on.", "La clave está revocada: desde ahora se rechazan las peticiones con ella.");

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/settings/keys").RequirePermission(Permission.KeysAndSources);
        group.MapReads("", (HttpContext http) => Show(http, null, null));
        group.MapSends("", (Func<HttpContext, Task<IResult>>)AddAsync);
        group.MapSends("/{id}/rotate", RotateAsync);
        group.MapReads("/{id}/revoke", Ask);
        group.MapSends("/{id}/revoke", RevokeAsync);
    }

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var (visitor, form) = (http.Visitor(), http.Request.Form);
        var kind = form["kind"] == "secret" ? KeyKind.Secret : KeyKind.Write;
        IReadOnlyList<string> scopes = kind == KeyKind.Write ? [KeyScopes.Collect] : [.. form["scope"].OfType<string>().Distinct(StringComparer.Ordinal)];
        if (scopes.FirstOrDefault(scope => KeyScopes.All.ContainsKey(scope) && !KeyGrants.MayGrant(visitor.Role, scope)) is not null)
        {
            return Show(http, null, KeyError.BeyondMaker);
        }
        var made = await keys.AddAsync(visitor.WorkspaceId, kind, form["name"].ToString(), scopes, Actor.Of(http), host.NowMs, http.RequestAborted);
        return Show(http, made.Text, made.Error);
    }

    private async Task<IResult> RotateAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (keys.Find(visitor.WorkspaceId, id) is not { IsLive: true } old)
        {
            return Results.NotFound();
        }
        if (old.Scopes.Any(scope => !KeyGrants.MayGrant(visitor.Role, scope)))
        {
            return Show(http, null, KeyError.BeyondMaker);
        }
        var made = await keys.RotateAsync(visitor.WorkspaceId, id, Actor.Of(http), host.NowMs, http.RequestAborted);
        return Show(http, made.Text, made.Error);
    }

    /// <summary>Revoking is for good, so it is asked first, with when the key was last used.</summary>
    private IResult Ask(HttpContext http, string id) => keys.Find(http.Visitor().WorkspaceId, id) is { IsLive: true } key
        ? http.Page<RevokePage>(key)
        : Results.NotFound();

    private async Task<IResult> RevokeAsync(HttpContext http, string id) =>
        await keys.RevokeAsync(http.Visitor().WorkspaceId, id, Actor.Of(http), host.NowMs, http.RequestAborted) is null
            ? Results.Redirect("/settings/keys?done=revoked")
            : Results.NotFound();

    private IResult Show(HttpContext http, string? newText, KeyError? error)
    {
        var visitor = http.Visitor();
        var model = new KeysModel(visitor, keys.List(visitor.WorkspaceId), newText, error, http.Request.Query["done"] == "revoked" ? Revoked : null);
        return http.Page<KeysPage>(model, PageAnswers.StatusOf(error));
    }
}
