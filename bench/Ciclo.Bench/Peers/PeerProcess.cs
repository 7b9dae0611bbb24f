using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Ciclo.Bench.Peers;

/// <summary>A script of `bench/peers` in a process of its own; bench/peers/answering.mjs is the other end.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    private readonly Process process;
    private readonly Queue<string> complaints = [];

    private PeerProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    public PeerReady Ready { get; private set; } = new(Ready: false, "", "", []);

    /// <summary>Starts the script and waits until its data is loaded; <see cref="PeerMissingException" /> when it cannot.</summary>
    public static async Task<PeerProcess> StartAsync(string script, params string[] arguments)
    {
        var peer = new PeerProcess(Start(script, arguments));
        try
        {
            peer.Ready = await peer.ReadAsync<PeerReady>();
        }
        catch (PeerMissingException)
        {
            await peer.DisposeAsync();
            throw;
        }
        return peer;
    }

    /// <summary>Runs a target so many times.</summary>
    public async Task<PeerMeasure> RunAsync(string target, int runs)
    {
        await process.StandardInput.WriteLineAsync($"{target} {runs}");
        await process.StandardInput.FlushAsync();
        var measure = await ReadAsync<PeerMeasure>();
        return measure.Error is null ? measure : throw new InvalidOperationException($"{measure.Peer}, {target}: {measure.Error}");
    }

    /// <summary>Ends its input, upon which it closes and removes what it made; ends it by force when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }

    private static Process Start(string script, string[] arguments)
    {
        var info = new ProcessStartInfo("node")
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in arguments.Prepend(Path.GetFullPath(Path.Combine("bench", "peers", script))))
        {
            info.ArgumentList.Add(argument);
        }
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception)
        {
            throw new PeerMissingException("Node.js is not installed");
        }
    }

    private async Task<T> ReadAsync<T>()
    {
        using var patience = new CancellationTokenSource(Longest);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith('{'))
            {
                return JsonSerializer.Deserialize<T>(line, Json)!;
            }
        }
        await process.WaitForExitAsync(patience.Token);
        throw new PeerMissingException(Reason());
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (complaints)
        {
            complaints.Enqueue(line);
            if (complaints.Count > 40)
            {
                complaints.Dequeue();
            }
        }
    }

    /// <summary>The line in which Node says what is wrong, of all that it prints around it.</summary>
    private string Reason()
    {
        lock (complaints)
        {
            return complaints.FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? complaints.LastOrDefault() ?? $"it ended with {process.ExitCode}";
        }
    }
}

/// <summary>A peer that is not on this machine or does not start; shown in the results with its reason.</summary>
internal sealed class PeerMissingException(string message) : Exception(message);
