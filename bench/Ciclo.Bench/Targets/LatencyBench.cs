using System.Diagnostics;
using System.Text;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P3: from the moment an event is handed in until its person's stage shows it: durable, folded, made known, read. In process, for want of the
/// HTTP around it; first with nothing else to do, then beside batches at half of what the loop can take.
/// </summary>
internal sealed class LatencyBench(BenchOptions options, Results results) : ITarget
{
    private const int Idle = 2_000;

    public IReadOnlyList<string> Ids => ["P3"];

    public async Task RunAsync()
    {
        var rules = BenchRules.Compile(BenchRules.Fifty, 1);
        await using var workspace = await Workspace.OpenAsync(Path.Combine(options.Folder, "latency"), rules);
        await MeasureAsync(workspace, "w", Idle);
        var idle = await MeasureAsync(workspace, "i", Idle);
        Add("idle", "p99 < 25 ms", idle, 25);
        var full = await FullRateAsync(workspace);
        using var stop = new CancellationTokenSource();
        var background = LoadAsync(workspace, full / 2, stop.Token);
        await MeasureAsync(workspace, "x", 100);
        var half = await MeasureAsync(workspace, "h", 500);
        await stop.CancelAsync();
        await background;
        Add($"beside {full / 2 / 1_000:0} k events/s, half of the full rate of this process", "p99 < 250 ms", half, 250);
    }

    private void Add(string when, string target, double[] sorted, double limit)
    {
        var (median, p99) = (sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
        results.Add("P3", $"event → stage visible (in process), {when}", target, $"p50 {median:0.0} ms, p99 {p99:0.0} ms over {sorted.Length:N0} events, each stage as expected", limit / p99);
    }

    /// <summary>Sends first orders of new people one by one and reads each one's stage; answers the times in milliseconds, ascending.</summary>
    private static async Task<double[]> MeasureAsync(Workspace workspace, string people, int count)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var user = $"{people}{i}";
            var body = Encoding.UTF8.GetBytes($$"""{"batch":[{"type":"track","userId":"{{user}}","event":"Order Completed","properties":{"revenue":20} }]}""");
            var clock = Stopwatch.StartNew();
            await workspace.Engine.FoldedAsync(await workspace.SendAsync(body), CancellationToken.None);
            var stage = workspace.Engine.Read(state =>
            {
                var place = state.Placement.Of(state.Staged.Identity.ProfileOf(state.Staged.Identity.Find("user_id:" + user)))!;
                return state.PlaceNames[place.Moves.Last(move => state.PlaceNames[move.Lifecycle] == "customer").To];
            });
            times[i] = clock.Elapsed.TotalMilliseconds;
            if (stage != "onboarding")
            {
                throw new InvalidOperationException($"{user} is in {stage}.");
            }
        }
        Array.Sort(times);
        return times;
    }

    /// <summary>Events a second from the first append to the empty backlog.</summary>
    private async Task<double> FullRateAsync(Workspace workspace)
    {
        var batches = new Batches(100, options.Users);
        var rate = 0.0;
        foreach (var seconds in new[] { options.WarmUp.TotalSeconds, 10 })
        {
            var clock = Stopwatch.StartNew();
            var sent = 0L;
            await workspace.SendAllAsync(Enumerable.Range(0, int.MaxValue).TakeWhile(_ => clock.Elapsed.TotalSeconds < seconds).Select(_ =>
            {
                sent += Batches.Size;
                return batches.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            }));
            rate = sent / clock.Elapsed.TotalSeconds;
        }
        return rate;
    }

    private async Task LoadAsync(Workspace workspace, double perSecond, CancellationToken cancellation)
    {
        var batches = new Batches(101, options.Users);
        var clock = Stopwatch.StartNew();
        for (var events = 0L; !cancellation.IsCancellationRequested; events += Batches.Size)
        {
            await workspace.SendAsync(batches.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Span);
            if (events / perSecond > clock.Elapsed.TotalSeconds)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            }
        }
    }
}
