using System.Diagnostics;
using Ciclo.Bench.Questions;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P13 and P14: the real server's memory (resident) some seconds after a start, and the time from its start until it answers; on an empty folder,
/// and, with `--full`, on 1 M profiles with 20 M events that were sent over HTTP under the six-stage framework and three segments.
/// </summary>
internal sealed class StartTarget(BenchOptions options, Results results) : ITarget
{
    private const int Runs = 5;
    private const int Connections = 8;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public IReadOnlyList<string> Ids => ["P13", "P14"];

    public async Task RunAsync()
    {
        await EmptyAsync();
        if (options.IsFull)
        {
            await FullAsync(new BenchEvents(options.FullEvents, options.FullProfiles));
        }
    }

    private async Task EmptyAsync()
    {
        var times = new List<double>();
        var memory = 0L;
        for (var run = 0; run < Runs; run++)
        {
            var folder = Path.Combine(Path.GetFullPath(options.Folder), "start");
            CollectBench.Recreate(folder);
            var clock = Stopwatch.StartNew();
            using var server = await ServerProcess.StartAsync(folder);
            await server.BacklogAsync();
            times.Add(clock.Elapsed.TotalSeconds);
            if (run == Runs - 1)
            {
                await Task.Delay(Idle);
                memory = server.MemoryBytes;
            }
            await server.StopAsync();
        }
        var median = times.Order().ElementAt(Runs / 2);
        results.Add("P13", $"resident memory, empty, {Idle.TotalSeconds:0} s after the start", "< 200 MB", $"{memory / 1e6:0} MB", 200e6 / memory);
        results.Add("P14", "start of the process to the first answer, empty", "< 2 s", $"{median:0.00} s (median of {Runs})", 2 / median);
    }

    private async Task FullAsync(BenchEvents events)
    {
        var folder = Path.Combine(Path.GetFullPath(options.Folder), "full");
        CollectBench.Recreate(folder);
        await CollectBench.ApplyAsync(folder, BenchRules.Framework(0), lifecycles: 1);
        var (key, fed, drained) = await FillAsync(Path.Combine(folder, "data"), events);
        var clock = Stopwatch.StartNew();
        using (var server = await ServerProcess.StartAsync(Path.Combine(folder, "data"), key))
        {
            await server.BacklogAsync();
            var serving = clock.Elapsed.TotalSeconds;
            await CollectBench.DrainAsync(server);
            var caughtUp = clock.Elapsed.TotalSeconds;
            await Task.Delay(Idle);
            var memory = server.MemoryBytes;
            await server.StopAsync();
            var what = $"{events.Profiles:N0} profiles, {events.Count:N0} events";
            results.Add("P14", $"start of the process to the first answer, {what}", "< 5 s", $"{serving:0.0} s; backlog empty after {caughtUp:0.0} s", 5 / serving);
            results.Add("P13", $"resident memory, {what}, {Idle.TotalSeconds:0} s after a restart; right after they were sent", "< 1.5 GB",
                $"{memory / 1e6:N0} MB; {drained / 1e6:N0} MB (sent in {fed.TotalSeconds:N0} s)", 1.5e9 / Math.Max(memory, drained));
        }
        var looked = await CollectBench.CheckAsync(Path.Combine(folder, "data"), events.Count);
        Console.WriteLine($"P13, P14: {events.Count:N0} events counted, {looked} profiles held against a fresh fold");
    }

    /// <summary>Sends the events, each batch again while the server says that it is behind; answers the write key, the time and the memory at the empty backlog.</summary>
    private static async Task<(string Key, TimeSpan Fed, long Memory)> FillAsync(string data, BenchEvents events)
    {
        using var server = await ServerProcess.StartAsync(data);
        using var feed = new EventFeed(events);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => SendAsync(server, feed))));
        await CollectBench.DrainAsync(server);
        var fed = clock.Elapsed;
        await Task.Delay(Idle);
        var memory = server.MemoryBytes;
        await server.StopAsync();
        return (server.WriteKey, fed, memory);
    }

    private static async Task SendAsync(ServerProcess server, EventFeed feed)
    {
        using var connection = new RawConnection(server.Url, server.WriteKey);
        var buffer = new byte[EventFeed.LongestBatch];
        for (var batch = feed.Next(buffer); !batch.IsEmpty; batch = feed.Next(buffer))
        {
            var status = await connection.PostAsync(batch);
            while (status == 429)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
                status = await connection.PostAsync(batch);
            }
            if (status != 200)
            {
                throw new InvalidOperationException($"A batch was answered with {status}.");
            }
        }
    }
}
