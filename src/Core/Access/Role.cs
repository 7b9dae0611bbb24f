using System.Collections.Frozen;

namespace Ciclo.Core.Access;

/// <summary>What somebody is in a workspace. Persisted by <see cref="Roles.Name"/>, so names only grow.</summary>
public enum Role
{
    Owner = 0,
    Marketer = 1,
    Analyst = 2,
    Agent = 3,
    Developer = 4,
}

/// <summary>
/// The one table of what each role may do; pages and guides show it, and tests hold the guides against it. Only an owner may name users,
/// and so nobody can give themselves more than they have.
/// </summary>
public static class Roles
{
    private static readonly FrozenDictionary<Role, FrozenSet<Permission>> Table = new Dictionary<Role, FrozenSet<Permission>>
    {
        [Role.Owner] = Permissions.All.ToFrozenSet(),
        [Role.Marketer] = Set(Permission.ReadNumbers, Permission.ReadPeople, Permission.ChangePeople, Permission.ChangeDefinitions, Permission.Send),
        [Role.Analyst] = Set(Permission.ReadNumbers, Permission.ReadPeople),
        [Role.Agent] = Set(Permission.ReadPeople, Permission.ChangePeople),
        [Role.Developer] = Set(Permission.ReadNumbers, Permission.ReadPeople, Permission.ChangeDefinitions, Permission.KeysAndSources),
    }.ToFrozenDictionary();

    public static IReadOnlyList<Role> All { get; } = Enum.GetValues<Role>();

    public static bool May(this Role role, Permission permission) => Table[role].Contains(permission);

    /// <summary>The stored name, also the word of the command line: `owner`.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.Owner => "owner",
        Role.Marketer => "marketer",
        Role.Analyst => "analyst",
        Role.Agent => "agent",
        _ => "developer",
    };

    /// <summary>The role of that stored name; null for any other text.</summary>
    public static Role? Find(string? name) => All.Cast<Role?>().FirstOrDefault(role => role!.Value.Name() == name);

    public static Text Label(this Role role) => role switch
    {
        Role.Owner => new("Owner", "Propietario"),
        Role.Marketer => new("Marketer", "Marketing"),
        Role.Analyst => new("Analyst", "Analista"),
        Role.Agent => new("Agent", "Agente"),
        _ => new("Developer", "Desarrollo"),
    };

    private static FrozenSet<Permission> Set(params Permission[] permissions) => permissions.ToFrozenSet();
}
