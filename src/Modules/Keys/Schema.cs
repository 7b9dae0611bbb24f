namespace Ciclo.Modules.Keys;

/// <summary>The module's migrations, in order, as they lie in `Schema/`.</summary>
public static class Schema
{
    public static IReadOnlyList<string> Files { get; } = ["001-keys.sql"];

    /// <summary>The text of one migration.</summary>
    public static string Read(string file)
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream("Ciclo.Modules.Keys.Schema." + file)
            ?? throw new InvalidOperationException($"The migration {file} is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
