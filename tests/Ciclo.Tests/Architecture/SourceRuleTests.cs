namespace Ciclo.Tests.Architecture;

/// <summary>Rules about single files: their size, who may read a clock, what must not stand in them.</summary>
public sealed class SourceRuleTests
{
    private const int MaxLines = 500;

    private static readonly string[] Sized = [".cs", ".razor", ".sql", ".ts", ".mjs", ".sh"];

    /// <summary>Files that were longer when the rule came, with the lines they may have. Numbers here only shrink.</summary>
    private static readonly Dictionary<string, int> Longer = new(StringComparer.Ordinal);

    // Put together, so that this file does not breach its own rule.
    private static readonly string[] Registries =
    [
        "nuget" + ".org", "npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com", "pypi" + ".org", "debian" + ".org", "maven" + ".org", "ghcr" + ".io", "docker" + ".io",
        "pkgs.dev" + ".azure", "art" + "ifactory",
    ];

    private static readonly string[] MachineFolders = ["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", ":\\" + "Users\\"];

    [Fact]
    public void A_source_file_has_500_lines_at_most() => Findings.AssertNone(Repository.Files.SelectMany(file => TooLong(file, Longer)));

    [Fact]
    public void Nobody_reads_the_clock_or_sleeps() => Findings.AssertNone(Repository.CSharp.SelectMany(ClockReads));

    [Fact]
    public void No_file_names_a_package_registry_or_a_folder_of_one_machine() => Findings.AssertNone(Repository.Files.SelectMany(Places));

    [Fact]
    public void No_region_hides_the_size_of_a_file() => Findings.AssertNone(Repository.CSharp.SelectMany(Regions));

    [Fact]
    public void A_planted_long_file_is_found_and_an_exception_only_shrinks()
    {
        var allowed = new Dictionary<string, int>(StringComparer.Ordinal) { ["src/Old.cs"] = 600 };
        Assert.Empty(TooLong(OfLines("src/New.cs", 500), allowed));
        Assert.Single(TooLong(OfLines("src/New.cs", 501), allowed));
        Assert.Empty(TooLong(OfLines("src/Old.cs", 600), allowed));
        Assert.Single(TooLong(OfLines("src/Old.cs", 601), allowed));
        Assert.Single(TooLong(OfLines("src/Old.cs", 500), allowed));
        Assert.Empty(TooLong(OfLines("docs/long.md", 501), allowed));
    }

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("var today = System.DateTime.Today;")]
    [InlineData("Thread.Sleep(10);")]
    public void A_planted_look_at_the_clock_is_found(string line)
    {
        Assert.Single(ClockReads(new SourceFile("src/Core/Fold.cs", line)));
        Assert.Empty(ClockReads(new SourceFile("src/Core/Fold.cs", "// " + line)));
    }

    [Fact]
    public void A_planted_registry_or_folder_is_found()
    {
        foreach (var planted in Registries.Select(host => $"https://api.{host}/v3").Concat(MachineFolders.Select(folder => $"var data = \"{folder}somebody/data\";")))
        {
            Assert.Single(Places(new SourceFile("src/Any.cs", planted)));
        }
        Assert.Empty(Places(new SourceFile("docs/any.md", "See ./work/plan, https://example.com/home/page and framework/notes.")));
    }

    [Fact]
    public void A_planted_region_is_found() => Assert.Single(Regions(new SourceFile("src/Any.cs", "class A\n{\n    #region B\n    #endregion\n}")));

    private static IEnumerable<string> TooLong(SourceFile file, Dictionary<string, int> longer)
    {
        if (!Sized.Contains(Path.GetExtension(file.Path)))
        {
            yield break;
        }
        var lines = file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        var isException = longer.TryGetValue(file.Path, out var allowed);
        if (lines > (isException ? allowed : MaxLines))
        {
            yield return $"{file.Path} has {lines} lines, at most {(isException ? allowed : MaxLines)} are allowed: give the ideas in it files of their own";
        }
        else if (isException && lines <= MaxLines)
        {
            yield return $"{file.Path} has {lines} lines by now: take it off the list of exceptions";
        }
    }

    private static IEnumerable<string> ClockReads(SourceFile file)
    {
        for (var i = 0; i + 2 < file.Tokens.Count; i++)
        {
            if (file.Tokens[i + 1].Is(".") && (file.Tokens[i].Value, file.Tokens[i + 2].Value) is
                ("DateTime" or "DateTimeOffset", "Now" or "UtcNow" or "Today") or ("Thread", "Sleep"))
            {
                yield return $"{file.Path}:{file.Tokens[i].Line} {file.Tokens[i].Value}.{file.Tokens[i + 2].Value}: time is an argument, nothing polls";
            }
        }
    }

    private static IEnumerable<string> Places(SourceFile file) => Lines(file, line =>
        Registries.Any(host => line.Contains(host, StringComparison.OrdinalIgnoreCase)) || MachineFolders.Any(folder => HasFolder(line, folder)));

    /// <summary>The folder at the beginning of a path, so that `framework/` and `example.com/home/` are none.</summary>
    private static bool HasFolder(string line, string folder)
    {
        for (var at = line.IndexOf(folder, StringComparison.Ordinal); at >= 0; at = line.IndexOf(folder, at + 1, StringComparison.Ordinal))
        {
            if (folder[0] == ':' || at == 0 || !(char.IsLetterOrDigit(line[at - 1]) || line[at - 1] is '.' or '/' or '}' or ')' or '_' or '-'))
            {
                return true;
            }
        }
        return false;
    }

    private static IEnumerable<string> Regions(SourceFile file) => Lines(file, line => line.TrimStart().StartsWith("#" + "region", StringComparison.Ordinal));

    private static IEnumerable<string> Lines(SourceFile file, Func<string, bool> isBreach)
    {
        var number = 0;
        foreach (var line in file.Text.Split('\n'))
        {
            number++;
            if (isBreach(line))
            {
                yield return $"{file.Path}:{number} {line.Trim()}";
            }
        }
    }

    private static SourceFile OfLines(string path, int lines) => new(path, string.Join('\n', Enumerable.Repeat("x", lines)) + "\n");
}
