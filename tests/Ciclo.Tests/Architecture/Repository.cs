namespace Ciclo.Tests.Architecture;

/// <summary>A file of the repository: its path from the root, with forward slashes, and its text.</summary>
public sealed record SourceFile(string Path, string Text)
{
    private IReadOnlyList<Token>? tokens;

    public IReadOnlyList<Token> Tokens => tokens ??= CSharpTokens.Of(Text);
}

/// <summary>The files of this checkout. What git does not track by `.gitignore` is left out by name, so that an unpacked archive is checked as well.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    private static readonly HashSet<string> Untracked = new(StringComparer.Ordinal)
    {
        ".git", "artifacts", "node_modules", "data", "bin", "obj", "TestResults", ".vs", ".idea", "out",
    };

    private static readonly HashSet<string> Binary = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".gif", ".ico", ".woff", ".woff2", ".gz", ".zip", ".pdf", ".db",
    };

    private static readonly Lazy<IReadOnlyList<SourceFile>> Read = new(() => [.. Walk(new DirectoryInfo(Root)).OrderBy(file => file.Path, StringComparer.Ordinal)]);

    /// <summary>Every text file.</summary>
    public static IReadOnlyList<SourceFile> Files => Read.Value;

    /// <summary>The C# of the program, its tests left out.</summary>
    public static IReadOnlyList<SourceFile> Program { get; } = [.. Under("src/", ".cs").Where(file => !file.Path.Contains("/Tests/", StringComparison.Ordinal))];

    /// <summary>All C#, tests too.</summary>
    public static IReadOnlyList<SourceFile> CSharp { get; } = [.. Under("src/", ".cs"), .. Under("tests/", ".cs"), .. Under("bench/", ".cs")];

    public static IEnumerable<SourceFile> Under(string folder, string extension) => Files.Where(file =>
        file.Path.StartsWith(folder, StringComparison.Ordinal) && file.Path.EndsWith(extension, StringComparison.Ordinal));

    private static IEnumerable<SourceFile> Walk(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles().Where(file => !Binary.Contains(file.Extension) && file.LinkTarget is null && file.Name != ".git"))
        {
            yield return new SourceFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName));
        }
        foreach (var file in folder.EnumerateDirectories().Where(inner => !Untracked.Contains(inner.Name) && inner.LinkTarget is null).SelectMany(Walk))
        {
            yield return file;
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ciclo.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("The tests run outside a checkout: no folder above them holds Ciclo.slnx.");
    }
}
