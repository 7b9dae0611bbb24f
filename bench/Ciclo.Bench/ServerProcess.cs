using System.Diagnostics;
using System.Text.Json;

namespace Ciclo.Bench;

/// <summary>The built server in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;
    private readonly HttpClient client = new();

    private ServerProcess(Process process) => this.process = process;

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public string WriteKey { get; private set; } = "";

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public ThreadTimes Threads => ThreadTimes.Of(process.Id);

    public long MemoryBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="writeKey">Of an earlier start in this folder: only the first start prints one. Null: this is the first.</param>
    public static async Task<ServerProcess> StartAsync(string data, string? writeKey = null)
    {
        var server = new ServerProcess(Process.Start(Info(data, "serve", "--urls", "http://127.0.0.1:0"))!) { WriteKey = writeKey ?? "" };
        var listens = false;
        while ((!listens || server.WriteKey.Length == 0) && await server.process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Ciclo listens on ", StringComparison.Ordinal))
            {
                server.Url = new Uri(line["Ciclo listens on ".Length..]);
                listens = true;
            }
            if (line.StartsWith("Write key (shown once): ", StringComparison.Ordinal))
            {
                server.WriteKey = line["Write key (shown once): ".Length..];
            }
        }
        return server;
    }

    /// <summary>Runs a command to its end and answers what it printed.</summary>
    public static async Task<string> RunAsync(string data, params string[] arguments)
    {
        using var command = Process.Start(Info(data, arguments))!;
        var output = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return command.ExitCode == 0 ? output : throw new InvalidOperationException($"ciclo {string.Join(' ', arguments)} ended with {command.ExitCode}: {output}");
    }

    public async Task<long> BacklogAsync()
    {
        using var health = JsonDocument.Parse(await client.GetStringAsync(new Uri(Url, "/healthz")));
        return health.RootElement.GetProperty("backlog").GetInt64();
    }

    public async Task StopAsync()
    {
        using var stop = Process.Start("kill", $"-TERM {process.Id}");
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        client.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
        }
        process.Dispose();
    }

    private static ProcessStartInfo Info(string data, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "ciclo.dll") }.Concat(arguments).Concat(["--data", data]))
        {
            info.ArgumentList.Add(argument);
        }
        return info;
    }
}
