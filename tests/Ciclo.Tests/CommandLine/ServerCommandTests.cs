using System.Diagnostics;
using Ciclo.Engine.Hosting;
using Ciclo.Tests.Integration;

namespace Ciclo.Tests.Commands;

/// <summary>While a server owns a directory, commands go through it and answer the same; and a server starts and ends as it should.</summary>
public sealed class ServerCommandTests
{
    [Fact]
    public async Task A_command_through_a_running_server_answers_byte_for_byte_as_without_one()
    {
        using var folder = new CommandFolder();
        await folder.DoAsync("lifecycle", "apply", folder.Write("c.yaml", ShopData.Lifecycle));
        await folder.DoAsync("segments", "apply", folder.Write("s.yaml", ShopData.Segment));
        var rows = string.Concat(Enumerable.Range(1, 3_000).Select(n => $"ü{n % 700:000},2024-01-{(n % 28) + 1:00},{n % 90},\"😀 {n}\"\n"));
        await folder.DoAsync("import", folder.Write("o.csv", "id,at,amount,note\n" + rows), "--map", folder.Write("o.yaml",
            "source: o\nemit:\n  - type: track\n    event: Order Completed\n    user_id: id\n    timestamp: { column: at, format: yyyy-MM-dd }\n    properties: { revenue: amount, note: note }\n"));
        string[][] commands =
        [
            ["stages", "--lifecycle", "customer"], ["stages", "--lifecycle", "customer", "--at", "2024-01-15", "--format", "json"], ["transitions", "--lifecycle", "customer", "--format", "table"],
            ["segments", "members", "big-spenders"], ["events", "--format", "json"], ["events", "--user", "ü001"], ["explain", "ü001", "--lifecycle", "customer", "--lang", "es", "--at", "2024-02-01"], ["lifecycle", "show", "customer"],
            ["imports", "list"], ["stages", "--lifecycle", "none", "--lang", "es"], ["stages"], ["keys", "list"], ["lifecycle", "validate", "nowhere.yaml"], ["lifecycle", "simulate", Path.Combine(folder.Folder, "c.yaml"), "--show", "movers", "--at", "2024-02-01"],
        ];
        var alone = new List<Ran>();
        foreach (var command in commands)
        {
            alone.Add(await folder.RunAsync(command));
        }
        var commandLine = new Server.CommandLine(TimeProvider.System, TextWriter.Null, TextWriter.Null);
        await using var host = commandLine.Open(folder.Data)!;
        await host.OpenAllAsync(CancellationToken.None);
        Assert.Contains("Another ciclo process", await folder.FailAsync("doctor", "--lang", "en"), StringComparison.Ordinal);
        var token = Server.CommandLine.NewToken();
        await using var app = Server.WebHost.Build(host, commandLine, token, "http://127.0.0.1:0");
        await app.StartAsync();
        new ServerTicket(app.Urls.First(), token, Environment.ProcessId).Write(folder.Data);
        foreach (var (command, before) in commands.Zip(alone))
        {
            Assert.Equal(before, await folder.RunAsync(command));
        }
        Assert.Equal(3_001, alone[4].Out.Split("\"message_id\"").Length);
        // The route of commands is for who can read the token file.
        using var client = new HttpClient();
        foreach (var given in new[] { null, "Bearer ", "Bearer " + token[..^1], "Bearer " + token + "0", token })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, app.Urls.First() + RemoteCommands.Route) { Content = new StringContent("""{"Arguments":["keys","list"]}""") };
            request.Headers.TryAddWithoutValidation("Authorization", given);
            using var response = await client.SendAsync(request);
            Assert.Equal(401, (int)response.StatusCode);
        }
        await app.StopAsync();
        Assert.Contains("does not answer", await folder.FailAsync("doctor", "--lang", "en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_that_a_killed_server_left_behind_is_nobodys()
    {
        using var folder = new CommandFolder();
        await folder.DoAsync("doctor");
        new ServerTicket("http://127.0.0.1:9", "stale", 1).Write(folder.Data);
        await folder.DoAsync("doctor");
        Assert.False(File.Exists(Path.Combine(folder.Data, "server.json")));
    }

    [Fact]
    public async Task A_server_keeps_its_token_to_its_owner_refuses_a_second_one_and_ends_on_a_signal()
    {
        using var folder = new CommandFolder();
        using var server = Start(folder, "serve", "--urls", "http://127.0.0.1:0");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            var greeting = await server.StandardOutput.ReadLineAsync(patience.Token);
            var key = await server.StandardOutput.ReadLineAsync(patience.Token);
            Assert.StartsWith("Ciclo listens on http://127.0.0.1:", greeting, StringComparison.Ordinal);
            Assert.Contains("wk_", key, StringComparison.Ordinal);
            using var client = new HttpClient();
            var address = greeting!["Ciclo listens on ".Length..];
            Assert.Equal("""{"status":"ok","backlog":0}""", await client.GetStringAsync(address + "/healthz", patience.Token));
            var ticket = Path.Combine(folder.Data, "server.json");
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ticket));
            }
            Assert.Equal(server.Id, ServerTicket.Read(folder.Data)!.ProcessId);

            // In this process: a command goes through the server, a second server does not start.
            Assert.Contains("first start", await folder.DoAsync("keys", "list"), StringComparison.Ordinal);
            Assert.Contains(folder.Data, await folder.FailAsync("serve", "--urls", "http://127.0.0.1:0"), StringComparison.Ordinal);
            Assert.Contains(folder.Data, await folder.FailAsync("demo", "--no-serve"), StringComparison.Ordinal);

            // Somebody waits at the feed while the signal comes.
            var secret = (await folder.DoAsync("keys", "add", "--kind", "secret", "--name", "x")).Split('\n')[1].Split(',')[3];
            client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
            var waiting = client.GetAsync(address + "/api/v1/transitions?wait=30", patience.Token);
            Assert.NotEmpty(await client.GetStringAsync(address + "/healthz", patience.Token));
            Assert.False(waiting.IsCompleted);
            var started = Environment.TickCount64;
            using (var kill = Process.Start("kill", ["-TERM", server.Id.ToString()]))
            {
                await kill.WaitForExitAsync(patience.Token);
            }
            await server.WaitForExitAsync(patience.Token);
            var ms = Environment.TickCount64 - started;
            Assert.Equal(0, server.ExitCode);
            Assert.True(ms < 10_000, $"the server took {ms} ms to end");
            Assert.False(File.Exists(ticket));
            await Task.WhenAny(waiting, Task.Delay(Timeout.InfiniteTimeSpan, patience.Token));
            Assert.True(waiting.IsCompleted);
            Assert.Contains("first start", await folder.DoAsync("keys", "list"), StringComparison.Ordinal);
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(CommandFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ciclo"), [.. arguments, "--data", folder.Data, "--lang", "en"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = false,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Process.Start(start)!;
    }
}
