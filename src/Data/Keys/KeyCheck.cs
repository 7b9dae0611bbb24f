using Ciclo.Data.Files;

namespace Ciclo.Data.Keys;

/// <summary>Whether a file of known ids is whole, without the list that names it.</summary>
public static class KeyCheck
{
    /// <summary>Throws <see cref="KeysDamagedException"/> where it is not.</summary>
    public static void Run(IStorage storage, string path)
    {
        var isImports = path[(path.LastIndexOf('/') + 1)..].StartsWith("imports", StringComparison.Ordinal);
        KeyFile.Open(storage, path, isImports ? 3 : 1, isCheckedWhole: true).Dispose();
    }
}
