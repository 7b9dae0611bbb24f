using System.Diagnostics;
using Ciclo.Bench.Questions;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>How the CPU time of P6's funnel grows with events, people growing with them.</summary>
internal sealed class FunnelGrowthTarget(BenchOptions options, Results results) : ITarget
{
    private const int Runs = 5;
    private const double AtMost = 1.15;

    public IReadOnlyList<string> Ids => ["growth-funnel"];

    public async Task RunAsync()
    {
        var points = new List<(double Size, double Cost)>();
        foreach (var share in new[] { 16, 4, 1 })
        {
            points.Add((options.Events / share, await MeasureAsync(new BenchEvents(options.Events / share, options.Profiles / share), share)));
            Forget($"history-{share}");
        }
        results.Add(new Growth(
            Ids[0], "4-step 7-day funnel, from files", "events", "CPU ms", AtMost, "linear: exponent at most 1.15", [new GrowthLine("", points)]));
    }

    private async Task<double> MeasureAsync(BenchEvents events, int share)
    {
        var expected = Answers.Funnel(new ProfileOrder(events));
        await using var side = new FunnelSide(new EngineHistory(options, $"history-{share}"));
        await side.PrepareAsync(events);
        var warm = Stopwatch.StartNew();
        while (warm.Elapsed < options.WarmUp)
        {
            side.Answer();
        }
        var costs = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var answer = side.Answer();
            costs.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
            if (answer != expected)
            {
                throw new InvalidOperationException($"{Ids[0]}: the answer is {answer}, expected {expected}.");
            }
        }
        costs.Sort();
        return costs[Runs / 2];
    }

    /// <summary>Its journal is gigabytes.</summary>
    private void Forget(string name)
    {
        if (Directory.Exists(Path.Combine(options.Folder, name)))
        {
            Directory.Delete(Path.Combine(options.Folder, name), true);
        }
    }
}
