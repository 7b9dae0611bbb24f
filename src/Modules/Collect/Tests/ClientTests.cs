using System.Diagnostics;
using System.Text;

namespace Ciclo.Tests.Collect;

/// <summary>Clients that others wrote, unchanged, against the real server: what they send must arrive, all of it.</summary>
public sealed class ClientTests
{
    [ClientFact("segment-node.mjs")]
    public async Task Segments_node_library_lands_every_event()
    {
        await using var server = await CollectServer.StartAsync();
        await RunAsync("segment-node.mjs", server, 50);
        AssertArrived(server, "node-user", "Order Completed", 50, 1);
    }

    [ClientFact("rudder-node.mjs")]
    public async Task RudderStacks_node_library_lands_every_event()
    {
        await using var server = await CollectServer.StartAsync();
        await RunAsync("rudder-node.mjs", server, 50);
        AssertArrived(server, "rudder-user", "Order Completed", 50, 1);
    }

    [ClientFact("browser.mjs", NeedsChromium = true)]
    public async Task Segments_browser_library_lands_every_event_one_by_one_and_in_batches()
    {
        await using var server = await CollectServer.StartAsync();
        await RunAsync("browser.mjs", server, 20);
        AssertArrived(server, "browser-user", "Product Viewed", 40, 2);
        // The visitor's id of the browser is on each call but alias.
        Assert.Equal(2, server.Target.Read(record => Encoding.UTF8.GetString(record.AnonymousId)).Where(id => id.Length > 0).Distinct().Count());
    }

    private static void AssertArrived(CollectServer server, string user, string name, int tracks, int others)
    {
        Assert.Empty(server.Target.Reasons());
        var seen = server.Target.Events().CountBy(call => call).ToDictionary();
        Assert.Equivalent(
            new Dictionary<string, int>(StringComparer.Ordinal)
            {
                ["Track " + name] = tracks, ["Identify"] = others, ["Page Home"] = others, ["Screen Cart"] = others, ["Group"] = others, ["Alias"] = others,
            },
            seen,
            strict: true);
        Assert.Equal([user], server.Target.Read(record => Encoding.UTF8.GetString(record.UserId)).Distinct());
        var ids = server.Target.Read(record => Encoding.UTF8.GetString(record.MessageId));
        Assert.Equal(tracks + (5 * others), ids.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(ids, id => id.StartsWith("srv_", StringComparison.Ordinal));
        Assert.Contains("ana@example.com", server.Target.Read(record => Encoding.UTF8.GetString(record.Email)));
        Assert.All(server.Target.Read(record => record.ReceivedAt - record.Timestamp), age => Assert.InRange(age, 0, 60_000));
    }

    private static async Task RunAsync(string script, CollectServer server, int count)
    {
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = ClientFactAttribute.Folder! };
        foreach (var argument in new[] { script, server.Url.ToString(), CollectServer.Key, count.ToString() })
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{script} did not end in 90 s; {string.Join(", ", server.Target.Events())}");
        }
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}\n{await output}\n{await errors}");
    }
}

/// <summary>A test that runs a script of tests/clients; skipped, with what is missing, where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientFactAttribute : FactAttribute
{
    private bool needsChromium;

    public ClientFactAttribute(string script)
    {
        Script = script;
        if (Folder is null || !Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            Skip = $"{script} needs its packages: run `npm ci` in tests/clients.";
        }
    }

    public string Script { get; }

    public bool NeedsChromium
    {
        get => needsChromium;
        set
        {
            needsChromium = value;
            var path = Environment.GetEnvironmentVariable("CICLO_CHROMIUM") ?? "/usr/bin/chromium";
            if (value && !File.Exists(path))
            {
                Skip ??= $"{Script} needs a Chromium: install Debian's chromium, or set CICLO_CHROMIUM.";
            }
        }
    }

    /// <summary>tests/clients of this checkout.</summary>
    public static string? Folder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                var clients = Path.Combine(folder.FullName, "tests", "clients");
                if (File.Exists(Path.Combine(clients, "package.json")))
                {
                    return clients;
                }
            }
            return null;
        }
    }
}
