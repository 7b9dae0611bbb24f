using System.Text.RegularExpressions;
using Ciclo.Tests.Architecture;

namespace Ciclo.Tests.Docs;

/// <summary>The page that says which test holds what names tests that exist.</summary>
public sealed class FaultPageTests
{
    private const string Page = "docs/internals/faults.md";

    private static readonly Regex Named = new("`([A-Za-z]+Tests)`", RegexOptions.NonBacktracking);

    [Fact]
    public void Every_test_it_names_exists()
    {
        var classes = Repository.CSharp.Where(file => file.Path.EndsWith("Tests.cs", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file.Path)).ToHashSet(StringComparer.Ordinal);
        var named = Named.Matches(Repository.Files.Single(file => file.Path == Page).Text).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(named.Count > 25);
        Findings.AssertNone(named.Where(name => !classes.Contains(name)).Select(name => $"{Page} names {name}, which is not there"));
    }
}
