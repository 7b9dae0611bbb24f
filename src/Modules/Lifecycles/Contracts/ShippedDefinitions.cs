using Ciclo.Engine.Definitions;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>The lifecycle and segment files that ship with the program.</summary>
public static class ShippedDefinitions
{
    /// <summary>Lifecycles first, then segments; each by its file's name.</summary>
    public static IReadOnlyList<DefinitionFile> All { get; } = [.. Read("lifecycles"), .. Read("segments")];

    public static IEnumerable<DefinitionFile> Lifecycles => All.Where(file => file.Lifecycle is not null);

    private static IEnumerable<DefinitionFile> Read(string folder) => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.yaml")
        .Order(StringComparer.Ordinal).Select(path => DefinitionFile.Read(File.ReadAllText(path), Path.GetFileName(path)));
}
