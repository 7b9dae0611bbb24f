using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Ciclo.Tests.RealProcess;

/// <summary>A data directory of its own, worked on by the built program in processes of its own.</summary>
/// <param name="dataFolder">Where its data lies, if not in a folder of its own.</param>
internal sealed class CicloProcess(string? dataFolder = null) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Process? server;
    private readonly StringBuilder said = new();
    private StringBuilder? serverErrors;

    public string Folder { get; } = Directory.CreateTempSubdirectory("ciclo-process-").FullName;

    public string DataFolder => dataFolder ?? Path.Combine(Folder, "data");

    /// <summary>The server's process.</summary>
    public int ServerId => server!.Id;

    /// <summary>What the server has said so far, on both outputs.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    public Uri? Url { get; private set; }

    private string JournalFolder => Path.Combine(DataFolder, "workspaces", "default", "journal");

    public string WriteKey { get; private set; } = "";

    /// <summary>Starts the server; answers how long it took from the start of the process until it accepts.</summary>
    public async Task<TimeSpan> ServeAsync(params string[] options)
    {
        await KillAsync();
        var clock = Stopwatch.StartNew();
        server = Start(["serve", "--urls", "http://127.0.0.1:0", .. options]);
        serverErrors = new StringBuilder();
        server.ErrorDataReceived += (_, line) =>
        {
            serverErrors.AppendLine(line.Data);
            Note(line.Data);
        };
        server.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(Patience);
        while (await server.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("Ciclo listens on ", StringComparison.Ordinal))
            {
                Url = new Uri(line["Ciclo listens on ".Length..]);
                using var client = Client();
                using var health = await client.GetAsync(new Uri("/healthz", UriKind.Relative), limit.Token);
                health.EnsureSuccessStatusCode();
                var took = clock.Elapsed;
                await ReadKeyAsync(limit.Token);
                _ = ListenAsync(server.StandardOutput);
                return took;
            }
        }
        throw new InvalidOperationException($"The server did not start: {serverErrors}");
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (server is null)
        {
            return;
        }
        server.Kill();
        await server.WaitForExitAsync();
        server.Dispose();
        server = null;
    }

    public HttpClient Client() => new()
    {
        BaseAddress = Url,
        Timeout = Patience,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(WriteKey + ":"))) },
    };

    /// <summary>Waits until all that was admitted is folded.</summary>
    public async Task FoldedAsync()
    {
        using var client = Client();
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            using var health = JsonDocument.Parse(await client.GetStringAsync(new Uri("/healthz", UriKind.Relative), limit.Token));
            if (health.RootElement.GetProperty("backlog").GetInt64() == 0)
            {
                return;
            }
            await Task.Yield();
        }
    }

    /// <summary>Runs a command to its end, in the server where one owns the directory; throws unless it ends with 0.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"ciclo {string.Join(' ', arguments)}: {process.ExitCode}\n{await errors}{await output}");
    }

    /// <summary>Runs a command and kills it when the journal has grown by so many bytes; true if it had ended with 0 by then.</summary>
    public async Task<bool> RunAndKillAsync(long journalBytes, params string[] arguments)
    {
        var limit = JournalBytes + journalBytes;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(JournalFolder) { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite };
        watcher.Changed += (_, _) =>
        {
            if (JournalBytes >= limit)
            {
                reached.TrySetResult();
            }
        };
        watcher.EnableRaisingEvents = true;
        using var process = Start(arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var ended = process.WaitForExitAsync();
        await Task.WhenAny(ended, reached.Task);
        process.Kill();
        await ended;
        await Task.WhenAll(output, errors);
        return process.ExitCode == 0;
    }

    public long JournalBytes => new DirectoryInfo(JournalFolder).GetFiles("*.log").Sum(file => file.Length);

    /// <summary>The numbers of `ciclo doctor`.</summary>
    public async Task<Dictionary<string, string>> DoctorAsync() =>
        (await RunAsync("doctor", "--format", "csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Trim().Split(',')).ToDictionary(cells => cells[0], cells => cells[1]);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await KillAsync();
        }
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Reads on what nobody waits for, so that the server never waits to say it.</summary>
    private async Task ListenAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            Note(line);
        }
    }

    private void Note(string? line)
    {
        lock (said)
        {
            said.AppendLine(line);
        }
    }

    private async Task ReadKeyAsync(CancellationToken cancellation)
    {
        const string Before = "Write key (shown once): ";
        if (WriteKey.Length > 0)
        {
            return;
        }
        while (await server!.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(Before, StringComparison.Ordinal))
            {
                WriteKey = line[Before.Length..];
                return;
            }
        }
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        start.Environment["LC_ALL"] = "C";
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "ciclo.dll") }.Concat(arguments).Concat(["--data", DataFolder]))
        {
            start.ArgumentList.Add(argument);
        }
        return Process.Start(start)!;
    }
}
