using System.Diagnostics;
using Ciclo.Bench.Report;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Server;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P1 and P2 in one run: batches over HTTP, each answered when durable, as fast as a few connections can; then the time until everything is
/// folded under fifty rules.
/// </summary>
internal sealed class CollectBench(BenchOptions options, Results results) : ITarget
{
    public IReadOnlyList<string> Ids => ["P1", "P2"];

    public async Task RunAsync()
    {
        var data = Path.Combine(Path.GetFullPath(options.Folder), "collect");
        Recreate(data);
        await ApplyAsync(data, BenchRules.Fifty, lifecycles: 2);
        using var server = await ServerProcess.StartAsync(Path.Combine(data, "data"));
        var connections = Enumerable.Range(0, options.Connections).Select(number => (Http: new RawConnection(server.Url, server.WriteKey), Batches: new Batches(number, options.Users))).ToArray();
        var warm = await SendAsync(connections, options.WarmUp);
        await DrainAsync(server);

        var threadsBefore = server.Threads;
        var (serverBefore, clientBefore) = (server.Cpu, Environment.CpuUsage.TotalTime);
        var clock = Stopwatch.StartNew();
        var sent = await SendAsync(connections, options.Measured);
        var (accepted, serverCpu, clientCpu) = (clock.Elapsed, server.Cpu - serverBefore, Environment.CpuUsage.TotalTime - clientBefore);
        var threads = server.Threads;
        var accepting = threads.Since(threadsBefore, name => !IsFolding(name));
        var backlog = await server.BacklogAsync();
        await DrainAsync(server);
        var (folded, allCpu) = (clock.Elapsed, server.Cpu - serverBefore);
        var memory = server.MemoryBytes;
        await server.StopAsync();
        var looked = await CheckAsync(Path.Combine(data, "data"), warm + sent);

        results.Add("P1", "Segment batches of 100 accepted durably over HTTP, client on the same machine", "≥ 200 k events/s on 2 cores",
            $"{Rate(sent, accepted)} events/s ({sent:N0} events in {accepted.TotalSeconds:0.0} s, {options.Connections} connections; CPU: server {serverCpu.TotalSeconds:0.0} s, client {clientCpu.TotalSeconds:0.0} s; accepting alone {accepting.Ran.TotalMicroseconds / sent:0.00} µs an event, and {accepting.Waited.TotalMicroseconds / sent:0.0} µs waiting for a core; the server folded beside it, backlog at the end {backlog:N0})",
            sent / accepted.TotalSeconds / 200_000);
        results.Add("P2", $"the same fully processed, 50 rules in 2 lifecycles and 40 segments, {options.Users:N0} users, to the empty backlog", "≥ 100 k events/s sustained",
            $"{Rate(sent, folded)} events/s ({folded.TotalSeconds:0.0} s, server CPU {allCpu.TotalMicroseconds / sent:0.0} µs an event, memory {memory >> 20:N0} MiB; {warm + sent:N0} events counted, {looked} profiles held against a fresh fold)",
            sent / folded.TotalSeconds / 100_000);
        foreach (var (http, _) in connections)
        {
            http.Dispose();
        }
    }

    /// <summary>Threads whose work is not that of taking events in: the crew that folds, and the runtime's compiler and collector.</summary>
    private static bool IsFolding(string name) =>
        name.StartsWith("fold-", StringComparison.Ordinal) || name.StartsWith(".NET Tiered", StringComparison.Ordinal) || name.StartsWith(".NET BGC", StringComparison.Ordinal)
        || name.StartsWith(".NET Server GC", StringComparison.Ordinal);

    public static void Recreate(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        Directory.CreateDirectory(folder);
    }

    /// <summary>Applies definitions to a data folder before its server starts; lifecycles come first.</summary>
    public static async Task ApplyAsync(string folder, IReadOnlyList<string> rules, int lifecycles)
    {
        var files = rules.Select((_, number) => Path.Combine(folder, $"{number}.yaml")).ToArray();
        foreach (var (path, yaml) in files.Zip(rules))
        {
            await File.WriteAllTextAsync(path, yaml);
        }
        await ServerProcess.RunAsync(Path.Combine(folder, "data"), ["lifecycle", "apply", .. files[..lifecycles]]);
        await ServerProcess.RunAsync(Path.Combine(folder, "data"), ["segments", "apply", .. files[lifecycles..]]);
    }

    private static async Task<long> SendAsync((RawConnection Http, Batches Batches)[] connections, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var sent = await Task.WhenAll(connections.Select(connection => Task.Run(async () =>
        {
            var events = 0L;
            while (clock.Elapsed < duration)
            {
                var status = await connection.Http.PostAsync(connection.Batches.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
                if (status != 200)
                {
                    throw new InvalidOperationException($"A batch was answered with {status}.");
                }
                events += Batches.Size;
            }
            return events;
        })));
        return sent.Sum();
    }

    public static async Task DrainAsync(ServerProcess server)
    {
        while (await server.BacklogAsync() > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Every event is there once, and people stand where a fold from nothing puts them.</summary>
    public static async Task<int> CheckAsync(string data, long events)
    {
        await using var host = DataHost.TryOpen(data, ModuleList.Migrations, ModuleList.RulesSource, TimeProvider.System, new JournalOptions())!;
        var engine = await host.WorkspaceAsync("default", CancellationToken.None);
        return engine.Read(state => state.Staged.History.Count == events && state.Staged.Duplicates == 0
            ? Sampling.Check(state, 1_000)
            : throw new InvalidOperationException($"{events} events were acknowledged, {state.Staged.History.Count} are there, {state.Staged.Duplicates} count as duplicates."));
    }

    private static string Rate(long events, TimeSpan time) => $"{events / time.TotalSeconds / 1_000:0} k";
}
