using System.Collections.Frozen;
using System.Text.Json;

namespace Ciclo.Kit;

/// <summary>Outlines of @tabler/icons (MIT), drawn inline in a box of 24 × 24. Their names are in Client/icons.json, from which the build takes the paths.</summary>
public static class Icons
{
    private static readonly FrozenDictionary<string, string[]> Paths =
        (JsonSerializer.Deserialize<Dictionary<string, string[]>>(Asset.Read("icons.json")) ?? throw new InvalidOperationException("icons.json is empty."))
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => Paths.Keys.Order(StringComparer.Ordinal);

    /// <summary>The outline's paths; a dot for a name that is not known.</summary>
    public static IReadOnlyList<string> PathsOf(string name) => Paths.GetValueOrDefault(name) ?? Paths["dot"];
}
