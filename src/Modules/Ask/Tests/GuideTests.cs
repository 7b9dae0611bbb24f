using Ciclo.Core;
using Ciclo.Modules.Ask.Views;
using Ciclo.Tests.Architecture;

namespace Ciclo.Modules.Ask.Tests;

/// <summary>The guides describe the views as the code does.</summary>
public sealed class GuideTests
{
    [Theory]
    [InlineData("docs/guides/sql.md", Language.En)]
    [InlineData("docs/guides/sql.es.md", Language.Es)]
    public void The_guides_columns_are_the_codes(string path, Language language)
    {
        var text = Repository.Files.Single(file => file.Path == path).Text;
        var lines = text[text.IndexOf("\n### ", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("###", StringComparison.Ordinal) || line.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(
            AllViews.List.SelectMany(view => view.Columns.Select(column => $"| `{column.Name}` | {column.Type} | {column.Says.In(language)} |").Prepend("### " + view.Name)),
            lines);
        Assert.All(AllViews.List, view => Assert.Contains(view.Says.In(language), text, StringComparison.Ordinal));
    }
}
