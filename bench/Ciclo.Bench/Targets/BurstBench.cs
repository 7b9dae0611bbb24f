using System.Diagnostics;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>
/// F9: one workspace sends a tenth of what can be accepted, then ten times that, as fast as answers come; another goes on as always. Both are
/// served; the other's p99 is compared with what it was before, and the backlog's drain with the full rate.
/// </summary>
internal sealed class BurstBench(BenchOptions options, Results results) : ITarget
{
    /// <summary>Connections of the workspace that bursts.</summary>
    private const int Burst = 10;

    /// <summary>Its usual rate is this part of what it can send.</summary>
    private const int Usually = 10;

    /// <summary>Requests of the calm workspace, one at a time with a pause between: a client as there are many.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public IReadOnlyList<string> Ids => ["F9"];

    public async Task RunAsync()
    {
        var data = Path.Combine(Path.GetFullPath(options.Folder), "burst");
        CollectBench.Recreate(data);
        await CollectBench.ApplyAsync(data, BenchRules.Fifty, lifecycles: 2);
        var folder = Path.Combine(data, "data");
        var added = await ServerProcess.RunAsync(folder, "keys", "add", "--kind", "write", "--name", "calm", "--workspace", "calm", "--format", "csv");
        var calmKey = added.Trim().Split('\n')[1].Split(',')[3].Trim();
        using var server = await ServerProcess.StartAsync(folder);
        using var calm = new RawConnection(server.Url, calmKey);
        var calmBatches = new Batches(50, options.Users);
        var loud = Enumerable.Range(0, Burst).Select(number => (Http: new RawConnection(server.Url, server.WriteKey), Batches: new Batches(number, options.Users))).ToArray();

        await Task.WhenAll(SendAsync(loud, options.WarmUp), CalmAsync(calm, calmBatches, options.WarmUp));
        await CollectBench.DrainAsync(server);
        var full = await FullRateAsync(server, loud);
        await CollectBench.DrainAsync(server);
        var alone = await BesideAsync(loud[..1], calm, calmBatches, full.Accepted / Usually);
        await CollectBench.DrainAsync(server);
        var beside = await BesideAsync(loud, calm, calmBatches, double.PositiveInfinity);
        var (backlog, clock) = (await server.BacklogAsync(), Stopwatch.StartNew());
        await CollectBench.DrainAsync(server);
        var drained = backlog / Math.Max(clock.Elapsed.TotalSeconds, 0.001);
        await server.StopAsync();
        Add(alone, beside, full, new Rates(beside.Loud.Length * Batches.Size / options.Measured.TotalSeconds, drained), backlog);
        foreach (var (http, _) in loud)
        {
            http.Dispose();
        }
    }

    private void Add(Both usual, Both burst, Rates full, Rates found, long backlog)
    {
        var (before, after) = (P99(usual.Calm), P99(burst.Calm));
        var usually = usual.Loud.Length * Batches.Size / options.Measured.TotalSeconds;
        results.Add("F9", $"p99 of a calm workspace, from another's usual {Thousands(usually)} events/s to its burst of {Thousands(found.Accepted)}, {options.Measured.TotalSeconds:0} s", "at most doubles",
            $"{before:0.0} ms → {after:0.0} ms ({usual.Calm.Length:N0} and {burst.Calm.Length:N0} requests of 1 event)", 2 * before / after);
        results.Add("F9", "p99 answer of the workspace that bursts", "< 1 s, or 429 with Retry-After",
            $"{P99(burst.Loud):0.0} ms ({burst.Loud.Length:N0} batches of 100, {burst.Refused:N0} answered 429)", 1_000 / P99(burst.Loud));
        results.Add("F9", "the burst's backlog is folded", "at ≥ 80 % of the full rate",
            $"{Thousands(found.Folded)} events/s where the full rate is {Thousands(full.Folded)} ({backlog:N0} events)", found.Folded / (0.8 * full.Folded));
    }

    private static string Thousands(double rate) => $"{rate / 1_000:0} k";

    private async Task<Both> BesideAsync((RawConnection Http, Batches Batches)[] loud, RawConnection calm, Batches batches, double rate)
    {
        var sending = SendAsync(loud, options.Measured, rate);
        var times = await CalmAsync(calm, batches, options.Measured);
        var (answers, refused) = await sending;
        return new Both(times, answers, refused);
    }

    /// <summary>
    /// Events accepted a second as fast as it goes, and events folded a second while nothing else is asked for: a backlog is made, then timed
    /// until it is gone. It is as large as a burst's, as folding has a warm-up of its own.
    /// </summary>
    private async Task<Rates> FullRateAsync(ServerProcess server, (RawConnection, Batches)[] loud)
    {
        var sending = Stopwatch.StartNew();
        var (answers, _) = await SendAsync(loud, options.Measured / 2);
        var accepted = answers.Length * Batches.Size / sending.Elapsed.TotalSeconds;
        var (backlog, clock) = (await server.BacklogAsync(), Stopwatch.StartNew());
        await CollectBench.DrainAsync(server);
        return new Rates(accepted, backlog / Math.Max(clock.Elapsed.TotalSeconds, 0.001));
    }

    /// <summary>
    /// Sends as fast as answers come, but so many events a second at the most; answers the times in ascending order, in milliseconds, and how
    /// many were refused.
    /// </summary>
    private static async Task<(double[] Times, int Refused)> SendAsync((RawConnection Http, Batches Batches)[] connections, TimeSpan duration, double rate = double.PositiveInfinity)
    {
        var apart = TimeSpan.FromSeconds(connections.Length * Batches.Size / rate);
        var clock = Stopwatch.StartNew();
        var refused = 0;
        var all = await Task.WhenAll(connections.Select(connection => Task.Run(async () =>
        {
            var times = new List<double>();
            var next = TimeSpan.Zero;
            while (clock.Elapsed < duration)
            {
                if (next > clock.Elapsed)
                {
                    await Task.Delay(next - clock.Elapsed);
                }
                next += apart;
                var body = connection.Batches.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
                var one = Stopwatch.StartNew();
                var status = await connection.Http.PostAsync(body);
                times.Add(one.Elapsed.TotalMilliseconds);
                if (status == 429)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }
                else if (status != 200)
                {
                    throw new InvalidOperationException($"A batch was answered with {status}.");
                }
            }
            return times;
        })));
        return ([.. all.SelectMany(times => times).Order()], refused);
    }

    /// <summary>A client in a thread of its own, as it would be on a machine of its own.</summary>
    private static Task<double[]> CalmAsync(RawConnection calm, Batches batches, TimeSpan duration) =>
        Task.Factory.StartNew(() => Calm(calm, batches, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static double[] Calm(RawConnection calm, Batches batches, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var times = new List<double>();
        using var never = new ManualResetEventSlim();
        while (clock.Elapsed < duration)
        {
            var body = batches.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), count: 1);
            var one = Stopwatch.StartNew();
            var status = calm.Post(body);
            times.Add(one.Elapsed.TotalMilliseconds);
            if (status != 200)
            {
                throw new InvalidOperationException($"The calm workspace was answered with {status}.");
            }
            never.Wait(Pause);
        }
        return [.. times.Order()];
    }

    private static double P99(double[] sorted) => sorted[(int)(sorted.Length * 0.99)];

    /// <summary>Events a second.</summary>
    private sealed record Rates(double Accepted, double Folded);

    private sealed record Both(double[] Calm, double[] Loud, int Refused);
}
