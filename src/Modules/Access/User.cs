using Ciclo.Core;
using Ciclo.Core.Access;

namespace Ciclo.Modules.Access;

/// <summary>Somebody who uses Ciclo. Times are Unix milliseconds; <paramref name="DisabledAt"/> is null while the account is open.</summary>
public sealed record User(string Id, string Email, string Name, string PasswordHash, Language Language, long CreatedAt, long? DisabledAt)
{
    public const int LongestName = 100;

    /// <summary>The name as it is kept, or null where it is none.</summary>
    public static string? NameOf(string? text) =>
        text?.Trim() is { Length: > 0 and <= LongestName } name && !name.Any(char.IsControl) ? name : null;
}

/// <summary>What a user is in a workspace; <paramref name="EndedAt"/> is null while that lasts.</summary>
public sealed record Membership(string WorkspaceId, string UserId, Role Role, long CreatedAt, long? EndedAt);

/// <summary>A member as lists show one; <paramref name="Sessions"/> counts the browsers that are signed in.</summary>
public sealed record Member(string UserId, string Email, string Name, Role Role, long CreatedAt, long? EndedAt, long? SeenAt, int Sessions)
{
    public bool IsActive => EndedAt is null;
}
