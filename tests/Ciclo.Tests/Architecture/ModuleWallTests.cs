namespace Ciclo.Tests.Architecture;

/// <summary>Modules meet only through each other's `Contracts` namespaces.</summary>
public sealed class ModuleWallTests
{
    private static readonly string[] Declarations = ["class", "record", "struct", "interface", "enum"];

    [Fact]
    public void Modules_meet_only_through_contracts() => Findings.AssertNone(Breaches(Repository.Program));

    [Fact]
    public void A_modules_code_lies_in_its_own_namespace() => Findings.AssertNone(Repository.Program.SelectMany(Strays));

    [Theory]
    [InlineData("using Ciclo.Modules.Loyalty; namespace Ciclo.Modules.Journeys; class Step { }")]
    [InlineData("using static Ciclo.Modules.Loyalty.Store; namespace Ciclo.Modules.Journeys; class Step { }")]
    [InlineData("using Points = Ciclo.Modules.Loyalty.Account; namespace Ciclo.Modules.Journeys; class Step { }")]
    [InlineData("namespace Ciclo.Modules.Journeys; class Step { object x = Ciclo.Modules.Loyalty.Store.List(); }")]
    [InlineData("namespace Ciclo.Modules.Journeys; class Step { object x = Modules.Loyalty.Store.List(); }")]
    [InlineData("namespace Ciclo.Modules.Journeys; class Step { object x = Loyalty.Store.List(); }")]
    public void A_planted_look_over_the_wall_is_found(string source)
    {
        var breach = Assert.Single(Breaches([Loyalty, new SourceFile("src/Modules/Journeys/Step.cs", source)]));
        Assert.Contains("src/Modules/Journeys/Step.cs", breach, StringComparison.Ordinal);
        Assert.Contains("Loyalty", breach, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using Ciclo.Modules.Loyalty.Contracts; namespace Ciclo.Modules.Journeys; class Step { }")]
    [InlineData("namespace Ciclo.Modules.Journeys; class Step { Loyalty.Contracts.IPoints? points; }")]
    [InlineData("using Ciclo.Modules.Journeys.Contracts; namespace Ciclo.Modules.Journeys; /* Ciclo.Modules.Loyalty.Store */ class Step { string Loyalty = \"Loyalty.Store\"; }")]
    public void Contracts_comments_and_texts_are_no_breach(string source) =>
        Assert.Empty(Breaches([Loyalty, new SourceFile("src/Modules/Journeys/Step.cs", source)]));

    [Fact]
    public void A_planted_stray_namespace_is_found() =>
        Assert.Single(Strays(new SourceFile("src/Modules/Journeys/Step.cs", "namespace Ciclo.Modules.Loyalty; class Step { }")));

    private static SourceFile Loyalty { get; } = new("src/Modules/Loyalty/Store.cs", "namespace Ciclo.Modules.Loyalty; static class Store { } record Account;");

    private static string? ModuleOf(SourceFile file) => file.Path.Split('/') is ["src", "Modules", var module, _, ..] ? module : null;

    private static IEnumerable<string> Breaches(IReadOnlyList<SourceFile> files)
    {
        var typesOf = files.Where(file => ModuleOf(file) is not null)
            .GroupBy(file => ModuleOf(file)!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.SelectMany(TypesIn).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var file in files.Where(file => ModuleOf(file) is not null))
        {
            for (var i = 0; i + 2 < file.Tokens.Count; i++)
            {
                if (typesOf.TryGetValue(file.Tokens[i].Value, out var types) && file.Tokens[i].Kind == TokenKind.Word && IsBreach(file, i, types))
                {
                    yield return $"{file.Path}:{file.Tokens[i].Line} reaches into the module {file.Tokens[i].Value}; use its Contracts";
                }
            }
        }
    }

    /// <summary>Whether the module's name at <paramref name="i"/> is the beginning of a name inside that module, written out or from the namespace around it.</summary>
    private static bool IsBreach(SourceFile file, int i, HashSet<string> types)
    {
        var tokens = file.Tokens;
        if (tokens[i].Value == ModuleOf(file))
        {
            return false;
        }
        var isWrittenOut = i >= 2 && tokens[i - 1].Is(".") && tokens[i - 2].Is("Modules");
        var isRelative = (i == 0 || !tokens[i - 1].Is(".")) && tokens[i + 1].Is(".") && types.Contains(tokens[i + 2].Value);
        var isContract = tokens[i + 1].Is(".") && tokens[i + 2].Is("Contracts");
        return !isContract && (isWrittenOut || isRelative);
    }

    private static IEnumerable<string> TypesIn(SourceFile file)
    {
        for (var i = 0; i + 1 < file.Tokens.Count; i++)
        {
            if (Declarations.Any(file.Tokens[i].Is))
            {
                yield return file.Tokens[i + 1].Value;
            }
        }
    }

    private static IEnumerable<string> Strays(SourceFile file)
    {
        if (ModuleOf(file) is not { } module)
        {
            yield break;
        }
        for (var i = 0; i + 5 < file.Tokens.Count; i++)
        {
            if (file.Tokens[i].Is("namespace") && !(file.Tokens[i + 3].Is("Modules") && file.Tokens[i + 5].Is(module)))
            {
                yield return $"{file.Path}:{file.Tokens[i].Line} is of the module {module} and in another namespace";
            }
        }
    }
}
