using System.Text.RegularExpressions;
using Ciclo.Tests.Architecture;

namespace Ciclo.Tests.Docs;

/// <summary>Pages lead to files that exist.</summary>
public sealed class LinkTests
{
    // Pictures are left out: they are made from the running program, and may come after the page.
    private static readonly Regex Link = new("""(?:^|[^!])\[[^\[\]]*\]\((?<to>[^()\s#]+)(?:#[^()\s]*)?\)""", RegexOptions.NonBacktracking | RegexOptions.Multiline);

    [Fact]
    public void Links_between_pages_lead_to_files_that_exist() => Findings.AssertNone(
        Repository.Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).SelectMany(page => Broken(page, Exists)));

    [Fact]
    public void A_planted_broken_link_is_found()
    {
        var page = new SourceFile("docs/guides/a.md", "See [b](b.md), [c](../c.md#part), [site](https://example.com/x) and [folder](../guides).");
        Assert.Equal(["docs/guides/a.md leads to ../c.md, which is not there"], Broken(page, path => path is "docs/guides/b.md" or "docs/guides"));
    }

    private static IEnumerable<string> Broken(SourceFile page, Func<string, bool> exists) =>
        from match in Link.Matches(page.Text)
        let to = match.Groups["to"].Value
        where !to.Contains("://", StringComparison.Ordinal) && !to.StartsWith("mailto:", StringComparison.Ordinal)
        where !exists(Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, to))).Replace('\\', '/'))
        select $"{page.Path} leads to {to}, which is not there";

    private static bool Exists(string path) => File.Exists(Path.Combine(Repository.Root, path)) || Directory.Exists(Path.Combine(Repository.Root, path));
}
