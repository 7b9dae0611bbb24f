using Ciclo.Core.Access;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Access;

/// <summary>What a link is for. Persisted by <see cref="OneTimeLinks.Name"/>.</summary>
public enum LinkKind
{
    /// <summary>Makes the first user of the installation.</summary>
    Setup = 0,

    /// <summary>Lets somebody into a workspace.</summary>
    Invitation = 1,

    /// <summary>Sets a new password.</summary>
    Reset = 2,
}

/// <summary>A link that works once. <paramref name="Email"/> and <paramref name="Role"/> are an invitation's, <paramref name="UserId"/> a reset's.</summary>
public sealed record OneTimeLink(
    string Id, LinkKind Kind, string WorkspaceId, string Email, Role? Role, string UserId, string CreatedBy, long CreatedAt, long ExpiresAt)
{
    public const long InvitationMs = 72 * Durations.Hour;
    public const long ResetMs = Durations.Hour;

    public static OneTimeLink Setup(string workspace, long now) =>
        new(SecretText.NewId("lnk"), LinkKind.Setup, workspace, "", Core.Access.Role.Owner, "", "server", now, now + InvitationMs);

    public static OneTimeLink Invitation(string workspace, string email, Role role, string by, long now) =>
        new(SecretText.NewId("lnk"), LinkKind.Invitation, workspace, email, role, "", by, now, now + InvitationMs);

    public static OneTimeLink Reset(string workspace, string userId, string by, long now) =>
        new(SecretText.NewId("lnk"), LinkKind.Reset, workspace, "", null, userId, by, now, now + ResetMs);
}

/// <summary>Stored names and addresses of links.</summary>
public static class OneTimeLinks
{
    public static string Name(this LinkKind kind) => kind switch { LinkKind.Setup => "setup", LinkKind.Invitation => "invitation", _ => "reset" };

    public static LinkKind Find(string name) => name switch
    {
        "setup" => LinkKind.Setup,
        "invitation" => LinkKind.Invitation,
        "reset" => LinkKind.Reset,
        _ => throw new InvalidDataException($"one_time_links holds the unknown kind '{name}': the database is of a later version."),
    };

    /// <summary>`/invitation/TOKEN`.</summary>
    public static string Path(LinkKind kind, string token) => $"/{kind.Name()}/{token}";
}
