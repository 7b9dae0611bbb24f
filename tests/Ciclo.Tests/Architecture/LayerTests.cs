using System.Xml.Linq;

namespace Ciclo.Tests.Architecture;

/// <summary>Core, Data, Engine, Kit, Modules, Server: a project uses only what stands before it.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Data"] = ["Core"],
        ["Engine"] = ["Core", "Data"],
        ["Kit"] = ["Core"],
        ["Modules"] = ["Core", "Data", "Engine", "Kit"],
        ["Server"] = ["Core", "Data", "Engine", "Kit", "Modules"],
    };

    /// <summary>Core is pure: maths, and the zone rules, which are part of what a rule means (docs/decisions/2026-11-21-zone-rules-ship-with-the-program.md).</summary>
    private static readonly string[] PackagesOfCore = ["MathNet.Numerics", "NodaTime", "System.Numerics.Tensors"];

    [Fact]
    public void A_project_uses_only_those_before_it()
    {
        var projects = Repository.Under("src/", ".csproj").ToList();
        Assert.Equal(MayUse.Keys.Order(StringComparer.Ordinal), projects.Select(project => Path.GetFileNameWithoutExtension(project.Path)).Order(StringComparer.Ordinal));
        Findings.AssertNone(projects.SelectMany(Breaches));
    }

    [Theory]
    [InlineData("Core", """<ProjectReference Include="../Data/Data.csproj" />""", "Core uses Data")]
    [InlineData("Data", """<ProjectReference Include="..\Engine\Engine.csproj" />""", "Data uses Engine")]
    [InlineData("Kit", """<ProjectReference Include="../Engine/Engine.csproj" />""", "Kit uses Engine")]
    [InlineData("Engine", """<ProjectReference Include="../Modules/Modules.csproj" />""", "Engine uses Modules")]
    [InlineData("Core", """<PackageReference Include="Dapper" />""", "Core uses the package Dapper")]
    [InlineData("Core", """<FrameworkReference Include="Microsoft.AspNetCore.App" />""", "Core uses the framework Microsoft.AspNetCore.App")]
    public void A_planted_reference_against_the_order_is_found(string project, string line, string breach)
    {
        var planted = new SourceFile($"src/{project}/{project}.csproj", $"<Project><ItemGroup>{line}</ItemGroup></Project>");
        Assert.Equal([breach], Breaches(planted));
    }

    private static IEnumerable<string> Breaches(SourceFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Path);
        var items = XDocument.Parse(project.Text).Descendants().Where(item => item.Attribute("Include") is not null).ToLookup(
            item => item.Name.LocalName, item => item.Attribute("Include")!.Value);
        foreach (var used in items["ProjectReference"].Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(MayUse[name]))
        {
            yield return $"{name} uses {used}";
        }
        if (name == "Core")
        {
            foreach (var package in items["PackageReference"].Except(PackagesOfCore))
            {
                yield return $"Core uses the package {package}";
            }
            foreach (var framework in items["FrameworkReference"])
            {
                yield return $"Core uses the framework {framework}";
            }
        }
    }
}
