using System.Text.Json.Nodes;

namespace Ciclo.Tests.Commands;

/// <summary>Files in, from the command line to the histories and back.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private const string Map = """
        source: shop
        columns: { order: text, who: text, at: time, amount: number }
        skip: order starts_with "C"
        emit:
          - type: track
            event: Order Completed
            user_id: who
            timestamp: { column: at }
            key: order
            properties: { order_id: order, revenue: amount, currency: '"EUR"' }
        """;

    private const string Rows = "order,who,at,amount\nA1,ana,2024-01-01T10:00:00Z,10\nA2,ana,2024-01-02T10:00:00Z,20.5\nB1,bob,2024-01-03T10:00:00Z,30\nC9,bob,2024-01-04T10:00:00Z,30\nB2,bob,soon,30\nB3,bob,2024-01-05T10:00:00Z,many\n,,,\n";

    private const string Stages = "lifecycle: c\nstages:\n  - id: new\n  - id: buyer\n    when: count(\"Order Completed\") >= 1\n  - id: big\n    when: sum(\"Order Completed\".revenue) >= 30\n";

    private readonly CommandFolder folder = new();

    [Fact]
    public async Task An_import_counts_lists_its_rejects_and_changes_nothing_the_second_time()
    {
        var (file, map, rejects) = (folder.Write("shop.csv", Rows), folder.Write("map.yaml", Map), Path.Combine(folder.Folder, "rejects.csv"));
        var first = await folder.RunAsync("import", file, "--map", map, "--write-rejects", rejects, "--format", "json");
        Assert.Equal(0, first.Code);
        Assert.Equal((7, 1, 3, 3, 0, 0, 2), Counts(first.Out));
        Assert.Equal(["rows", "skipped", "rejected", "events", "duplicates", "changed", "profiles"], JsonNode.Parse(first.Out)!.AsObject().Select(pair => pair.Key));
        var listed = (await File.ReadAllTextAsync(rejects)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["6", "7", "8"], listed[1..].Select(line => line.Split(',')[0]));
        Assert.Contains("B2,bob,soon,30", listed[1], StringComparison.Ordinal);
        Assert.Equal(3, (await folder.DoAsync("rejected")).Split('\n').Count(line => line.StartsWith("20", StringComparison.Ordinal)));

        var before = await folder.DoAsync("events");
        var second = await folder.RunAsync("import", file, "--map", map, "--format", "json");
        Assert.Equal((7, 1, 3, 0, 3, 0, 2), Counts(second.Out));
        Assert.Equal(before, await folder.DoAsync("events"));
        var imports = JsonNode.Parse(await folder.DoAsync("imports", "list", "--format", "json"))!.AsArray();
        Assert.Equal(["1 shop done 3 0", "2 shop done 0 3"], imports.Select(row => $"{row!["id"]} {row["source"]} {row["state"]} {row["events"]} {row["duplicates"]}"));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", Stages));
        var (file, map) = (folder.Write("shop.csv", Rows), folder.Write("map.yaml", Map));
        var before = await StateAsync();
        Assert.Equal((7, 1, 3, 3, 0, 0, 2), Counts((await folder.RunAsync("import", file, "--map", map, "--dry-run", "--format", "json")).Out));
        Assert.Equal(before, await StateAsync());
        await folder.DoAsync("import", file, "--map", map);
        Assert.Equal((7, 1, 3, 0, 3, 0), Counts((await folder.RunAsync("import", file, "--map", map, "--dry-run", "--format", "json")).Out) is var (rows, skipped, rejected, events, duplicates, changed, _) ? (rows, skipped, rejected, events, duplicates, changed) : default);
    }

    [Fact]
    public async Task Undoing_an_import_restores_the_histories_and_frees_its_keys()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", Stages));
        var (early, file, map) = (folder.Write("early.csv", "order,who,at,amount\nE1,ana,2023-12-01T10:00:00Z,5\n"), folder.Write("shop.csv", Rows), folder.Write("map.yaml", Map));
        await folder.DoAsync("import", early, "--map", map);
        var before = await HistoryAsync();
        await folder.DoAsync("import", file, "--map", map);
        var after = await HistoryAsync();
        Assert.NotEqual(before, after);
        Assert.Equal("id,events\n2,3\n", await folder.DoAsync("imports", "undo", "2"));
        Assert.Equal(before, await HistoryAsync());
        Assert.Contains("2", await folder.FailAsync("imports", "undo", "2"), StringComparison.Ordinal);
        Assert.Equal((7, 1, 3, 3, 0, 0, 2), Counts((await folder.RunAsync("import", file, "--map", map, "--format", "json")).Out));
        Assert.Equal(after, await HistoryAsync());
        Assert.Equal(["done", "undone", "done"], JsonNode.Parse(await folder.DoAsync("imports", "list", "--format", "json"))!.AsArray().Select(row => row!["state"]!.GetValue<string>()));
        await folder.DoAsync("rebuild");
        Assert.Equal(after, await HistoryAsync());
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_kept_or_replaced_as_the_map_says()
    {
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", Stages));
        var (map, replacing) = (folder.Write("map.yaml", Map), folder.Write("replace.yaml", "on_change: replace\n" + Map));
        await folder.DoAsync("import", folder.Write("one.csv", "order,who,at,amount\nA1,ana,2024-01-01T10:00:00Z,10\n"), "--map", map);
        var other = folder.Write("two.csv", "order,who,at,amount\nA1,ana,2024-01-01T10:00:00Z,35\n");
        var kept = await folder.RunAsync("import", other, "--map", map, "--format", "json");
        Assert.Equal((1, 0, 0, 0, 0, 1), Counts(kept.Out) is var (rows, skipped, rejected, events, duplicates, changed, _) ? (rows, skipped, rejected, events, duplicates, changed) : default);
        Assert.Contains("changed: ", kept.Error, StringComparison.Ordinal);
        Assert.Contains("ana,buyer,2024-01-01T10:00:00.000Z", await folder.DoAsync("stages", "--lifecycle", "c"), StringComparison.Ordinal);
        Assert.Contains("changed", await folder.DoAsync("rejected"), StringComparison.Ordinal);
        await folder.DoAsync("import", other, "--map", replacing);
        Assert.Contains("ana,big,2024-01-01T10:00:00.000Z", await folder.DoAsync("stages", "--lifecycle", "c"), StringComparison.Ordinal);
        Assert.Equal(2, (await folder.DoAsync("events")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_map_with_a_mistake_is_refused_with_its_place_and_nothing_is_imported()
    {
        var (file, map) = (folder.Write("shop.csv", Rows), folder.Write("map.yaml", Map.Replace("user_id: who", "user_id: whom", StringComparison.Ordinal)));
        var ran = await folder.RunAsync("import", file, "--map", map);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("map.yaml:7:", ran.Error, StringComparison.Ordinal);
        Assert.Contains("whom", ran.Error, StringComparison.Ordinal);
        Assert.Equal("id,source,file,state,started_at,ended_at,rows,skipped,rejected,events,duplicates,changed\n", await folder.DoAsync("imports", "list"));
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> HistoryAsync() => await folder.DoAsync("transitions", "--lifecycle", "c") + await folder.DoAsync("stages", "--lifecycle", "c");

    private async Task<string> StateAsync() => await HistoryAsync() + await folder.DoAsync("events") + await folder.DoAsync("rejected") + await folder.DoAsync("imports", "list");

    private static (int Rows, int Skipped, int Rejected, int Events, int Duplicates, int Changed, int Profiles) Counts(string json)
    {
        var counts = JsonNode.Parse(json)!;
        int Of(string name) => counts[name]!.GetValue<int>();
        return (Of("rows"), Of("skipped"), Of("rejected"), Of("events"), Of("duplicates"), Of("changed"), Of("profiles"));
    }
}
