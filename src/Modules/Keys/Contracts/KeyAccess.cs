using System.Text;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Keys.Contracts;

/// <summary>Who calls the API, and the workspace that the key opens. There is no other way to a workspace: a foreign id is unknown.</summary>
public sealed record ApiCaller(string KeyId, WorkspaceEngine Engine);

/// <summary>Marks a route with the scope that it asks for; the inventory of routes reads it.</summary>
public sealed record RequiredScope(string Scope);

/// <summary>Authorisation of API routes by secret key, as Bearer token or as user name of Basic authentication.</summary>
public static class KeyAccess
{
    private const int LongestHeader = 1_000;

    /// <summary>Every route of the group asks for a secret key with this scope: 401 without a live key, 403 without the scope.</summary>
    public static RouteGroupBuilder RequireScope(this RouteGroupBuilder group, string scope)
    {
        group.WithMetadata(new RequiredScope(scope)).ProducesProblem(401).ProducesProblem(403);
        // Around the whole route and not as a filter of it: a filter runs when the body has been read already, and a stranger's must not be.
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async http =>
            {
                if (await AdmitAsync(http, scope) is { } refusal)
                {
                    await refusal.ExecuteAsync(http);
                    return;
                }
                await inner(http);
            };
        });
        return group;
    }

    /// <summary>
    /// Looks the request's key up and notes its caller; answers the refusal, if there is one. For routes whose guard depends on more than
    /// the key; the others say <see cref="RequireScope"/>.
    /// </summary>
    public static async ValueTask<IResult?> AdmitAsync(HttpContext http, string scope)
    {
        var keys = http.RequestServices.GetRequiredService<KeyService>();
        if (keys.Ring.Find(KeyOf(http.Request)) is not { } key)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.Of(http, 401, "no_key", new Text(
                "Send a live secret key as `Authorization: Bearer sk_…`. `ciclo keys add --kind secret --name NAME` makes one.",
                "Envía una clave secreta activa como `Authorization: Bearer sk_…`. `ciclo keys add --kind secret --name NOMBRE` crea una."));
        }
        if (key.Kind != KeyKind.Secret || !key.May(scope))
        {
            return Problems.Of(http, 403, "no_scope", new Text(
                $"This key lacks the scope `{scope}`. Make a secret key that has it.",
                $"A esta clave le falta el permiso `{scope}`. Crea una clave secreta que lo tenga."));
        }
        var engine = await http.RequestServices.GetRequiredService<DataHost>().WorkspaceAsync(key.WorkspaceId, http.RequestAborted);
        http.Features.Set(new ApiCaller(key.Id, engine));
        return null;
    }

    /// <summary>The caller of a route that <see cref="RequireScope"/> guards.</summary>
    public static ApiCaller Caller(this HttpContext http) => http.Features.Get<ApiCaller>() ?? throw new InvalidOperationException("The route asks for no scope.");

    private static string KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header[7..].Trim();
        }
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || header.Length > LongestHeader)
        {
            return "";
        }
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length))
        {
            return "";
        }
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? pair : pair[..colon];
    }
}
