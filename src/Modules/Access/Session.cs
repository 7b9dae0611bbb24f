using Ciclo.Core.Time;

namespace Ciclo.Modules.Access;

/// <summary>
/// A browser that is signed in. It ends 12 hours after it was last seen, 30 days after it began, or when somebody ends it.
/// <paramref name="Address"/> is shortened (<see cref="NetworkAddress.Shortened"/>), <paramref name="Agent"/> what the browser calls itself.
/// </summary>
public sealed record Session(string Id, string UserId, string WorkspaceId, long CreatedAt, long SeenAt, long? EndedAt, string Address, string Agent)
{
    public const long IdleMs = 12 * Durations.Hour;
    public const long LongestMs = 30 * Durations.Day;
    public const int LongestAgent = 200;

    /// <summary>Being seen is written once a minute, not with each request.</summary>
    public const long SeenEveryMs = Durations.Minute;

    public bool IsLive(long now) => EndedAt is null && now < SeenAt + IdleMs && now < CreatedAt + LongestMs;
}
