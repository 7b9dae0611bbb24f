using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>Somebody of a workspace whose access lasts. <paramref name="Language"/>: in which they read.</summary>
public sealed record TeamMember(string UserId, string Name, string Email, Role Role, Language Language);

/// <summary>The people who work in a workspace.</summary>
public static class Team
{
    /// <summary>Everybody whose access lasts, by name.</summary>
    public static IReadOnlyList<TeamMember> Of(DataHost host, string workspaceId) => host.Database.Read(connection => Of(connection, workspaceId, host.NowMs));

    /// <summary>The same within somebody else's read.</summary>
    public static IReadOnlyList<TeamMember> Of(SqliteConnection connection, string workspaceId, long nowMs) => [.. UserStore.Members(connection, workspaceId, nowMs).Where(member => member.IsActive)
        .Select(member => new TeamMember(member.UserId, member.Name, member.Email, member.Role, UserStore.ById(connection, member.UserId)!.Language))];
}
