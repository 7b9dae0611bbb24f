using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Access;

/// <summary>Finds out who sent a request to a page: the session of its cookie, or in the demo whoever sits at this machine.</summary>
public sealed class FrontDesk(DataHost host, AccessOptions options, IAntiforgery antiforgery)
{
    private readonly FrameCounts figures = new();

    public bool IsDemo => options.IsDemo;

    /// <summary>Whether nobody has an account yet, so that only the setup link leads anywhere.</summary>
    public bool IsEmpty => !host.Database.Read(UserStore.HasAny);

    /// <summary>Whether the demo refuses the request: it came from another machine, or by a name that is not this machine's own.</summary>
    public bool IsShut(HttpContext http) => options.IsDemo && !LoopbackOnly.Allows(http);

    /// <summary>The visitor, noted on the request and told to the page that answers it; null for a stranger, a session that is over, an account or access that was ended.</summary>
    public async ValueTask<Visitor?> FindAsync(HttpContext http)
    {
        if (http.VisitorOrNull() is { } known)
        {
            return known;
        }
        var viewer = http.RequestServices.GetRequiredService<Viewer>();
        viewer.GiveFormTokens(() => antiforgery.GetAndStoreTokens(http).RequestToken!);
        var visitor = options.IsDemo ? await DemoAsync(http) : await SignedInAsync(http);
        if (visitor is not null)
        {
            http.Features.Set(visitor);
            // Tokens of forms are bound to the session, so that one from another session of the same browser is no use.
            http.User = FormIdentity.Of(visitor);
            viewer.Present(visitor.Name, visitor.Role, visitor.IsDemo);
            viewer.GiveFigures(() => figures.Of(visitor.Engine, host.NowMs));
        }
        return visitor;
    }

    private async ValueTask<Visitor?> DemoAsync(HttpContext http) => IsShut(http)
        ? null
        : new Visitor(Contracts.Visitor.DemoId, "Demo", "", Role.Owner, await host.WorkspaceAsync(options.DemoWorkspace, http.RequestAborted), "", IsDemo: true);

    private async ValueTask<Visitor?> SignedInAsync(HttpContext http)
    {
        var token = SessionCookie.Read(http.Request);
        if (token.Length != SecretText.TokenLength)
        {
            return null;
        }
        var now = host.NowMs;
        if (host.Database.Read(connection => Find(connection, SecretText.Hash(token), now)) is not ({ } session, { } user, { } membership))
        {
            return null;
        }
        if (now - session.SeenAt >= Session.SeenEveryMs)
        {
            await host.Database.WriteAsync((connection, transaction) =>
            {
                SessionStore.Seen(connection, transaction, session.Id, now);
                return 0;
            }, http.RequestAborted);
        }
        var engine = await host.WorkspaceAsync(membership.WorkspaceId, http.RequestAborted);
        return new Visitor(user.Id, user.Name, user.Email, membership.Role, engine, session.Id, IsDemo: false);
    }

    private static (Session?, User?, Membership?) Find(Microsoft.Data.Sqlite.SqliteConnection connection, string hash, long now)
    {
        if (SessionStore.ByHash(connection, hash) is not { } session || !session.IsLive(now)
            || UserStore.ById(connection, session.UserId) is not { DisabledAt: null } user)
        {
            return default;
        }
        var open = UserStore.MembershipsOf(connection, user.Id).Where(membership => membership.EndedAt is null).ToList();
        // Access to the workspace that was looked at may have been ended meanwhile; another one is shown then, if there is any.
        return (session, user, open.FirstOrDefault(membership => membership.WorkspaceId == session.WorkspaceId) ?? open.FirstOrDefault());
    }
}
