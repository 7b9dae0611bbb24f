using System.Net;
using System.Text;
using Ciclo.Tests.Commands;
using Ciclo.Tests.Integration;

namespace Ciclo.Modules.Safety.Tests;

/// <summary>Erasing by command and over the API, with the real program: no byte is left in any file.</summary>
public sealed class EraseCommandTests
{
    private const string Map = """
        source: shop
        emit:
          - { type: identify, user_id: id, email: mail, timestamp: { column: at } }
          - { type: track, event: Order Completed, user_id: id, timestamp: { column: at } }
        """;

    private const string Rows = "id,mail,at\nana-4711-x,ana.perez@example.com,2024-01-01T00:00:00Z\nbob-1,bob@example.com,2024-01-02T00:00:00Z\nana-4711-x,ana.perez@example.com,2024-02-01T00:00:00Z\n,ana.perez@example.com,no time\n";

    private static readonly string[] Traces = ["ana-4711-x", "ana.perez@example.com"];

    [Fact]
    public async Task A_person_is_erased_from_every_file_with_a_proof_and_does_not_come_back_with_the_next_import()
    {
        using var folder = new CommandFolder();
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", ShopData.Lifecycle));
        string[] import = ["import", folder.Write("shop.csv", Rows), "--map", folder.Write("map.yaml", Map)];
        await folder.DoAsync(import);
        var publicId = "prf_" + (await folder.DoAsync("stages", "--lifecycle", "customer", "--format", "csv")).Length;
        var asked = await folder.RunAsync("erase", "--user", "ana-4711-x");
        Assert.Equal(1, asked.Code);
        Assert.Contains("events,", asked.Out, StringComparison.Ordinal);
        Assert.NotEmpty(Holds(folder.Data, "ana-4711-x"));
        Assert.Contains("names the person", await folder.FailAsync("erase", "--user", "ana-4711-x", "--yes", "--reason", "Ana-4711-X asked", "--lang", "en"), StringComparison.Ordinal);

        var done = await folder.DoAsync("erase", "--email", "Ana.Perez@example.com", "--yes", "--reason", "request 17");
        Assert.Contains(",done,", done, StringComparison.Ordinal);
        Assert.All(Traces, trace => Assert.Equal([], Holds(folder.Data, trace)));
        Assert.Contains("bob-1", await folder.DoAsync("events"), StringComparison.Ordinal);
        var list = await folder.DoAsync("erase", "list", "--format", "csv");
        Assert.Contains("request 17", list, StringComparison.Ordinal);
        Assert.Equal(2, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        await folder.DoAsync(import);
        Assert.All(Traces, trace => Assert.Equal([], Holds(folder.Data, trace, "rejected row")));
        Assert.Contains(",erased,", await folder.DoAsync("rejected", "--format", "csv"), StringComparison.Ordinal);
        Assert.Contains("erased", await folder.FailAsync("identity", "join", "user_id:ana-4711-x", "user_id:bob-1", "--lang", "en"), StringComparison.Ordinal);
        await folder.FailAsync("erase", "--user", "ana-4711-x", "--yes");

        Assert.Contains(",lifted,", await folder.DoAsync("erase", "--user", "ana-4711-x", "--lift"), StringComparison.Ordinal);
        await folder.DoAsync(import);
        Assert.Contains("ana-4711-x", await folder.DoAsync("events"), StringComparison.Ordinal);
        Assert.NotEmpty(publicId);
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("erase --user a --email b@example.com")]
    public async Task One_person_is_named_once(string line)
    {
        using var folder = new CommandFolder();
        var ran = await folder.RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task Over_the_api_while_events_come_in()
    {
        await using var server = await LiveServer.StartAsync(withShop: false);
        for (var i = 0; i < 20; i++)
        {
            await server.TrackAsync($$$"""{"batch":[{"type":"identify","userId":"ana-4711-x","traits":{"email":"ana.perez@example.com","n":{{{i}}}}},{"type":"track","userId":"bob-{{{i}}}","event":"Seen"}]}""");
        }
        using var stop = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await server.TrackAsync("""{"batch":[{"type":"track","userId":"ana-4711-x","event":"Seen"},{"type":"track","userId":"cleo","event":"Seen"}]}""");
            }
        });
        var asked = await server.SendAsync(HttpMethod.Delete, "/api/v1/profiles/user_id:ana-4711-x?reason=request");
        Assert.Equal(HttpStatusCode.Accepted, asked.Status);
        var id = asked.Json["id"]!.GetValue<string>();
        await server.Engine.ErasedAsync(id, CancellationToken.None);
        await stop.CancelAsync();
        await sending;
        var proof = await server.ReadAsync("/api/v1/erasures/" + id);
        Assert.Equal(("done", "request", 2), (proof["status"]!.GetValue<string>(), proof["reason"]!.GetValue<string>(), proof["identifiers"]!.GetValue<int>()));
        Assert.True(proof["events"]!.GetValue<long>() >= 20);
        Assert.All(Traces, trace => Assert.Equal([], Holds(server.Host.Folder, trace)));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Delete, "/api/v1/profiles/user_id:ana-4711-x")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/api/v1/erasures/" + id, server.OtherSecretKey)).Status);
        await server.ReadAsync("/api/v1/profiles/user_id:bob-3");
    }

    /// <summary>The files of a folder that hold a text.</summary>
    internal static List<string> Holds(string folder, string text, string butIn = "\0") => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith("lock", StringComparison.Ordinal) && Has(path, text, butIn))];

    private static bool Has(string path, string text, string butIn)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        var all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        // A row that was refused before anybody could tell whose it is stays as it was sent.
        return all.IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 && !(butIn != "\0" && all.IndexOf("no time"u8) >= 0);
    }
}
