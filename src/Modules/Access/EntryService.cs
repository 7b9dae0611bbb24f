using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Access;

/// <summary>What somebody fills in who follows a link. <paramref name="Email"/> is asked for at setup only.</summary>
public sealed record EntryForm(string? Name, string? Email, string Password, string Again, Language Language);

/// <summary>What links open: the first account, an invitation taken, a new password. A link is used up only where it did its work.</summary>
public sealed class EntryService(DataHost host, Passwords passwords, SignInThrottle throttle, AccountService accounts, LinkService links)
{
    /// <summary>Makes the first user, owner of the workspace, and signs them in.</summary>
    public async Task<SignedIn> SetUpAsync(string token, EntryForm form, Origin origin, CancellationToken cancellation)
    {
        if (links.Open(LinkKind.Setup, token) is not { } open)
        {
            return SignedIn.Refused(AccessError.LinkUnknown);
        }
        return EmailAddress.Normalise(form.Email) is { } email
            ? await EnterAsync(open.Link, token, email, form, AuditActions.SetUp, origin, cancellation)
            : SignedIn.Refused(AccessError.BadEmail);
    }

    /// <summary>
    /// Takes an invitation: makes the account and signs in. Somebody who has an account already gives its password instead: a link that an
    /// owner of one workspace made must not open an account that others rely on.
    /// </summary>
    public async Task<SignedIn> AcceptAsync(string token, EntryForm form, Origin origin, CancellationToken cancellation)
    {
        if (links.Open(LinkKind.Invitation, token) is not { } open)
        {
            return SignedIn.Refused(AccessError.LinkUnknown);
        }
        return open.User is { } known
            ? await JoinAsync(open.Link, token, known, form.Password, origin, cancellation)
            : await EnterAsync(open.Link, token, open.Link.Email, form, AuditActions.Joined, origin, cancellation);
    }

    /// <summary>Sets a new password and ends all sessions; answers why not.</summary>
    public async Task<AccessError?> ResetAsync(string token, EntryForm form, Origin origin, CancellationToken cancellation)
    {
        if (links.Open(LinkKind.Reset, token) is not { User: { } user } open)
        {
            return AccessError.LinkUnknown;
        }
        if (Refuse(form, user.Email) is { } error)
        {
            return error;
        }
        var hash = await passwords.HashAsync(form.Password, cancellation);
        var refused = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (LinkService.Open(connection, LinkKind.Reset, token, host.NowMs) is null || !LinkStore.Use(connection, transaction, open.Link.Id, host.NowMs))
            {
                return AccessError.LinkUnknown;
            }
            UserStore.SetPassword(connection, transaction, user.Id, hash);
            var ended = SessionStore.EndAll(connection, transaction, user.Id, "", host.NowMs);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(open.Link.WorkspaceId, origin.As(user.Id), AuditActions.PasswordReset, user.Id, $"sessions={ended}"));
            return (AccessError?)null;
        }, cancellation);
        if (refused is null)
        {
            // Whoever was locked out by guesses at the old password gets in with the new one.
            throttle.Forget(user.Email);
        }
        return refused;
    }

    private async Task<SignedIn> EnterAsync(OneTimeLink link, string token, string email, EntryForm form, string action, Origin origin, CancellationToken cancellation)
    {
        if (User.NameOf(form.Name) is not { } name)
        {
            return SignedIn.Refused(AccessError.BadName);
        }
        if (Refuse(form, email) is { } error)
        {
            return SignedIn.Refused(error);
        }
        var hash = await passwords.HashAsync(form.Password, cancellation);
        var user = new User(SecretText.NewId("usr"), email, name, hash, form.Language, host.NowMs, null);
        var refused = await host.Database.WriteAsync((connection, transaction) =>
        {
            // All looked at again in the transaction: two browsers may have followed the link at once.
            if (LinkService.Open(connection, link.Kind, token, host.NowMs) is not { User: null } || !LinkStore.Use(connection, transaction, link.Id, host.NowMs))
            {
                return AccessError.LinkUnknown;
            }
            UserStore.Add(connection, transaction, user);
            UserStore.PutMembership(connection, transaction, new Membership(link.WorkspaceId, user.Id, link.Role!.Value, host.NowMs, null));
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(link.WorkspaceId, origin.As(user.Id), action, user.Id, $"role={link.Role.Value.Name()} link={link.Id}"));
            return null;
        }, cancellation);
        return refused is null ? await accounts.BeginSessionAsync(user, origin, cancellation, link.WorkspaceId) : SignedIn.Refused(refused);
    }

    private async Task<SignedIn> JoinAsync(OneTimeLink link, string token, User known, string password, Origin origin, CancellationToken cancellation)
    {
        var (user, error) = await accounts.CheckPasswordAsync(known, password, origin, cancellation);
        if (user is null)
        {
            return SignedIn.Refused(error!);
        }
        var isTaken = await host.Database.WriteAsync((connection, transaction) =>
        {
            if (LinkService.Open(connection, LinkKind.Invitation, token, host.NowMs) is null || !LinkStore.Use(connection, transaction, link.Id, host.NowMs))
            {
                return false;
            }
            UserStore.PutMembership(connection, transaction, new Membership(link.WorkspaceId, user.Id, link.Role!.Value, host.NowMs, null));
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(link.WorkspaceId, origin.As(user.Id), AuditActions.Joined, user.Id, $"role={link.Role.Value.Name()} link={link.Id}"));
            return true;
        }, cancellation);
        return isTaken ? await accounts.BeginSessionAsync(user, origin, cancellation, link.WorkspaceId) : SignedIn.Refused(AccessError.LinkUnknown);
    }

    private static AccessError? Refuse(EntryForm form, string email) =>
        form.Password == form.Again ? PasswordRules.Refuse(form.Password, email) : AccessError.PasswordsDiffer;
}
