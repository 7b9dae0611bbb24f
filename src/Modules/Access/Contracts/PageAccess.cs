using Ciclo.Core.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>
/// The rule of a page or of a form's address, which the inventory of routes reads. Null <paramref name="Permission"/>: being signed in is
/// enough; <paramref name="IsOpen"/>: strangers too.
/// </summary>
public sealed record PageRule(Permission? Permission, bool IsOpen);

/// <summary>
/// Authorisation of pages and of what is posted from them. All of it: who it is, whether they may, and whether a post came from a form of
/// ours; a handler runs only when all three hold.
/// </summary>
public static class PageAccess
{
    /// <summary>Every route of the group is for visitors whose role has the permission.</summary>
    public static RouteGroupBuilder RequirePermission(this RouteGroupBuilder group, Permission permission) => group.Guard(new PageRule(permission, IsOpen: false));

    /// <summary>Every route of the group is for whoever is signed in.</summary>
    public static RouteGroupBuilder RequireSignIn(this RouteGroupBuilder group) => group.Guard(new PageRule(null, IsOpen: false));

    /// <summary>Every route of the group is for anybody, strangers too; posts are still held to come from a form of ours.</summary>
    public static RouteGroupBuilder LetAnybodyIn(this RouteGroupBuilder group) => group.Guard(new PageRule(null, IsOpen: true));

    private static RouteGroupBuilder Guard(this RouteGroupBuilder group, PageRule rule)
    {
        group.WithMetadata(rule).ExcludeFromDescription();
        // Around the whole route and not as a filter of it: a filter runs when the body has been read already, and a stranger's must not be.
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async http =>
            {
                if (await http.RequestServices.GetRequiredService<PageGuard>().RefuseAsync(http, rule) is { } refusal)
                {
                    await refusal.ExecuteAsync(http);
                    return;
                }
                await inner(http);
            };
        });
        return group;
    }
}
