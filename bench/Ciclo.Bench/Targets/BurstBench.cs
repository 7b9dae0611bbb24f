using System.Diagnostics;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>
/// F9: one workspace sends ten times what it usually does; another goes on as always. Both are served; the other's p99 is compared with what
/// it was alone, and the backlog's drain with the full rate.
/// </summary>
internal sealed class BurstBench(BenchOptions options, Results results) : ITarget
{
    /// <summary>Connections of the workspace that bursts, usually and then.</summary>
    private const int Usual = 1;
    private const int Burst = 10;

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
        var alone = await BesideAsync(loud[..Usual], calm, calmBatches);
        await CollectBench.DrainAsync(server);
        var beside = await BesideAsync(loud, calm, calmBatches);
        var (backlog, clock) = (await server.BacklogAsync(), Stopwatch.StartNew());
        await CollectBench.DrainAsync(server);
        var drained = backlog / Math.Max(clock.Elapsed.TotalSeconds, 0.001);
        await server.StopAsync();
        Add(alone, beside, full, drained, backlog);
        foreach (var (http, _) in loud)
        {
            http.Dispose();
        }
    }

    private void Add(Both usual, Both burst, double full, double drained, long backlog)
    {
        var (before, after) = (P99(usual.Calm), P99(burst.Calm));
        results.Add("F9", $"p99 of a calm workspace, from another's usual {Usual} connection to its burst of {Burst}", "at most doubles",
            $"{before:0.0} ms → {after:0.0} ms ({usual.Calm.Length:N0} and {burst.Calm.Length:N0} requests of 1 event)", 2 * before / after);
        results.Add("F9", "p99 answer of the workspace that bursts", "< 1 s, or 429 with Retry-After",
            $"{P99(burst.Loud):0.0} ms ({burst.Loud.Length:N0} batches of 100, {burst.Refused:N0} answered 429)", 1_000 / P99(burst.Loud));
        results.Add("F9", "the burst's backlog is folded", "at ≥ 80 % of the full rate",
            $"{drained / 1_000:0} k events/s where the full rate is {full / 1_000:0} k ({backlog:N0} events)", drained / (0.8 * full));
    }

    private async Task<Both> BesideAsync((RawConnection Http, Batches Batches)[] loud, RawConnection calm, Batches batches)
    {
        var sending = SendAsync(loud, options.Measured);
        var times = await CalmAsync(calm, batches, options.Measured);
        var (answers, refused) = await sending;
        return new Both(times, answers, refused);
    }

    /// <summary>Events folded a second while nothing else is asked for: a backlog is made, then timed until it is gone.</summary>
    private static async Task<double> FullRateAsync(ServerProcess server, (RawConnection, Batches)[] loud)
    {
        await SendAsync(loud, TimeSpan.FromSeconds(5));
        var (backlog, clock) = (await server.BacklogAsync(), Stopwatch.StartNew());
        await CollectBench.DrainAsync(server);
        return backlog / Math.Max(clock.Elapsed.TotalSeconds, 0.001);
    }

    /// <summary>Sends as fast as answers come; answers the times in ascending order, in milliseconds, and how many were refused.</summary>
    private static async Task<(double[] Times, int Refused)> SendAsync((RawConnection Http, Batches Batches)[] connections, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var refused = 0;
        var all = await Task.WhenAll(connections.Select(connection => Task.Run(async () =>
        {
            var times = new List<double>();
            while (clock.Elapsed < duration)
            {
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

    private static async Task<double[]> CalmAsync(RawConnection calm, Batches batches, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var times = new List<double>();
        while (clock.Elapsed < duration)
        {
            var body = batches.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), count: 1);
            var one = Stopwatch.StartNew();
            var status = await calm.PostAsync(body);
            times.Add(one.Elapsed.TotalMilliseconds);
            if (status != 200)
            {
                throw new InvalidOperationException($"The calm workspace was answered with {status}.");
            }
            await Task.Delay(Pause);
        }
        return [.. times.Order()];
    }

    private static double P99(double[] sorted) => sorted[(int)(sorted.Length * 0.99)];

    private sealed record Both(double[] Calm, double[] Loud, int Refused);
}
