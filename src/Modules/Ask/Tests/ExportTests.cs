using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Ask.Parts;
using Ciclo.Modules.Ask.Views;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Screens;

namespace Ciclo.Modules.Ask.Tests;

/// <summary>What is taken out, held against what is in.</summary>
public sealed class ExportTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private string Fresh() => Path.Combine(shop.Server.Host.Folder, "out-" + Guid.NewGuid().ToString("N"));

    private async Task<JsonNode> ExportAsync(string folder, params string[] arguments)
    {
        var (code, _, error) = await shop.Server.RunAsync(["export", "--out", folder, .. arguments]);
        Assert.True(code == 0, error);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, arguments[1], "manifest.json")))!;
    }

    [Theory]
    [InlineData("events", "csv")]
    [InlineData("events", "jsonl")]
    [InlineData("events", "cloudevents")]
    [InlineData("profiles", "csv")]
    [InlineData("profiles", "jsonl")]
    [InlineData("stages", "csv")]
    [InlineData("moves", "cloudevents")]
    [InlineData("orders", "jsonl")]
    [InlineData("costs", "csv")]
    public async Task A_text_export_holds_every_row_and_a_manifest_says_how_many(string what, string format)
    {
        var folder = Fresh();
        var manifest = await ExportAsync(folder, "--what", what, "--format", format);
        var file = manifest["files"]![0]!;
        var path = Path.Combine(folder, what, (string)file["path"]!);
        var rows = CountOf(what);
        Assert.Equal((rows, rows, new FileInfo(path).Length), ((long)manifest["rows"]!, (long)file["rows"]!, (long)file["bytes"]!));
        if (format != "csv")
        {
            var lines = await File.ReadAllLinesAsync(path);
            Assert.Equal(rows, lines.Length);
            Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        }
        if (format == "cloudevents")
        {
            var ids = (await File.ReadAllLinesAsync(path)).Select(line => JsonNode.Parse(line)!).Select(one => ((string)one["specversion"]!, (string)one["id"]!, (string)one["source"]!, (string)one["time"]!)).ToList();
            Assert.Equal(rows, ids.Distinct().Count());
            Assert.All(ids, id => Assert.Equal(("1.0", "/ciclo/workspaces/default"), (id.Item1, id.Item3)));
        }
    }

    [Fact]
    public async Task An_export_never_takes_the_place_of_another_and_leaves_nothing_half()
    {
        var folder = Fresh();
        await ExportAsync(folder, "--what", "moves");
        var (code, _, error) = await shop.Server.RunAsync("export", "--what", "moves", "--out", folder);
        Assert.Equal(1, code);
        Assert.Contains("is there already", error, StringComparison.Ordinal);
        Assert.Equal(["moves"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        Assert.Equal(1, (await shop.Server.RunAsync("export", "--what", "nothing", "--out", folder)).Code);
        Assert.Equal(1, (await shop.Server.RunAsync("export", "--what", "profiles", "--from", "2026-01-01", "--out", folder)).Code);
        Assert.Equal(1, (await shop.Server.RunAsync("export", "--what", "profiles", "--format", "cloudevents", "--out", folder)).Code);
        Assert.Equal(1, (await shop.Server.RunAsync("export", "--what", "events", "--format", "parquet", "--out", "-")).Code);
    }

    [Fact]
    public async Task A_folder_a_day_holds_the_days_of_the_workspaces_zone_and_a_span_is_kept()
    {
        var folder = Fresh();
        var manifest = await ExportAsync(folder, "--what", "orders", "--by-day", "--from", "2026-01-01", "--to", "2026-03-01");
        var files = manifest["files"]!.AsArray();
        Assert.True(files.Count > 20, manifest.ToJsonString());
        Assert.All(files, file => Assert.Matches("^date=2025-12-31/|^date=2026-0[12]-..?/part-0.csv$", (string)file!["path"]!));
        var (_, text, _) = await shop.Server.RunAsync("export", "--what", "orders", "--from", "2026-01-01", "--to", "2026-03-01", "--out", "-");
        Assert.Equal((long)manifest["rows"]! + 1, text.Split('\n').Length - 1);
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("cloudevents")]
    public async Task Events_sent_again_to_an_empty_workspace_give_the_same_stages(string format)
    {
        await using var empty = await Access.Tests.AccessServer.StartAsync();
        var target = empty.Host.FindWorkspace("default")!;
        var rules = shop.Engine.Rules;
        await WorkspaceSetup.ApplyAsync(empty.Host, target, ShippedDefinitions.All, rules.Currency ?? "MXN", rules.Zone.Id, "test", default);
        var (_, key) = await empty.AddKeyAsync(KeyKind.Write);
        using var client = new HttpClient { BaseAddress = new Uri(empty.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        var (_, text, _) = await shop.Server.RunAsync("export", "--what", "events", "--format", format, "--out", "-");
        var items = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => format == "jsonl" ? line : JsonNode.Parse(line)!["data"]!.ToJsonString());
        foreach (var some in items.Chunk(200))
        {
            using var content = new StringContent($$"""{"batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
        await target.FoldedAsync(target.Journal.End - 1, default);
        Assert.Equal(shop.Engine.Read(state => state.Staged.History.Count), target.Read(state => state.Staged.History.Count));
        Assert.Equal(StagesOf(shop.Engine), StagesOf(target));
    }

    [DuckFact]
    public async Task Parquet_read_back_by_duckdb_is_what_the_views_say_one_file_a_day()
    {
        var folder = Fresh();
        var manifest = await ExportAsync(folder, "--what", "events", "--format", "parquet");
        Assert.Equal(CountOf("events"), (long)manifest["rows"]!);
        var files = Directory.GetFiles(Path.Combine(folder, "events"), "*.parquet", SearchOption.AllDirectories);
        Assert.Equal(manifest["files"]!.AsArray().Count, files.Length);
        Assert.All(files, file => Assert.EndsWith("part-0.parquet", file, StringComparison.Ordinal));
        Assert.Equal(files.Length, files.Select(Path.GetDirectoryName).Distinct().Count());
        using var session = DuckSession.Open(new DuckLimits(512, 1, folder), "UTC", []);
        using var rows = session.Ask($"SELECT type, count(*), min(time), max(received_at), count(properties), count(DISTINCT profile) FROM read_parquet('{folder}/events/*/*.parquet') GROUP BY type ORDER BY type");
        Assert.Equal(
            await AskDesk.RowsAsync(shop.Server.Host, shop.Engine, "SELECT type, count(*), min(time), max(received_at), count(properties), count(DISTINCT profile) FROM events GROUP BY type ORDER BY type"), Read(rows));
        var profiles = await ExportAsync(folder, "--what", "profiles", "--format", "parquet");
        Assert.Equal((CountOf("profiles"), "part-0.parquet"), ((long)profiles["rows"]!, (string)profiles["files"]![0]!["path"]!));
    }

    [ClientFact("parquet.mjs")]
    public async Task Parquet_is_read_by_the_client_that_others_wrote()
    {
        if (AskDesk.Library is not null)
        {
            var folder = Fresh();
            var manifest = await ExportAsync(folder, "--what", "orders", "--format", "parquet");
            await ClientRun.NodeAsync("parquet.mjs", Path.Combine(folder, "orders"), manifest["rows"]!.ToString());
        }
    }

    [DuckFact]
    public async Task The_api_asks_for_the_scope_and_streams_the_same_rows()
    {
        var (_, reader) = await shop.Server.AddKeyAsync(KeyKind.Secret, ["read"]);
        var (_, exporter) = await shop.Server.AddKeyAsync(KeyKind.Secret, ["export"]);
        using var client = new HttpClient { BaseAddress = new Uri(shop.Server.Url) };
        async Task<(int Status, string Type, byte[] Body)> GetAsync(string key, string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
            using var answer = await client.SendAsync(request);
            return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType ?? "", await answer.Content.ReadAsByteArrayAsync());
        }
        Assert.Equal(403, (await GetAsync(reader, "/api/v1/export?what=orders")).Status);
        Assert.Equal(400, (await GetAsync(exporter, "/api/v1/export?what=everything")).Status);
        var (status, type, csv) = await GetAsync(exporter, "/api/v1/export?what=orders&format=csv");
        Assert.Equal((200, "text/csv", CountOf("orders") + 1), (status, type, csv.Count(one => one == '\n')));
        Assert.Equal("PAR1", Encoding.ASCII.GetString((await GetAsync(exporter, "/api/v1/export?what=orders&format=parquet")).Body[..4]));
        using var asked = JsonDocument.Parse((await GetAsync(reader, "/api/v1/sql?sql=" + Uri.EscapeDataString("SELECT kind, sum(amount) AS total, min(time) AS first FROM orders GROUP BY 1 ORDER BY 1"))).Body);
        Assert.Equal("kind VARCHAR, total DECIMAL(38,6), first TIMESTAMPTZ", string.Join(", ", asked.RootElement.GetProperty("columns").EnumerateArray().Select(one => $"{one.GetProperty("name")} {one.GetProperty("type")}")));
        Assert.Equal((JsonValueKind.Number, JsonValueKind.String), (asked.RootElement.GetProperty("rows")[0][1].ValueKind, asked.RootElement.GetProperty("rows")[0][2].ValueKind));
        Assert.Equal(400, (await GetAsync(reader, "/api/v1/sql?sql=DROP%20VIEW%20events")).Status);
        Assert.Equal(403, (await GetAsync(exporter, "/api/v1/sql?sql=SELECT%201")).Status);
    }

    [DuckFact]
    public async Task The_command_prints_csv_json_lines_and_tables_and_disarms_formulas()
    {
        Assert.Equal("a,b\n'=1+1,-2.5\n", (await shop.Server.RunAsync("sql", "SELECT '=1+1' AS a, -2.5 AS b")).Out);
        Assert.Equal("{\"a\":\"=1+1\",\"b\":-2.5,\"c\":null}\n", (await shop.Server.RunAsync("sql", "SELECT '=1+1' AS a, -2.5 AS b, NULL AS c", "--format", "jsonl")).Out);
        Assert.StartsWith("a", (await shop.Server.RunAsync("sql", "SELECT 1 AS a", "--format", "table")).Out, StringComparison.Ordinal);
        var (code, _, error) = await shop.Server.RunAsync("sql", "SELECT nme FROM events");
        Assert.Equal(1, code);
        Assert.Contains("Line 1, column 8", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_is_kept_only_if_it_is_the_one_that_was_pinned()
    {
        var folder = Directory.CreateTempSubdirectory("ciclo-part-test-").FullName;
        try
        {
            var archive = Path.Combine(folder, "part.tgz");
            await using (var packed = new GZipStream(File.Create(archive), CompressionMode.Compress))
            await using (var tar = new TarWriter(packed))
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "package/libduckdb.so") { DataStream = new MemoryStream("library"u8.ToArray()) });
            }
            var pinned = Part.Duckdb with { Integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(await File.ReadAllBytesAsync(archive))), Variable = "CICLO_NO_SUCH_VARIABLE" };
            var refused = await Assert.ThrowsAsync<RefusedException>(() => PartFetch.KeepAsync(Part.Duckdb, archive, folder, default));
            Assert.Contains("Nothing was kept", refused.Text.En, StringComparison.Ordinal);
            Assert.Null(pinned.Find(folder));
            Assert.Equal(pinned.PlaceIn(folder), await PartFetch.KeepAsync(pinned, archive, folder, default));
            Assert.Equal("library", await File.ReadAllTextAsync(pinned.Find(folder)!));
            Assert.Equal([pinned.File], Directory.GetFiles(Path.Combine(folder, Part.Folder)).Select(Path.GetFileName));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_the_part_the_refusal_says_how_to_get_it_and_text_exports_work()
    {
        await using var bare = await Access.Tests.AccessServer.StartAsync();
        var (code, _, error) = await bare.RunAsync("sql", "SELECT 1");
        Assert.Equal(1, code);
        Assert.Contains("ciclo parts add duckdb", error, StringComparison.Ordinal);
        Assert.Contains("ciclo parts add duckdb", (await bare.RunAsync("export", "--what", "events", "--format", "parquet", "--out", Fresh())).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await bare.RunAsync("export", "--what", "events", "--out", Fresh())).Code);
    }

    [DuckFact]
    public async Task Who_was_erased_is_in_no_answer_and_no_export()
    {
        await using var server = await Access.Tests.AccessServer.StartAsync();
        AskDesk.AddPart(server.Host);
        await server.TrackAsync("ana-4711", new { email = "ana@example.com" });
        await server.TrackAsync("bea-4712", new { email = "bea@example.com" });
        Assert.Contains("ana@example.com", (await server.RunAsync("export", "--what", "events", "--format", "jsonl", "--out", "-")).Out, StringComparison.Ordinal);
        var (code, _, error) = await server.RunAsync("erase", "--user", "ana-4711", "--yes", "--reason", "asked");
        Assert.True(code == 0, error);
        var left = string.Concat((await server.RunAsync("sql", "SELECT e.item, p.* FROM events e JOIN profiles p ON p.id = e.profile")).Out, (await server.RunAsync("export", "--what", "events", "--format", "jsonl", "--out", "-")).Out,
            (await server.RunAsync("export", "--what", "identifiers", "--out", "-")).Out);
        Assert.DoesNotContain("ana", left, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("bea@example.com", left, StringComparison.Ordinal);
    }

    private long CountOf(string view)
    {
        var scan = AllViews.Find(view)!.Open(new Asker(shop.Server.Host, shop.Engine, true, Language.En), TableArguments.All);
        using var reader = scan.Reader([.. scan.Columns.Select((_, i) => i == 0)]);
        var batch = new Export.CellBatch(scan.Columns.Count);
        var count = 0L;
        do
        {
            batch.Clear();
            reader.Read(batch);
            count += batch.Count;
        }
        while (batch.Count > 0);
        return count;
    }

    private static List<string> Read(DuckRows rows)
    {
        var found = new List<string>();
        while (rows.ReadChunk())
        {
            for (var row = 0; row < rows.Count; row++)
            {
                found.Add(string.Join('|', rows.Columns.Select((_, column) => rows.Cell(row, column) is { } cell ? SqlJson.Print(cell) : "null")));
            }
        }
        return found;
    }

    private static List<string> StagesOf(WorkspaceEngine engine) => engine.Read(state => Enumerable.Range(0, state.Placement.Plan.Lifecycles.Length)
        .SelectMany(i => Queries.Stages(state, i, null).Select(row => $"{i}|{row.UserId}|{row.Stage}|{row.Since}")).ToList());
}
