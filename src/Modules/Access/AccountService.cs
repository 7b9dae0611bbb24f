using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>Who came in: the token for their cookie and the account; or why not.</summary>
public sealed record SignedIn(string Token, User? User, AccessError? Error)
{
    public static SignedIn Refused(AccessError error) => new("", null, error);
}

/// <summary>What people do with their own account: sign in and out, change password and profile, end sessions.</summary>
public sealed class AccountService(DataHost host, Passwords passwords, SignInThrottle throttle)
{
    /// <summary>
    /// Signs in by e-mail and password. An account that is unknown, closed or in no workspace takes the same time and gets the same answer
    /// as a wrong password.
    /// </summary>
    public async Task<SignedIn> SignInAsync(string? email, string password, Origin origin, CancellationToken cancellation)
    {
        var user = await CheckAsync(email, password, origin, cancellation);
        return user.Error is { } error ? SignedIn.Refused(error) : await BeginSessionAsync(user.User!, origin, cancellation);
    }

    /// <summary>The account that an e-mail and password open, throttled and told to the audit log where they do not.</summary>
    public async Task<(User? User, AccessError? Error)> CheckAsync(string? email, string password, Origin origin, CancellationToken cancellation)
    {
        var (now, account) = (host.NowMs, EmailAddress.Normalise(email) ?? "");
        var (user, workspace) = host.Database.Read(connection => Find(connection, account));
        var outcome = throttle.Begin(account, origin.Counted, now);
        if (outcome != TryOutcome.Begun)
        {
            if (outcome == TryOutcome.FirstRefused)
            {
                await AuditLog.WriteAsync(host, new AuditEntry(workspace ?? "", origin.As(""), AuditActions.SignInThrottled, user?.Id ?? ""), cancellation);
            }
            return (null, AccessError.TooManyTries);
        }
        return await CheckAsync(user, user is { DisabledAt: null } && workspace is not null, workspace ?? "", password, origin, now, cancellation);
    }

    /// <summary>Whether the password is that of an account, which may be in no workspace yet; throttled and told as a sign-in is.</summary>
    public async Task<(User? User, AccessError? Error)> CheckPasswordAsync(User user, string password, Origin origin, CancellationToken cancellation)
    {
        var now = host.NowMs;
        return throttle.Begin(user.Email, origin.Counted, now) == TryOutcome.Begun
            ? await CheckAsync(user, user.DisabledAt is null, "", password, origin, now, cancellation)
            : (null, AccessError.TooManyTries);
    }

    private async Task<(User? User, AccessError? Error)> CheckAsync(
        User? user, bool isOpen, string workspace, string password, Origin origin, long now, CancellationToken cancellation)
    {
        var (isRight, isOutdated) = await passwords.CheckAsync(isOpen ? user!.PasswordHash : null, password, cancellation);
        if (!isRight)
        {
            await AuditLog.WriteAsync(host, new AuditEntry(workspace, origin.As(""), AuditActions.SignInFailed, user?.Id ?? ""), cancellation);
            return (null, AccessError.NotSignedIn);
        }
        throttle.Succeed(user!.Email, origin.Counted, now);
        if (isOutdated)
        {
            var hash = await passwords.HashAsync(password, cancellation);
            await host.Database.WriteAsync((connection, transaction) =>
            {
                UserStore.SetPassword(connection, transaction, user.Id, hash);
                return 0;
            }, cancellation);
        }
        return (user, null);
    }

    /// <summary>Begins a session in the workspace named, or in the first that is open to the user.</summary>
    public async Task<SignedIn> BeginSessionAsync(User user, Origin origin, CancellationToken cancellation, string? workspace = null)
    {
        var (now, token) = (host.NowMs, SecretText.NewToken());
        await host.Database.WriteAsync((connection, transaction) =>
        {
            var place = workspace ?? Find(connection, user.Email).Workspace!;
            var session = new Session(SecretText.NewId("ses"), user.Id, place, now, now, null, origin.Shortened, origin.Agent);
            SessionStore.Prune(connection, transaction, now);
            SessionStore.Add(connection, transaction, session, SecretText.Hash(token));
            AuditLog.Write(connection, transaction, now, new AuditEntry(place, origin.As(user.Id), AuditActions.SignedIn, session.Id));
            return 0;
        }, cancellation);
        return new SignedIn(token, user, null);
    }

