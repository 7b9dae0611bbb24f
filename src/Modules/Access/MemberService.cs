using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>Who may do what in a workspace: roles, ended access, sessions of others. What is asked about somebody of another workspace is not found.</summary>
public sealed class MemberService(DataHost host)
{
    public IReadOnlyList<Member> List(string workspace) => host.Database.Read(connection => UserStore.Members(connection, workspace, host.NowMs));

    public IReadOnlyList<OneTimeLink> Invitations(string workspace) => host.Database.Read(connection => LinkStore.Invitations(connection, workspace, host.NowMs));

    public Task<AccessError?> SetRoleAsync(string workspace, string userId, string? role, Actor by, CancellationToken cancellation) => Roles.Find(role) is { } wanted
        ? ChangeAsync(workspace, userId, membership => membership with { Role = wanted }, AuditActions.RoleChanged, by, cancellation)
        : Task.FromResult<AccessError?>(AccessError.BadRole);

    /// <summary>Ends somebody's access to the workspace, and the invitations they sent. Other workspaces are not touched.</summary>
    public Task<AccessError?> EndAccessAsync(string workspace, string userId, Actor by, CancellationToken cancellation) =>
        ChangeAsync(workspace, userId, membership => membership with { EndedAt = host.NowMs }, AuditActions.AccessEnded, by, cancellation);

    public Task<AccessError?> RestoreAccessAsync(string workspace, string userId, Actor by, CancellationToken cancellation) =>
        ChangeAsync(workspace, userId, membership => membership with { EndedAt = null }, AuditActions.AccessRestored, by, cancellation);

    /// <summary>Signs a member out everywhere; false if they are none.</summary>
    public Task<bool> EndSessionsAsync(string workspace, string userId, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (UserStore.Membership(connection, workspace, userId) is null)
        {
            return false;
        }
        var ended = SessionStore.EndAll(connection, transaction, userId, "", host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, AuditActions.SessionsEnded, userId, $"sessions={ended}"));
        return true;
    }, cancellation);

    /// <summary>Closes an account in all workspaces, or opens it again: for whoever runs the server.</summary>
    public Task<AccessError?> SetDisabledAsync(string workspace, string? email, bool isDisabled, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        if (EmailAddress.Normalise(email) is not { } address || UserStore.ByEmail(connection, address) is not { } user)
        {
            return AccessError.NoSuchUser;
        }
        if (isDisabled && UserStore.MembershipsOf(connection, user.Id).Any(one => IsLastOwner(connection, one)))
        {
            return AccessError.LastOwner;
        }
        UserStore.SetDisabled(connection, transaction, user.Id, isDisabled ? host.NowMs : null);
        SessionStore.EndAll(connection, transaction, user.Id, "", host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, isDisabled ? AuditActions.Disabled : AuditActions.Enabled, user.Id));
        return null;
    }, cancellation);

    private Task<AccessError?> ChangeAsync(string workspace, string userId, Func<Membership, Membership> change, string action, Actor by, CancellationToken cancellation) =>
        host.Database.WriteAsync((connection, transaction) =>
        {
            if (UserStore.Membership(connection, workspace, userId) is not { } before)
            {
                return AccessError.NoSuchUser;
            }
            var after = change(before);
            var isOwner = after is { Role: Role.Owner, EndedAt: null };
            if (!isOwner && IsLastOwner(connection, before))
            {
                return AccessError.LastOwner;
            }
            UserStore.PutMembership(connection, transaction, after);
            if (!isOwner)
            {
                // Somebody who may no longer invite must not have let others in beforehand.
                LinkStore.RevokeOf(connection, transaction, workspace, userId, host.NowMs);
            }
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, by, action, userId, $"role={after.Role.Name()}"));
            return null;
        }, cancellation);

    private static bool IsLastOwner(SqliteConnection connection, Membership membership) =>
        membership is { Role: Role.Owner, EndedAt: null } && UserStore.OtherOwners(connection, membership.WorkspaceId, membership.UserId) == 0;
}
