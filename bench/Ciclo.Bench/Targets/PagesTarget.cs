using System.Diagnostics;
using System.Text.Json;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P15: the pages of the real server over the data that <see cref="StartTarget"/> has left, read by a client that signed in, and in a real
/// Chromium: how long the server takes, when something is painted first, and when everything is there that a page asks for later.
/// </summary>
internal sealed class PagesTarget(BenchOptions options, Results results) : ITarget
{
    private const string Script = "tests/clients/pages.mjs";

    private static readonly string[] Paths =
    [
        "/", "/?period=90d", "/customers", "/customers?query=u77", "/customers?query=example", "/customers/CUSTOMER", "/segments", "/lifecycles", "/lifecycles/customer",
        "/map", "/sources", "/sources/schema", "/sources/rejected", "/settings/users",
        "/numbers", "/numbers/active_people", "/funnels", "/cohorts", "/revenue", "/acquisition",
    ];

    private sealed record Look(string Path, double First, double Median, double P95, double? Paint, double Whole);

    public IReadOnlyList<string> Ids => ["P15"];

    public async Task RunAsync()
    {
        var data = Path.Combine(Path.GetFullPath(options.Folder), "full", "data");
        if (!options.IsFull || !Directory.Exists(data))
        {
            Console.WriteLine("P15: needs --full, and the data of P13.");
            return;
        }
        // The key of the first start is not printed again, and not needed.
        using var server = await ServerProcess.StartAsync(data, "-");
        await CollectBench.DrainAsync(server);
        var invited = await ServerProcess.RunAsync(data, "users", "add", "--email", $"bench-{Guid.NewGuid():N}@example.com", "--role", "owner", "--url", server.Url.ToString());
        var link = invited.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split(',')[^1].Trim();
        foreach (var look in await LookAsync(server.Url, link))
        {
            results.Add("P15", $"the page {look.Path} at 1 M profiles: server p95", "< 150 ms", $"{look.P95:0} ms (median {look.Median:0}, the first {look.First:0}; all that it asks for later is there after {look.Whole:0} ms)", 150 / look.P95);
            if (look.Paint is { } paint)
            {
                results.Add("P15", $"the page {look.Path}: first contentful paint in Chromium", "< 1 s", $"{paint:0} ms", 1_000 / paint);
            }
        }
        await server.StopAsync();
    }

    private static async Task<List<Look>> LookAsync(Uri url, string link)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in new[] { Script, url.ToString().TrimEnd('/'), link }.Concat(Paths))
        {
            start.ArgumentList.Add(argument);
        }
        using var node = Process.Start(start)!;
        var looks = new List<Look>();
        while (await node.StandardOutput.ReadLineAsync() is { } line)
        {
            looks.Add(JsonSerializer.Deserialize<Look>(line, JsonSerializerOptions.Web)!);
        }
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? looks : throw new InvalidOperationException($"{Script} ended with {node.ExitCode}.");
    }
}