    public Task SignOutAsync(Visitor visitor, Actor by, CancellationToken cancellation) => EndAsync(visitor, visitor.SessionId, by, AuditActions.SignedOut, cancellation);

    /// <summary>Ends one session of one's own; false if there is none of this id.</summary>
    public Task<bool> EndSessionAsync(Visitor visitor, string id, Actor by, CancellationToken cancellation) => EndAsync(visitor, id, by, AuditActions.SessionsEnded, cancellation);

    /// <summary>Ends all sessions of one's own, but for the one that asks.</summary>
    public Task EndOtherSessionsAsync(Visitor visitor, Actor by, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        var ended = SessionStore.EndAll(connection, transaction, visitor.UserId, visitor.SessionId, host.NowMs);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, by, AuditActions.SessionsEnded, visitor.UserId, $"sessions={ended}"));
        return ended;
    }, cancellation);

    public IReadOnlyList<Session> Sessions(Visitor visitor) => host.Database.Read(connection => SessionStore.Live(connection, visitor.UserId, host.NowMs));

    public IReadOnlyList<Membership> Memberships(Visitor visitor) =>
        host.Database.Read(connection => UserStore.MembershipsOf(connection, visitor.UserId)).Where(one => one.EndedAt is null).ToList();

    public User? Find(Visitor visitor) => host.Database.Read(connection => UserStore.ById(connection, visitor.UserId));

    /// <summary>Changes one's password and ends one's other sessions; answers why not.</summary>
    public async Task<AccessError?> ChangePasswordAsync(Visitor visitor, string current, string password, string again, Origin origin, CancellationToken cancellation)
    {
        if (password != again)
        {
            return AccessError.PasswordsDiffer;
        }
        if (PasswordRules.Refuse(password, visitor.Email) is { } weak)
        {
            return weak;
        }
        var (user, error) = await CheckAsync(visitor.Email, current, origin, cancellation);
        if (user is null)
        {
            return error == AccessError.NotSignedIn ? AccessError.WrongPassword : error;
        }
        var hash = await passwords.HashAsync(password, cancellation);
        await host.Database.WriteAsync((connection, transaction) =>
        {
            UserStore.SetPassword(connection, transaction, user.Id, hash);
            var ended = SessionStore.EndAll(connection, transaction, user.Id, visitor.SessionId, host.NowMs);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, origin.As(user.Id), AuditActions.PasswordChanged, user.Id, $"sessions={ended}"));
            return 0;
        }, cancellation);
        return null;
    }

    public async Task<AccessError?> SetProfileAsync(Visitor visitor, string? name, Language language, CancellationToken cancellation)
    {
        if (User.NameOf(name) is not { } kept)
        {
            return AccessError.BadName;
        }
        await host.Database.WriteAsync((connection, transaction) =>
        {
            UserStore.SetProfile(connection, transaction, visitor.UserId, kept, language);
            return 0;
        }, cancellation);
        return null;
    }

    /// <summary>Looks at another workspace from now on; false where the user has no access to it, or there is none.</summary>
    public Task<bool> LookAtAsync(Visitor visitor, string workspace, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        var isOpen = UserStore.Membership(connection, workspace, visitor.UserId) is { EndedAt: null };
        if (isOpen)
        {
            SessionStore.Look(connection, transaction, visitor.SessionId, workspace);
        }
        return isOpen;
    }, cancellation);

    private static (User? User, string? Workspace) Find(SqliteConnection connection, string email)
    {
        var user = email.Length == 0 ? null : UserStore.ByEmail(connection, email);
        return (user, user is null ? null : UserStore.MembershipsOf(connection, user.Id).FirstOrDefault(membership => membership.EndedAt is null)?.WorkspaceId);
    }

    private Task<bool> EndAsync(Visitor visitor, string id, Actor by, string action, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        var isEnded = SessionStore.End(connection, transaction, visitor.UserId, id, host.NowMs);
        if (isEnded)
        {
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, by, action, id));
        }
        return isEnded;
    }, cancellation);
}
