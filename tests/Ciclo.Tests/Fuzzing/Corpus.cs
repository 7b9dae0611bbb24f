using Ciclo.Tests.Architecture;

namespace Ciclo.Tests.Fuzzing;

/// <summary>Inputs kept in the repository, a folder for each parser: what was found to matter, to begin mutating from. Files are added by hand.</summary>
public static class Corpus
{
    /// <summary>The files of `tests/fuzz/{parser}`, by name.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Of(string parser) =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "fuzz", parser)).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];

    /// <summary>Their bytes alone.</summary>
    public static IReadOnlyList<byte[]> BytesOf(string parser) => [.. Of(parser).Select(file => file.Bytes)];
}
