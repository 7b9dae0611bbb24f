using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>A link that was made: its row and the path with the token, which is shown once and stored nowhere; or why there is none.</summary>
public sealed record MadeLink(OneTimeLink? Link, string Path, AccessError? Error)
{
    public static MadeLink Refused(AccessError error) => new(null, "", error);
}

/// <summary>Makes links that work once: setup, invitations, new passwords.</summary>
public sealed class LinkService(DataHost host)
{
    /// <summary>A link that makes the first user, in place of those before it; null where there is a user already.</summary>
    public Task<MadeLink?> SetupAsync(string workspace, CancellationToken cancellation) => host.Database.WriteAsync(
        (connection, transaction) => UserStore.HasAny(connection) ? null : Make(connection, transaction, OneTimeLink.Setup(workspace, host.NowMs)), cancellation);

    /// <summary>Invites somebody into a workspace, or somebody of whom the access was ended again.</summary>
    public async Task<MadeLink> InviteAsync(string workspace, string? email, string? role, Actor by, CancellationToken cancellation)
    {
        if (EmailAddress.Normalise(email) is not { } address)
        {
            return MadeLink.Refused(AccessError.BadEmail);
        }
        return Roles.Find(role) is { } kept
            ? await host.Database.WriteAsync((connection, transaction) => Invite(connection, transaction, workspace, address, kept, by), cancellation)
            : MadeLink.Refused(AccessError.BadRole);
    }

    /// <summary>Ends an open invitation of a workspace; false if there is none of this id.</summary>
    public Task<bool> RevokeAsync(string workspace, string id, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        var isRevoked = LinkStore.Revoke(connection, transaction, workspace, id, host.NowMs);
        if (isRevoked)
        {
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.InvitationRevoked, id));
        }
        return isRevoked;
    }, cancellation);

    /// <summary>A link to a new password for a member, made by an owner; refused where it would open a workspace that is not theirs.</summary>
    public Task<MadeLink> ResetAsync(Visitor owner, string userId, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (UserStore.Membership(connection, owner.WorkspaceId, userId) is null)
        {
            return MadeLink.Refused(AccessError.NoSuchUser);
        }
        var owned = UserStore.MembershipsOf(connection, owner.UserId).Where(one => one is { Role: Role.Owner, EndedAt: null }).Select(one => one.WorkspaceId).Append(owner.WorkspaceId).ToHashSet();
        return UserStore.MembershipsOf(connection, userId).All(one => owned.Contains(one.WorkspaceId))
            ? Reset(connection, transaction, owner.WorkspaceId, userId, by)
            : MadeLink.Refused(AccessError.BelongsElsewhere);
    }, cancellation);

    /// <summary>A link to a new password for anybody, made by whoever runs the server.</summary>
    public Task<MadeLink> ResetByEmailAsync(string workspace, string? email, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
        EmailAddress.Normalise(email) is { } address && UserStore.ByEmail(connection, address) is { } user
            ? Reset(connection, transaction, workspace, user.Id, by)
            : MadeLink.Refused(AccessError.NoSuchUser), cancellation);

    /// <summary>The link of a token, and the account that an invitation or a reset is for, if there is one; null for a link that opens nothing.</summary>
    public (OneTimeLink Link, User? User)? Open(LinkKind kind, string token) => host.Database.Read(connection => Open(connection, kind, token, host.NowMs));

    internal static (OneTimeLink Link, User? User)? Open(SqliteConnection connection, LinkKind kind, string token, long now)
    {
        if (LinkStore.Open(connection, kind, SecretText.Hash(token), now) is not { } link || (kind == LinkKind.Setup && UserStore.HasAny(connection)))
        {
            return null;
        }
        return (link, link.UserId.Length > 0 ? UserStore.ById(connection, link.UserId) : UserStore.ByEmail(connection, link.Email));
    }

    private MadeLink Invite(SqliteConnection connection, SqliteTransaction transaction, string workspace, string email, Role role, Actor by)
    {
        if (UserStore.ByEmail(connection, email) is { } known && UserStore.Membership(connection, workspace, known.Id) is { EndedAt: null })
        {
            return MadeLink.Refused(AccessError.AlreadyMember);
        }
        if (UserStore.CountMembers(connection, workspace) >= UserStore.MostMembers || LinkStore.Invitations(connection, workspace, host.NowMs).Count >= LinkStore.MostOpen)
        {
            return MadeLink.Refused(AccessError.TooManyUsers);
        }
        var made = Make(connection, transaction, OneTimeLink.Invitation(workspace, email, role, by.Id, host.NowMs));
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.Invited, made.Link!.Id, "role=" + role.Name()));
        return made;
    }

    private MadeLink Reset(SqliteConnection connection, SqliteTransaction transaction, string workspace, string userId, Actor by)
    {
        var made = Make(connection, transaction, OneTimeLink.Reset(workspace, userId, by.Id, host.NowMs));
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.ResetMade, userId));
        return made;
    }

    private MadeLink Make(SqliteConnection connection, SqliteTransaction transaction, OneTimeLink link)
    {
        var token = SecretText.NewToken();
        LinkStore.Supersede(connection, transaction, link, host.NowMs);
        LinkStore.Add(connection, transaction, link, SecretText.Hash(token));
        return new MadeLink(link, OneTimeLinks.Path(link.Kind, token), null);
    }
}
