using Ciclo.Core.Access;

namespace Ciclo.Modules.Keys;

/// <summary>
/// Which scopes somebody may give a key: a key does at most what its maker may. Otherwise whoever may make keys could make one that erases
/// people, and do by it what their role does not let them do.
/// </summary>
public static class KeyGrants
{
    private static readonly Dictionary<string, Permission[]> Needs = new(StringComparer.Ordinal)
    {
        [KeyScopes.Collect] = [],
        [KeyScopes.Read] = [Permission.ReadNumbers, Permission.ReadPeople],
        [KeyScopes.Write] = [Permission.ChangePeople, Permission.ChangeDefinitions, Permission.EraseAndExport],
        [KeyScopes.Export] = [Permission.EraseAndExport],
        [KeyScopes.Admin] = [Permission.Users],
    };

    public static bool MayGrant(Role role, string scope) =>
        role.May(Permission.KeysAndSources) && Needs.TryGetValue(scope, out var needed) && needed.All(permission => role.May(permission));
}
