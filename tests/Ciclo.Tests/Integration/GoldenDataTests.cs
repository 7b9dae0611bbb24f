using Ciclo.Tests.Architecture;
using Ciclo.Tests.Commands;

namespace Ciclo.Tests.Integration;

/// <summary>
/// A data directory as version 1 wrote it, kept in the repository: this program must open it and answer the same. It is never made anew;
/// a new format gets a directory of its own. To make one, set CICLO_MAKE_GOLDEN to its path and run this class.
/// </summary>
public sealed class GoldenDataTests
{
    private const string Map = """
        source: shop
        emit:
          - { type: identify, user_id: id, email: mail, timestamp: { column: at } }
          - { type: track, event: Order Completed, user_id: id, timestamp: { column: at }, properties: { revenue: revenue } }
        """;

    private static readonly string[][] Questions =
    [
        ["stages", "--lifecycle", "golden"], ["transitions", "--lifecycle", "golden"], ["events"], ["rejected"], ["imports", "list"], ["identity", "list"],
        ["lifecycle", "list"], ["settings", "list"], ["erase", "list"], ["stages", "--lifecycle", "golden", "--at", "2024-02-15"],
    ];

    private static string Golden => Path.Combine(Repository.Root, "tests", "golden", "data-v1");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_of_version_1_opens_and_answers_the_same(bool withDerived)
    {
        if (Environment.GetEnvironmentVariable("CICLO_MAKE_GOLDEN") is { } target && withDerived)
        {
            await MakeAsync(target);
        }
        using var folder = new CommandFolder();
        Copy(Path.Combine(Golden, "data"), folder.Data);
        var workspace = Path.Combine(folder.Data, "workspaces", "default");
        Assert.All(new[] { "checkpoint", "journal/000000000001.log", "feed/000000000001.log" }, name => Assert.True(File.Exists(Path.Combine(workspace, name)), name));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(workspace, "history"), "*.seg", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(workspace, "keys"), "*.keys", SearchOption.AllDirectories));
        if (!withDerived)
        {
            File.Delete(Path.Combine(workspace, "checkpoint"));
            Directory.Delete(Path.Combine(workspace, "history"), recursive: true);
            Directory.Delete(Path.Combine(workspace, "keys"), recursive: true);
        }
        for (var i = 0; i < Questions.Length; i++)
        {
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Golden, $"answer-{i}.csv")), await folder.DoAsync([.. Questions[i], "--format", "csv"]));
        }
    }

    private static async Task MakeAsync(string target)
    {
        using var folder = new CommandFolder();
        await folder.DoAsync("lifecycle", "apply", folder.Write("golden.yaml", "lifecycle: golden\nmovement: forward\nstages:\n  - id: known\n  - id: buyer\n    when: count(\"Order Completed\") >= 1\n  - id: regular\n    when: count(\"Order Completed\") >= 3 and sum(\"Order Completed\".revenue) > 50\n"));
        await folder.DoAsync("settings", "set", "currency", "EUR");
        var rows = "id,mail,revenue,at\n" + string.Concat(Enumerable.Range(0, 60).Select(i =>
            $"user-{i % 17},user-{i % 17}@example.com,{i % 7 * 10},2024-0{1 + (i % 3)}-{10 + (i % 15)}T08:00:00Z\n")) + "nobody,,1,no time\n";
        var map = folder.Write("map.yaml", Map);
        await folder.DoAsync("import", folder.Write("a.csv", rows), "--map", map);
        await folder.DoAsync("import", folder.Write("b.csv", rows.Replace("user-", "other-", StringComparison.Ordinal)), "--map", map);
        await folder.DoAsync("imports", "undo", "2");
        await folder.DoAsync("identity", "join", "user_id:user-1", "user_id:user-2");
        await folder.DoAsync("identity", "separate", "user_id:user-3", "user_id:user-4");
        await folder.DoAsync("erase", "--user", "user-5", "--yes", "--reason", "golden");
        File.Delete(Path.Combine(folder.Data, "lock"));
        Copy(folder.Data, Path.Combine(target, "data"));
        for (var i = 0; i < Questions.Length; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(target, $"answer-{i}.csv"), await folder.DoAsync([.. Questions[i], "--format", "csv"]));
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock"))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }
}
