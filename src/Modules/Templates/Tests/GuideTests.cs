using Ciclo.Core.Liquid;
using Ciclo.Tests.Architecture;

namespace Ciclo.Modules.Templates.Tests;

public sealed class GuideTests
{
    [Theory]
    [InlineData("docs/guides/templates.md")]
    [InlineData("docs/guides/templates.es.md")]
    public void The_guides_name_every_filter(string path)
    {
        var guide = Repository.Files.Single(file => file.Path == path).Text;
        Assert.DoesNotContain(LiquidFilters.Names, name => !guide.Contains($"`{name}`", StringComparison.Ordinal));
    }
}
