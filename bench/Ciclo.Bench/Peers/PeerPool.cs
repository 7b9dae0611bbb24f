using Ciclo.Bench.Questions;

namespace Ciclo.Bench.Peers;

/// <summary>Peers by name, each started at its first use and kept until the end, as loading takes it longer than answering.</summary>
internal sealed class PeerPool(BenchOptions options, CommonData data) : IAsyncDisposable
{
    public const string DuckDb = "DuckDB";
    public const string Chdb = "chdb";
    public const string PostgreSql = "PostgreSQL";
    public const string Restate = "Restate";

    private readonly Dictionary<string, PeerProcess> started = [];
    private readonly Dictionary<string, PeerMissingException> missing = [];

    /// <summary>Throws <see cref="PeerMissingException" /> where there is none, at once the second time.</summary>
    public async Task<PeerProcess> GetAsync(string name)
    {
        if (missing.TryGetValue(name, out var reason))
        {
            throw new PeerMissingException(reason.Message);
        }
        if (!started.TryGetValue(name, out var peer))
        {
            try
            {
                Console.WriteLine($"{name}: starts{(name == Restate ? "" : " and loads")}");
                peer = started[name] = await StartAsync(name);
            }
            catch (PeerMissingException exception)
            {
                missing[name] = exception;
                throw;
            }
        }
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in started.Values)
        {
            await peer.DisposeAsync();
        }
    }

    private Task<PeerProcess> StartAsync(string name)
    {
        if (name == Restate)
        {
            return PeerProcess.StartAsync("restate.mjs");
        }
        var folder = Path.GetFullPath(Path.Combine(options.Folder, "peers"));
        Directory.CreateDirectory(folder);
        var script = name switch { DuckDb => "duckdb.mjs", Chdb => "chdb.mjs", PostgreSql => "postgres.mjs", _ => throw new ArgumentException($"No peer {name}.", nameof(name)) };
        return PeerProcess.StartAsync(script, "--csv", data.Csv, "--folder", folder);
    }
}
