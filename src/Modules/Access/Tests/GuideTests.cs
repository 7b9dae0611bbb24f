using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Tests.Architecture;

namespace Ciclo.Modules.Access.Tests;

/// <summary>The guides show the table of roles as the code has it.</summary>
public sealed class GuideTests
{
    [Theory]
    [InlineData("docs/guides/users.md", Language.En, "yes")]
    [InlineData("docs/guides/users.es.md", Language.Es, "sí")]
    public void The_guides_table_of_roles_is_the_codes(string path, Language language, string yes)
    {
        var text = Repository.Files.Single(file => file.Path == path).Text;
        var head = $"| {string.Join(" | ", Roles.All.Select(role => role.Label().In(language)).Prepend(" "))} |".Replace("|   |", "| |", StringComparison.Ordinal);
        Assert.Contains(head, text, StringComparison.Ordinal);
        Assert.All(Permissions.All, permission => Assert.Contains(
            $"| {permission.Label().In(language)} | {string.Join(" | ", Roles.All.Select(role => role.May(permission) ? yes : "–"))} |", text, StringComparison.Ordinal));
    }
}
