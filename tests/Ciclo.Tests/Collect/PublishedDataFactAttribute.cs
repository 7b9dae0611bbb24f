namespace Ciclo.Tests.Collect;

/// <summary>A test that reads a set of published data, which lies beside the repository; it shows as skipped where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedDataFactAttribute : FactAttribute
{
    public PublishedDataFactAttribute(string name)
    {
        Name = name;
        if (!Directory.Exists(Folder(name)))
        {
            Skip = $"The published data {name} is not here: set CICLO_SHARED to the folder that holds data/{name}.";
        }
    }

    public string Name { get; }

    /// <summary>The folder of a data set, whether or not it exists.</summary>
    public static string Folder(string name)
    {
        var found = Roots().Select(root => Path.Combine(root, "data", name)).FirstOrDefault(Directory.Exists);
        return found ?? Path.Combine("shared", "data", name);
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("CICLO_SHARED") is { Length: > 0 } given)
        {
            yield return given;
        }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared");
        }
    }
}
